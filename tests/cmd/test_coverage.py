#!/usr/bin/env python3
"""The shipped suite takes every transition of RFC 9293 that Linux can make, and
at least half of Linux's own; and tcplab coverage says which, and by whom."""

import glob
import json
import sys

import tcplab as t
import test_virtual

# who must have taken what, whatever else took it
MUST = {
    "8": "handshake/close-in-syn-sent",
    "10": "handshake/close-in-syn-recv",
    "11": "handshake/close-in-syn-sent",
    "15": "close/simultaneous-crossing",
    "16": "close/three-arrows",
    "21": "time-wait/lasts-a-minute",
    "26": "time-wait/new-syn-reuses",
    "L3": "handshake/fin-completes",
    "L8": "listen/syn-cookies",
    "L12": "time-wait/fin-wait2-orphan",
    "L13": "half-close/server-still-sends",
    "L25": "time-wait/assassination",
    "L28": "time-wait/client-takes-over",
    "L39": "handshake/unreachable",
}

# who must not have: it is close to one that did
MUST_NOT = {
    "26": "time-wait/old-syn-refused",
    "L13": "close/client-first",
    "L15": "half-close/reset-when-reader-gone",
    "23": "handshake/blackhole",
}


def claims(told):
    """What is false of a coverage report."""
    rows = {row["id"]: row for row in told["transitions"]}
    wrong = []
    for row in rows.values():
        if (row["count"] > 0) != bool(row["scenarios"]):
            wrong.append(f"{row['id']}: {row['count']} by nobody")
        if row["id"][0] != "L" and not row["refused"] and not row["count"]:
            wrong.append(f"{row['id']}: {row['from']} > {row['to']}, never")
    if told["rfc9293"] != {"taken": 25, "of": 25}:
        wrong.append(f"RFC 9293: {told['rfc9293']}")
    if told["linux"]["taken"] < 30:
        wrong.append(f"of Linux's own: {told['linux']}")
    wrong += [f"{name} did not take {row}" for row, name in MUST.items()
              if name not in rows[row]["scenarios"]]
    wrong += [f"{name} took {row}" for row, name in MUST_NOT.items()
              if name in rows[row]["scenarios"]]
    return wrong


def main():
    spec = test_virtual.kernel()
    with t.Folder() as results:
        run = t.tcplab("run", "--results", results, "--kernel", spec, "lab")
        told = t.tcplab("coverage", "--format", "json", results)
        text = t.tcplab("coverage", results, env={"COLUMNS": "80"})
        # as a shell would spell results/*: one of them is a link to the other
        twice = t.tcplab("coverage", "--format", "json",
                         *sorted(glob.glob(f"{results}/*")))
    wrong = claims(json.loads(told.stdout))
    if run.returncode or told.returncode or text.returncode:
        wrong.append(f"exit status {run.returncode}, {told.returncode}, "
                     f"{text.returncode}: {run.stdout[-2000:]}")
    if twice.stdout != told.stdout:
        wrong.append("the latest run counts twice")
    lines = text.stdout.splitlines()
    wrong += [f"ends in blanks: {line}" for line in lines if line[-1:] == " "]
    if not lines or not lines[-1].startswith("25 of 25 RFC 9293 transitions"):
        wrong.append(f"the last line is {lines[-1:]}")
    wrong += [f"over 80 columns: {line}" for line in lines if len(line) > 80]
    print(lines[-1] if lines else "nothing was told", *wrong, sep="\n")
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
