/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/infer.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/mem.h"

static struct person *find(const struct people *people, const char *address)
{
	int64_t at = *address ? strmap_get(&people->index, address) : -1;

	return at < 0 ? NULL : &people->v[at];
}

static struct person *add(struct people *people, const char *address)
{
	struct strings *list = &people->addresses;

	GROW(people->v, list->n, people->cap);
	people->v[list->n] = (struct person){ 0 };
	strings_add(list, address, strlen(address));
	strmap_put(&people->index, list->v[list->n - 1],
		   (uint32_t)list->n - 1);
	return &people->v[list->n - 1];
}

void people_add(struct people *people,
		const struct maintainers_section *section, const char *tree)
{
	for (size_t i = 0; i < section->n; i++) {
		const struct maintainers_field *f = &section->v[i];
		char *address = f->type == 'M' ?
			address_bare(f->value, strlen(f->value)) : NULL;
		struct person *person = address ? find(people, address) : NULL;

		if (address && *address && !person)
			person = add(people, address);
		if (person && person->tree && strcmp(person->tree, tree))
			person->has_many = true;
		else if (person)
			person->tree = tree;
		free(address);
	}
}

const char *people_tree(const struct people *people,
			const struct maintainers_section *section)
{
	const char *tree = NULL;

	for (size_t i = 0; i < section->n; i++) {
		const struct maintainers_field *f = &section->v[i];
		char *address = f->type == 'M' ?
			address_bare(f->value, strlen(f->value)) : NULL;
		const struct person *person =
			address ? find(people, address) : NULL;

		free(address);
		if (!person)
			continue;
		if (person->has_many ||
		    (tree && strcmp(tree, person->tree)))
			return NULL;
		tree = person->tree;
	}
	return tree;
}

void people_release(struct people *people)
{
	strings_release(&people->addresses);
	strmap_release(&people->index);
	free(people->v);
}
