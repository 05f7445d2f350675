#!/usr/bin/env python3
"""tcplab diff tells what went otherwise in another run, and nothing that chance
decides: which of two connections began first, ports, how fast a program is."""

import json
import os
import shutil
import sys

import tcplab as t
import test_virtual

STORY = """
title: A connection, and how it ends
why: the end-to-end test
topology:
  hosts: {client: , server: }
  links:
    - {ends: [client, server], %(link)s}
%(faults)s
steps:
  - server: {listen: 7788, as: L}
%(connect)s
  - client: {send: c, text: "hello"}
  - server: {recv: s, text: "hello"}
  - %(first)s
  - expect: {%(between)s, within: 5s}
  - %(second)s
  - expect: {%(end)s, within: 20s}
"""

ONE = """
  - client: {connect: "server:7788", as: %s}
  - server: {accept: L, as: %s}"""
CLIENT = "client: {close: c}"
SERVER = "server: {close: s}"

BASE = {
    "link": "wire: pass",
    "faults": "",
    "connect": ONE % ("c", "s"),
    "first": CLIENT,
    "between": "client.c: FIN_WAIT2, server.s: CLOSE_WAIT",
    "second": SERVER,
    "end": "client.c: TIME_WAIT, server.s: CLOSED",
}

# what is otherwise in a story
OTHERWISE = {
    "base": {},
    "slow": {"link": "delay: 20ms"},
    "slower": {"link": "delay: 100ms"},
    "lost": {"link": "wire: relay",
             "faults": "faults:\n  - {drop: wave-4, times: 1}"},
    "server": {"first": SERVER, "second": CLIENT,
               "between": "server.s: FIN_WAIT2, client.c: CLOSE_WAIT",
               "end": "server.s: TIME_WAIT, client.c: CLOSED"},
    "two": {"connect": ONE % ("c", "s") + ONE % ("d", "t")},
    "other two": {"connect": ONE % ("d", "t") + ONE % ("c", "s")},
}


class Runs:
    """One of each story, in a guest or on this machine."""

    def __init__(self, folder, spec):
        self.folder = folder
        self.spec = spec

    def run(self, name, kernel=None, as_name=None):
        """The folder of a run of the story."""
        results = f"{self.folder}/{as_name or name} results"
        scenario = f"{self.folder}/{name}/x/story.yaml"
        os.makedirs(os.path.dirname(scenario), exist_ok=True)
        with open(scenario, "w", encoding="utf8") as f:
            f.write(STORY % {**BASE, **OTHERWISE[name]})
        done = t.tcplab("run", "--results", results, "--kernel",
                        kernel or self.spec, f"{self.folder}/{name}")
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        return os.path.realpath(results + "/latest")


def differences(a, b, *args):
    """{(kind, place): (of a, of b)} and the exit status."""
    done = t.tcplab("diff", "--format", "json", *args, a, b)
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    rows = {}
    for scenario in told["scenarios"]:
        for row in scenario["differences"]:
            value = (row.get("a", row.get("a_ns")),
                     row.get("b", row.get("b_ns")))
            rows.setdefault((row["what"], row["where"]), value)
            if row["what"] == "segment":
                rows.setdefault("segments", []).append(value)
    assert told["same"] == (not rows) == (done.returncode == 0), told
    return rows


def same(why, a, b):
    """No difference between these."""
    rows = differences(a, b)
    return [f"{why}: {rows}"] if rows else []


def has(why, rows, *wanted):
    """Each of these differences is told: (kind, place, of a, of b)."""
    return [f"{why}: {w} is not told: {rows}" for w in wanted
            if rows.get(w[:2]) != w[2:]]


def times(rows, place, lo_ms, hi_ms):
    """A difference in time is told, and the other run's is such."""
    a, b = rows.get(("time", place), (0, 0))
    return [] if a / 1e6 < lo_ms <= b / 1e6 <= hi_ms else \
        [f"{place}: {a}, {b}, not {lo_ms}..{hi_ms} ms: {rows}"]


def what_is_the_same(runs, base):
    """Programs are slower in real time, and connections begin in any order."""
    bad = same("itself", base, base)
    bad += same("again", base, runs.run("base", as_name="again"))
    bad += same("in real time", base,
                runs.run("base", kernel="host", as_name="real"))
    bad += same("in another order", runs.run("two"), runs.run("other two"))
    return bad


def what_differs(runs, base):
    """The wire's delay, what it lost, who closed, a connection more."""
    slow = runs.run("slow")
    rows = differences(slow, runs.run("slower"))
    bad = times(rows, "on the way client > server", 100, 103)
    bad += times(rows, "on the way server > client", 100, 103)
    bad += times(rows, "client.c SYN_SENT", 200, 206)
    bad += [f"slower: {row}" for row in rows if row[0] != "time"]
    rows = differences(base, runs.run("lost"))
    bad += has("lost", rows, ("retransmissions", "server.s", "0", "1"))
    if "lost: drop wave-4" not in str(rows.get("segments")) or \
            ("retransmissions", "client.c") in rows:
        bad.append(f"lost: {rows}")
    rows = differences(base, runs.run("server"))
    bad += has("server first", rows,
               ("states", "client.c",
                "CLOSED SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT",
                "CLOSED SYN_SENT ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
    rows = differences(base, runs.folder + "/two results/latest")
    bad += [] if list(rows) == [("connection", None)] else [f"two: {rows}"]
    return bad


def folders(runs, base):
    """What is missing, damaged or no run's is told in a word or two."""
    bad = same("a scenario's folder", base + "/x/story", base)
    broken = runs.folder + "/broken"
    shutil.copytree(base, broken)
    journal = broken + "/x/story/journal.jsonl"
    with open(journal, "w", encoding="utf8") as f:
        f.write("no journal\n")
    for a, b in ((base, broken), (broken, base), (broken, broken)):
        rows = differences(a, b)
        if ("unreadable", None) not in rows or ("scenario", None) in rows:
            bad.append(f"a damaged journal: {rows}")
    both = runs.folder + "/both"
    shutil.copytree(base, both + "/one")
    shutil.copytree(runs.folder + "/server results/latest", both + "/two")
    rows = differences(both, base)
    bad += has("one more", rows, ("scenario", None, "PASS", None))
    half = runs.folder + "/half"
    shutil.copytree(both, half)
    shutil.copy(journal, half + "/two/x/story/journal.jsonl")
    rows = differences(both, half)
    if sorted(row[0] for row in rows) != ["unreadable", "verdict"]:
        bad.append(f"a damaged one of two: {rows}")
    for path, why in ((runs.folder + "/nowhere", "No such file or directory"),
                      (runs.folder + "/base", "not a results folder")):
        done = t.tcplab("diff", base, path)
        if done.returncode != 2 or f"{path}: " not in done.stderr or \
                why not in done.stderr:
            bad.append(f"{path}: {done.returncode}, {done.stderr}")
    return bad


def main():
    spec = test_virtual.kernel()
    with t.Folder() as folder:
        runs = Runs(folder, spec)
        base = runs.run("base")
        bad = what_is_the_same(runs, base)
        bad += what_differs(runs, base)
        bad += folders(runs, base)
        text = t.tcplab("diff", base, folder + "/lost results/latest")
    lines = text.stdout.splitlines()
    if f"- {base}" not in lines or "  connection 1, client.c > server.s" \
            not in lines or any(len(x) > 80 for x in lines[4:]):
        bad.append(text.stdout)
    print("\n".join(bad) or "all told")
    return len(bad) > 0


if __name__ == "__main__":
    sys.exit(main())
