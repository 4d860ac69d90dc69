/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/formats.h"

#include <string.h>

const struct report_format report_formats[FORMAT_COUNT] = {
	[FORMAT_TEXT] = { .name = "text", .write = report_text },
	[FORMAT_JSON] = { .name = "json", .write = report_json,
			  .has_fingerprints = true },
	[FORMAT_SARIF] = { .name = "sarif", .write = report_sarif,
			   .is_for_audits = true, .has_fingerprints = true },
	[FORMAT_JUNIT] = { .name = "junit", .write = report_junit,
			   .is_for_audits = true },
	[FORMAT_GITHUB] = { .name = "github", .write = report_github,
			    .is_for_audits = true, .has_summary = true },
	[FORMAT_GITLAB] = { .name = "gitlab", .write = report_gitlab,
			    .is_for_audits = true, .has_fingerprints = true },
	[FORMAT_HTML] = { .name = "html", .write = report_html,
			  .is_for_audits = true, .lists_tags = true },
	[FORMAT_DOT] = { .name = "dot", .write = report_dot,
			 .is_for_audits = true, .lists_tags = true },
};

int format_by_name(const char *name)
{
	for (int i = 0; i < FORMAT_COUNT; i++)
		if (!strcmp(report_formats[i].name, name))
			return i;
	return -1;
}
