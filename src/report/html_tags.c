/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/graph.h"
#include "report/html_parts.h"
#include "report/markup.h"

enum {
	MAX_TAGS = 300,			/* rows */
	MAX_DRAWN = 40,			/* tags in the picture */
	MAX_LISTED = 10,		/* of what one tag has */
};

static void put_bases(const struct listed_tag *tag, FILE *out)
{
	char name[OID_ABBREV + 1];

	for (size_t i = 0; i < tag->n_bases && i < MAX_LISTED; i++) {
		fputs(i ? ", " : "", out);
		oid_abbreviate(name, &tag->bases[i].commit);
		if (tag->bases[i].tag)
			html_put_cut(tag->bases[i].tag, out);
		else if (oid_is_zero(&tag->bases[i].commit))
			fputs("a commit without parents", out);
		else
			fprintf(out, "<code>%s</code>", name);
	}
	if (tag->n_bases > MAX_LISTED)
		fprintf(out, " and %zu more", tag->n_bases - MAX_LISTED);
}

static void put_pulls(const struct listed_tag *tag, FILE *out)
{
	char name[OID_ABBREV + 1];

	for (size_t i = 0; i < tag->n_pulls && i < MAX_LISTED; i++) {
		fputs(i ? ", " : "", out);
		html_put_cut(tag->pulls[i].ref, out);
		oid_abbreviate(name, &tag->pulls[i].merge);
		if (!oid_is_zero(&tag->pulls[i].merge))
			fprintf(out, " (merge <code>%s</code>)", name);
	}
	if (tag->n_pulls > MAX_LISTED)
		fprintf(out, " and %zu more", tag->n_pulls - MAX_LISTED);
	if (!tag->n_pulls)
		fputs("by no branch here", out);
}

static void put_signer(const struct listed_tag *tag, FILE *out)
{
	if (tag->signer)
		html_put_cut(tag->signer, out);
	else if (!tag->unsigned_why)
		fputs("none needed", out);
	else {
		fputs("none that counts: ", out);
		html_put_cut(tag->unsigned_why, out);
	}
}

static void put_tag(const struct listed_tag *tag, FILE *out)
{
	fputs("<tr><th scope=\"row\"><code>", out);
	html_put_cut(tag->name, out);
	fputs("</code></th><td>", out);
	html_put_cut(tag->shared->tree.v[0].text, out);
	fprintf(out, "</td><td>%s%s</td><td>",
		tag->is_frozen ? "frozen" : "draft", tag->is_valid ? "" :
		", <span class=\"word error\">does not count</span>");
	put_signer(tag, out);
	fputs("</td><td>", out);
	put_bases(tag, out);
	fputs("</td><td>", out);
	put_pulls(tag, out);
	fputs("</td></tr>\n", out);
}

void page_put_picture(const struct page *p, const char *heading)
{
	size_t n_tags = p->report->verdict->n_tags;
	struct buf svg = BUF_INIT;
	struct error err;

	fprintf(p->out, "<h3>%s</h3>\n", heading);
	if (graph_draw(p->report, MAX_DRAWN, &svg, &err)) {
		fputs("<p class=\"dim\">There is no picture, because "
		      "Graphviz could not draw it: ", p->out);
		put_xml(err.msg, p->out);
		fputs("</p>\n", p->out);
	} else {
		fprintf(p->out, "<figure tabindex=\"0\">%s</figure>\n",
			buf_str(&svg));
		if (n_tags > MAX_DRAWN)
			fprintf(p->out, "<p class=\"dim\">The picture has the "
				"first %d tags.</p>\n", MAX_DRAWN);
	}
	buf_release(&svg);
}

void page_put_tags(const struct page *p)
{
	const struct verdict *v = p->report->verdict;

	fputs("<section id=\"tags\"><h2>Shared tags</h2>\n", p->out);
	if (v->n_tags) {
		fputs("<div class=\"wide tags\" tabindex=\"0\"><table><thead>"
		      "<tr><th>tag</th><th>of</th><th>state</th><th>signer</th>"
		      "<th>base</th><th>pulled</th></tr></thead><tbody>\n",
		      p->out);
		for (size_t i = 0; i < v->n_tags && i < MAX_TAGS; i++)
			put_tag(&v->tags[i], p->out);
		fputs("</tbody></table></div>\n", p->out);
		html_put_more(v->n_tags, MAX_TAGS, p->out);
	} else {
		fputs("<p>There are none in what was audited.</p>\n", p->out);
	}
	page_put_picture(p, "Who made and pulled what");
	fputs("</section>\n", p->out);
}
