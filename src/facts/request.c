/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/request.h"

#include "base/mem.h"
#include "policy/govern.h"

struct ref_update *request_everything(const struct policy *policy,
				      const struct tree *tree,
				      const struct repo_refs *refs, size_t *n)
{
	struct ref_update *all = xcalloc(refs->n, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < refs->n; i++) {
		enum ref_kind kind =
			govern_ref(policy, tree, refs->v[i].name).kind;

		if (kind == REF_BRANCH || kind == REF_TAG)
			all[(*n)++] = (struct ref_update){
				.name = refs->v[i].name,
				.new = refs->v[i].oid,
			};
	}
	return all;
}
