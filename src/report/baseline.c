/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/baseline.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/oid.h"

enum { MAX_BASELINE = 256 << 20 };

static int add(struct baseline *baseline, const json_t *fingerprint,
	       struct error *err)
{
	const char *text = json_string_value(fingerprint);
	struct oid oid;

	if (!text || !oid_parse(&oid, text, strlen(text)))
		return error_set(err, "it has a finding without a fingerprint: "
				 "make it again with this version of 'git "
				 "treaty audit'");
	strings_add(&baseline->known, text, OID_HEX);
	return 0;
}

/* The findings of one audit, or of one pull. */
static int read_findings(const json_t *report, struct baseline *baseline,
			 struct error *err)
{
	const json_t *list = json_object_get(report, "findings"), *finding;
	size_t i;

	if (!json_is_array(list))
		return error_set(err, "it is not an audit: 'findings' is "
				 "missing");
	json_array_foreach(list, i, finding)
		if (add(baseline, json_object_get(finding, "fingerprint"), err))
			return -1;
	return 0;
}

static int read_pulls(const json_t *pulls, struct baseline *baseline,
		      struct error *err)
{
	const json_t *pull;
	size_t i;

	json_array_foreach(pulls, i, pull)
		if (read_findings(pull, baseline, err))
			return -1;
	return 0;
}

static int read_run(const json_t *run, struct baseline *baseline,
		    struct error *err)
{
	const json_t *results = json_object_get(run, "results"), *result;
	size_t i;

	if (!json_is_array(results))
		return error_set(err, "it is not an audit: 'results' is "
				 "missing");
	json_array_foreach(results, i, result) {
		const json_t *prints = json_object_get(result,
						       "partialFingerprints");

		if (add(baseline, json_object_get(prints, SARIF_FINGERPRINT),
			err))
			return -1;
	}
	return 0;
}

static int read_runs(const json_t *runs, struct baseline *baseline,
		     struct error *err)
{
	const json_t *run;
	size_t i;

	json_array_foreach(runs, i, run)
		if (read_run(run, baseline, err))
			return -1;
	return 0;
}

static int read_report(const json_t *report, struct baseline *baseline,
		       struct error *err)
{
	const json_t *runs = json_object_get(report, "runs");
	const json_t *pulls = json_object_get(report, "pulls");
	const char *command =
		json_string_value(json_object_get(report, "command"));

	if (json_is_array(runs))
		return read_runs(runs, baseline, err);
	if (!command || strcmp(command, "audit"))
		return error_set(err, "it is neither the JSON nor the SARIF of "
				 "'git treaty audit'");
	if (json_integer_value(json_object_get(report, "version")) != 1)
		return error_set(err, "its version is not 1");
	return json_is_array(pulls) ? read_pulls(pulls, baseline, err) :
				      read_findings(report, baseline, err);
}

static int parse(const struct buf *text, struct baseline *baseline,
		 struct error *err)
{
	json_error_t at;
	json_t *report = json_loadb(buf_str(text), text->len, 0, &at);
	int rc;

	if (!report)
		return error_set(err, "line %d: %s", at.line, at.text);
	rc = read_report(report, baseline, err);
	json_decref(report);
	strings_sort(&baseline->known);
	return rc;
}

int baseline_read(const char *file, struct baseline *baseline,
		  struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, file, MAX_BASELINE, err);

	if (!rc && parse(&text, baseline, err))
		rc = error_wrap(err, "%s", file);
	buf_release(&text);
	return rc ? error_wrap(err, "the baseline") : 0;
}

void baseline_release(struct baseline *baseline)
{
	strings_release(&baseline->known);
}

static int by_text(const void *key, const void *entry)
{
	return strcmp(key, *(char *const *)entry);
}

static bool has(const struct baseline *baseline, const char *fingerprint)
{
	const struct strings *known = &baseline->known;

	return fingerprint && known->n &&
	       bsearch(fingerprint, known->v, known->n, sizeof(*known->v),
		       by_text);
}

void baseline_apply(const struct baseline *baseline, struct verdict *verdict)
{
	verdict->has_baseline = true;
	for (size_t i = 0; i < verdict->n; i++) {
		struct finding *f = &verdict->findings[i];

		f->is_known = !f->waiver && has(baseline, f->fingerprint);
		if (!f->is_known)
			continue;
		verdict->counts[f->severity]--;
		verdict->n_known++;
	}
}
