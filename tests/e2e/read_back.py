#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the findings of a report back: "rule name severity" for each.

    read_back.py FORMAT <REPORT

The name is the commit's, cut to 12 digits, or the ref's.
"""
import html.parser
import json
import re
import sys
import xml.etree.ElementTree as xml


def short(commit, ref):
    return commit[:12] if commit else ref


def from_text(text):
    """The text must be that of --verbose."""
    rule = severity = None
    block = False
    for line in text.splitlines():
        head = re.match(r"(error|warn|info|waived): ([a-z-]+): ", line)
        if head:
            severity, rule, block = head[1], head[2], True
            continue
        if rule and re.match(r"    [0-9a-f]{12} ", line):
            yield rule, line[4:16], severity
        elif block and re.match(r"  refs/", line):
            yield rule, line[2:], severity


def from_json(text):
    report = json.loads(text)
    for f in [f for part in report.get("pulls", [report])
              for f in part["findings"]]:
        if not f.get("known"):
            yield (f["rule"], short(f["commit"], f["ref"]),
                   "waived" if f["waiver"] else f["severity"])


def from_sarif(text):
    severities = {"error": "error", "warning": "warn", "note": "info"}
    for run in json.loads(text)["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for r in run["results"]:
            assert rules[r["ruleIndex"]] == r["ruleId"]
            assert re.fullmatch("[0-9a-f]{40}",
                                r["partialFingerprints"]["gitTreaty/v1"])
            names = {place["kind"]: place["fullyQualifiedName"]
                     for place in r["locations"][0]["logicalLocations"]}
            if r.get("baselineState") != "unchanged":
                yield (r["ruleId"], short(names.get("commit"), names["ref"]),
                       "waived" if "suppressions" in r
                       else severities[r["level"]])


def from_junit(text):
    root = xml.fromstring(text.encode())
    cases = failures = skipped = 0
    for suite in root:
        cases += int(suite.get("tests"))
        failures += int(suite.get("failures"))
        skipped += int(suite.get("skipped"))
        assert len(suite) == int(suite.get("tests"))
        for case in suite:
            assert suite.get("name") == case.get("classname") or \
                suite.get("name").startswith("pull ")
            if case.get("name") == "nothing found":
                continue
            name = re.sub("^([0-9a-f]{12})[0-9a-f]{28} .*", r"\1",
                          case.get("name"))
            if case.find("failure") is not None:
                severity = "error"
            elif case.find("skipped") is not None:
                severity = "waived"
            else:
                severity = case.find("system-out").text.split()[0]
            yield case.get("classname"), name, severity
    assert [cases, failures, skipped] == [
        int(root.get(name)) for name in ("tests", "failures", "skipped")]


def from_github(text):
    """All lines are commands or within the group."""
    log = text.split("::group::git-treaty: all findings\n")[1]
    for line in log.splitlines()[:-1]:
        assert not line.strip().startswith("::") and "##[" not in line, line
    assert log.endswith("\n::endgroup::\n")
    yield from from_text(log)


def from_gitlab(text):
    severities = {"major": "error", "minor": "warn", "info": "info"}
    for entry in json.loads(text):
        name = entry["description"].split(" ")[0].rstrip(":")
        assert entry["location"]["path"] and entry["fingerprint"]
        yield (entry["check_name"], name,
               "waived" if "(waived: " in entry["description"]
               else severities[entry["severity"]])


class Page(html.parser.HTMLParser):
    """What is listed, by the attributes of its elements."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        data = dict(attributes)
        if "data-rule" in data:
            self.found.append((data["data-rule"],
                               short(data.get("data-commit"),
                                     data.get("data-ref")),
                               data["data-severity"]))


def from_html(text):
    page = Page()
    page.feed(text)
    return page.found


if __name__ == "__main__":
    report = sys.stdin.buffer.read().decode("utf-8")
    for finding in sorted(set(globals()["from_" + sys.argv[1]](report))):
        print(*finding)
