#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the findings of a report back: "rule name severity" for each.

    read_back.py FORMAT <REPORT

The name is the commit's, cut to 12 digits, or the ref's. Of `audit --pulls`, the
merge of the pull follows, cut as well.
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
    pull = ()
    for line in text.splitlines():
        head = re.match(r"(error|warn|info|waived): ([a-z-]+): ", line)
        if head:
            severity, rule, block = head[1], head[2], True
            continue
        if re.match(r"[0-9a-f]{12} ", line):
            pull = (line[:12],)
        elif rule and re.match(r"    [0-9a-f]{12} ", line):
            yield rule, line[4:16], severity, *pull
        elif block and re.match(r"  refs/", line):
            yield rule, line[2:], severity, *pull


def from_json(text):
    report = json.loads(text)
    for part in report.get("pulls", [report]):
        pull = (part["merge"][:12],) if "merge" in part else ()
        for f in part["findings"]:
            if not f.get("known"):
                yield (f["rule"], short(f["commit"], f["ref"]),
                       "waived" if f["waiver"] else f["severity"], *pull)


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
            pull = (names["pull"][:12],) if "pull" in names else ()
            if r.get("baselineState") != "unchanged":
                yield (r["ruleId"], short(names.get("commit"), names["ref"]),
                       "waived" if "suppressions" in r
                       else severities[r["level"]], *pull)


def severity_of(case):
    if case.find("failure") is not None:
        return "error"
    if case.find("skipped") is not None:
        return "waived"
    return case.find("system-out").text.split()[0]


def from_junit(text):
    root = xml.fromstring(text.encode())
    sums = dict.fromkeys(("tests", "failures", "skipped"), 0)
    for suite in root:
        cases = suite.findall("testcase")
        properties = {part.get("name"): part.get("value")
                      for part in suite.findall("properties/property")}
        pull = (properties["merge"][:12],) if properties else ()
        assert not pull or suite.get("name").startswith("pull " + pull[0])
        for name in sums:
            sums[name] += int(suite.get(name))
        assert len(cases) == int(suite.get("tests"))
        for case in cases:
            assert pull or case.get("classname") == suite.get("name")
            if case.get("name") in ("nothing found", "not judged"):
                continue
            name = re.sub("^([0-9a-f]{12})[0-9a-f]{28} .*", r"\1",
                          case.get("name"))
            yield case.get("classname"), name, severity_of(case), *pull
    assert sums == {name: int(root.get(name)) for name in sums}


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
        pull = re.search(r".* \(pull ([0-9a-f]{12}) of ", entry["description"])
        assert entry["location"]["path"] and entry["fingerprint"]
        yield (entry["check_name"], name,
               "waived" if "(waived: " in entry["description"]
               else severities[entry["severity"]], *(pull.groups() if pull else ()))


class Page(html.parser.HTMLParser):
    """What is listed, by the attributes of its elements."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        data = dict(attributes)
        if "data-rule" not in data:
            return
        pull = (data["data-pull"][:12],) if "data-pull" in data else ()
        self.found.append((data["data-rule"],
                           short(data.get("data-commit"),
                                 data.get("data-ref")),
                           data["data-severity"], *pull))


def from_html(text):
    page = Page()
    page.feed(text)
    return page.found


if __name__ == "__main__":
    report = sys.stdin.buffer.read().decode("utf-8")
    for finding in sorted(set(globals()["from_" + sys.argv[1]](report))):
        print(*finding)
