/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/patch.h"

#include <stdlib.h>

#include "base/mem.h"

struct patch *patch_list_add(struct patch_list *patches)
{
	GROW(patches->v, patches->n, patches->cap);
	patches->v[patches->n] = (struct patch){ .number = -1 };
	return &patches->v[patches->n++];
}

void patch_list_release(struct patch_list *patches)
{
	for (size_t i = 0; i < patches->n; i++) {
		free(patches->v[i].name);
		free(patches->v[i].subject);
		strings_release(&patches->v[i].paths);
		strings_release(&patches->v[i].people);
		strings_release(&patches->v[i].added);
		strings_release(&patches->v[i].around);
		strings_release(&patches->v[i].trailers);
	}
	free(patches->v);
	*patches = (struct patch_list){ 0 };
}
