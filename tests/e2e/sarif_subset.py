#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds SARIF on standard input to what SARIF 2.1.0 requires of the objects
that git-treaty writes: their members, which of these must be there, and of
what type they are. No member is there that the standard does not have."""
import json
import re
import sys

TEXT, NUMBER, FLAG, ANY = str, int, bool, object
LEVELS = {"none", "note", "warning", "error"}

# Required members have a "!". A list of one is an array of such.
MESSAGE = {"text!": TEXT}
MULTIFORMAT = {"text!": TEXT, "markdown": TEXT}
RULE = {"id!": TEXT, "shortDescription": MULTIFORMAT,
        "fullDescription": MULTIFORMAT, "help": MULTIFORMAT,
        "defaultConfiguration": {"enabled": FLAG, "level": LEVELS}}
PHYSICAL = {"artifactLocation": {"uri": re.compile(
    r"(file:///)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})+")},
            "region": {"startLine": NUMBER}}
LOCATION = {"physicalLocation": PHYSICAL, "logicalLocations": [
    {"fullyQualifiedName": TEXT, "kind": TEXT}]}
SUPPRESSION = {"kind!": {"inSource", "external"},
               "status": {"accepted", "underReview", "rejected"},
               "justification": TEXT, "properties": ANY}
RESULT = {"ruleId": TEXT, "ruleIndex": NUMBER, "level": LEVELS,
          "message!": MESSAGE, "locations": [LOCATION], "properties": ANY,
          "partialFingerprints": ANY, "suppressions": [SUPPRESSION],
          "baselineState": {"new", "unchanged", "updated", "absent"}}
RUN = {"tool!": {"driver!": {"name!": TEXT, "semanticVersion": TEXT,
                             "rules": [RULE]}},
       "automationDetails": {"id": TEXT},
       "columnKind": {"utf16CodeUnits", "unicodeCodePoints"},
       "results": [RESULT], "properties": ANY}
LOG = {"$schema": TEXT, "version!": {"2.1.0"}, "runs!": [RUN]}


def check(value, kind, where):
    if isinstance(kind, dict):
        assert isinstance(value, dict), where
        known = {name.rstrip("!"): part for name, part in kind.items()}
        for name in kind:
            assert not name.endswith("!") or name[:-1] in value, where + name
        for name, part in value.items():
            assert name in known, f"{where}.{name} is no member"
            check(part, known[name], f"{where}.{name}")
    elif isinstance(kind, list):
        assert isinstance(value, list), where
        for i, part in enumerate(value):
            check(part, kind[0], f"{where}[{i}]")
    elif isinstance(kind, set):
        assert value in kind, f"{where} is {value}"
    elif isinstance(kind, re.Pattern):
        assert kind.fullmatch(value), f"{where} is {value}"
    else:
        assert isinstance(value, kind), where


check(json.load(sys.stdin), LOG, "")
