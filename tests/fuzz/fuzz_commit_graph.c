/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "git/commit_graph.h"
#include "scratch_files.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "info", NULL });
	return 0;
}

/* Each commit can be read, and its parents are commits of the graph. */
static void read_all(const struct commit_graph *graph)
{
	uint32_t n = commit_graph_size(graph), n_read = n < 1000 ? n : 1000;
	struct commit_graph_parents parents = { 0 };

	for (uint32_t i = 0; i < n_read; i++) {
		struct commit_graph_entry entry = commit_graph_read(graph, i);
		uint32_t at = commit_graph_find(graph, &entry.oid);

		if (at != COMMIT_GRAPH_NONE && at >= n)
			abort();
		if (!commit_graph_read_parents(graph, i, &parents))
			continue;
		for (size_t p = 0; p < parents.n; p++)
			if (parents.v[p] >= n)
				abort();
	}
	free(parents.v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const dirs[] = { (char *)files_dir(), NULL };
	struct commit_graph *graph;

	files_put("info/commit-graph", data, size);
	graph = commit_graph_open(dirs);
	if (graph)
		read_all(graph);
	commit_graph_free(graph);
	return 0;
}
