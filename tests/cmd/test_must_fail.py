#!/usr/bin/env python3
"""Scenarios that must not pass, each with the finding that it must produce.

A file of tests/lab/must-fail/ says so in its first comment lines:
  # must: FAIL state server.s TIME_WAIT
The verdict, the rule, and a text that is in the finding's "expected" or "saw".
"""

import glob
import json
import os
import re
import sys

import tcplab as t


def wanted(path):
    with open(path, encoding="utf8") as f:
        found = re.findall(r"^# must: (\w+) (\w+) (.*)$", f.read(), re.M)
    assert found, f"{path}: says not what it must produce"
    return found


def check(result, path):
    wrong = []
    for verdict, rule, text in wanted(path):
        if result["verdict"] != verdict:
            wrong.append(f"verdict {result['verdict']}, not {verdict}")
        if not any(f["verdict"] == verdict and f["rule"] == rule and
                   text in f["expected"] + " " + f["saw"]
                   for f in result["findings"]):
            wrong.append(f"no {verdict} finding of rule {rule} with '{text}'")
    for finding in result["findings"]:
        if finding["verdict"] in ("PASS", "FAIL") and not finding["evidence"]:
            wrong.append(f"no evidence: {finding}")
    return wrong


def main():
    files = sorted(glob.glob(os.path.join(t.ROOT, "tests/lab/must-fail/*.yaml")))
    assert len(files) >= 10, "too few scenarios that must fail"
    report, status = t.run_json(*files)
    results = {r["name"]: r for r in report["results"]}
    bad = 0

    for path in files:
        stem = os.path.splitext(os.path.basename(path))[0]
        result = next((r for n, r in results.items()
                       if n.endswith("/" + stem) or n == stem), None)
        wrong = check(result, path) if result else ["it was not run"]
        if wrong:
            bad += 1
            print(f"{stem}: {'; '.join(wrong)}")
            print(json.dumps(result, indent=1)[:3000])
    if status != 1:
        print(f"exit status {status}, not 1")
        bad += 1
    print(f"{len(files)} scenarios, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
