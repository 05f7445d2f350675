#!/usr/bin/env python3
"""The kernel's own word on transitions: told as they happen and of this lab
alone, by root; and without privilege a run is as good, and says so."""

import glob
import json
import os
import subprocess
import sys
import time

import tcplab as t

SCENARIO = "lab/close/client-first.yaml"
CLIENT = ["SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSED"]
SERVER = ["SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]


def read(results):
    """The journal and the manifest of the only scenario of the latest run."""
    folder = os.path.join(results, "latest", "close/client-first")
    with open(folder + "/journal.jsonl", encoding="utf8") as f:
        journal = [json.loads(line) for line in f]
    with open(folder + "/manifest.json", encoding="utf8") as f:
        return journal, json.load(f)


def states(journal):
    """Path of each host's connection: [(time, state)]."""
    paths = {}
    for e in journal:
        # a listener is told of only where it has an address
        if e["kind"] == "state" and e.get("state") != "LISTEN" and \
                (e.get("was"), e.get("state")) != ("LISTEN", None):
            paths.setdefault(e["host"], []).append(
                (e["t"], e.get("state", "CLOSED")))
    return paths


def in_brackets(journal):
    """Nothing that a dump shows first happened later than that dump, nor, if
    it was told of, before the dump in which it was not yet so."""
    bad = []
    compared = 0
    for e in journal:
        # one that is not even connecting yet has no state to be told of
        if e["kind"] != "sock" or "inode" not in e or "state" not in e or \
                e.get("change", "new") == "gone":
            continue
        told = [s["t"] for s in journal
                if s["kind"] == "state" and s["host"] == e["host"] and
                s["local"] == e["local"] and s["remote"] == e["remote"] and
                s.get("state") == e["state"]]
        if e.get("was") == e["state"] or not told:
            continue
        compared += 1
        if min(told) > e["t"] or min(told) < e["since_ns"]:
            bad.append(f"event {e['n']}: {e['state']} told at {told}, seen "
                       f"in ({e['since_ns']}, {e['t']}]")
    if not compared:
        bad.append("no dump shows what was told")
    return bad


def root():
    """All transitions, at the times that dumps allow, though another lab of
    the same scenario goes on beside."""
    bad = []
    before = t.instances()
    with t.Folder() as results, t.Folder() as others:
        beside = subprocess.Popen(
            [t.TCPLAB, "run", "--results", others, "--repeat", "3", SCENARIO],
            cwd=t.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = t.tcplab("run", "--results", results, SCENARIO)
        beside.wait()
        if done.returncode:
            return [f"exit {done.returncode}: {done.stdout}{done.stderr}"]
        journal, manifest = read(results)
    if manifest["transitions"] != "traced":
        t.skip(f"not traced: {manifest.get('untraced')}")
    paths = states(journal)
    for host, path in (("client", CLIENT), ("server", SERVER)):
        if [state for _, state in paths.get(host, [])] != path:
            bad.append(f"{host}: {paths.get(host)}")
    bad += in_brackets(journal)
    bad += [f"left: {x}" for x in t.instances() if x not in before]
    return bad


def user():
    """No word of the kernel's, no gap, the same verdict, and it is told."""
    with t.Folder() as results:
        done = t.tcplab("run", "--results", results, SCENARIO, user=True)
        if done.returncode:
            return [f"user: exit {done.returncode}: {done.stdout}"]
        journal, manifest = read(results)
        told = json.loads(t.tcplab("report", "--format", "json",
                                   results).stdout)
    bad = [f"user: {e}" for e in journal if e["kind"] in ("state", "trace")]
    bad += [f"user: {e}" for e in journal
            if e["kind"] == "gap" and e["source"] == "trace"]
    if manifest["transitions"] != "sampled" or not manifest["untraced"]:
        bad.append(f"user: the manifest says {manifest['transitions']}")
    if f"not traced: {manifest.get('untraced')}" not in done.stdout:
        bad.append(f"user: the report does not say so: {done.stdout}")
    if told["results"][0]["untraced"] != manifest.get("untraced"):
        bad.append(f"user: report.json says {told['results'][0]['untraced']}")
    return bad


def kept():
    """Labs that come one after the other are each traced, and none sees what
    is another's; at the end nothing is left."""
    bad = []
    with t.Folder() as results:
        argv = [t.TCPLAB, "run", "--results", results, "--repeat", "12",
                "--jobs", "3", SCENARIO]
        run = subprocess.Popen(argv, cwd=t.ROOT, stdout=subprocess.DEVNULL)
        run.wait()
        bad += [f"kept: left {x}" for x in
                glob.glob(f"{t.INSTANCES}/tcplab-*-{run.pid}-*")]
        if run.returncode:
            return bad + [f"kept: exit {run.returncode}"]
        for i in range(12):
            folder = f"{results}/latest/close/client-first.{i + 1}"
            with open(folder + "/journal.jsonl", encoding="utf8") as f:
                paths = states([json.loads(line) for line in f])
            for host, path in (("client", CLIENT), ("server", SERVER)):
                if [state for _, state in paths.get(host, [])] != path:
                    bad.append(f"kept: {i}: {host}: {paths.get(host)}")
    return bad


def killed(*what):
    """Of a tcplab that is killed while it listens nothing stays."""
    before = t.instances()
    with t.Folder() as results:
        argv = [t.TCPLAB, "run", "--results", results, *what]
        run = subprocess.Popen(argv, cwd=t.ROOT, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        own = f"{t.INSTANCES}/tcplab-*-{run.pid}-*"
        end = time.monotonic() + 20
        while not glob.glob(own):
            if time.monotonic() > end:
                run.kill()
                return ["no instance was made"]
            time.sleep(0.005)  # sleeps: the tracer tells nobody
        run.kill()
        run.wait()
        end = time.monotonic() + 20
        while [x for x in t.instances() if x not in before]:
            if time.monotonic() > end:
                return [f"killed: left {t.instances()}"]
            time.sleep(0.02)  # sleeps: the kernel tells nobody
    return []


def main():
    bad = user()
    if os.geteuid() == 0:
        bad += root() + kept()
        bad += killed("lab/time-wait/lasts-a-minute.yaml")
        bad += killed("--jobs", "3", "--repeat", "100", SCENARIO)
    print("\n".join(bad) or "all told")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
