#!/usr/bin/env python3
"""The command line as a user meets it: exit status, where output goes, and
what an error says."""

import json
import os
import shutil
import signal
import subprocess
import sys

import tcplab as t

GOOD = "lab/handshake/established.yaml"


def expect(name, done, status, out=None, err=None):
    wrong = []
    if done.returncode != status:
        wrong.append(f"exit status {done.returncode}, not {status}")
    if out is not None and out not in done.stdout:
        wrong.append(f"stdout lacks '{out}'")
    if err is not None and err not in done.stderr:
        wrong.append(f"stderr lacks '{err}'")
    if wrong:
        print(f"{name}: {'; '.join(wrong)}\n{done.stdout}{done.stderr}")
    return bool(wrong)


def usage():
    """name, arguments, status, stdout has, stderr has"""
    return [
        ("no command", [], 2, "", "no command"),
        ("help", ["--help"], 0, "Exit status:", ""),
        ("help of a command", ["run", "--help"], 0, "--repeat N", ""),
        ("help by name", ["help", "judge"], 0, "results folder", ""),
        ("version", ["--version"], 0, "tcplab ", ""),
        ("typo", ["rnu"], 2, "", "did you mean 'run'?"),
        ("no path", ["run"], 2, "", "no scenario is named"),
        ("bad option", ["run", "--nope", GOOD], 2, "", "tcplab run --help"),
        ("bad number", ["run", "--jobs", "many", GOOD], 2, "", "'many'"),
        ("bad format", ["run", "--format", "jsn", GOOD], 2, "",
         "did you mean 'json'?"),
        ("nothing matches", ["run", "--tag", "nope", GOOD], 2, "",
         "no scenario matches"),
        ("no such file", ["run", "nope.yaml"], 2, "", "No such file"),
        ("check", ["check", "lab", "topologies"], 0, "are good", ""),
        ("plan", ["check", "--plan", GOOD], 0, "connect", ""),
        ("list", ["list"], 0, "rebind/eaddrinuse", ""),
        ("steps", ["list", "--steps"], 0, "setsockopt", ""),
        ("formats", ["list", "--formats"], 0, "ktap", ""),
        ("schema", ["schema", "scenario"], 0, "draft-07", ""),
        ("kernel's names", ["kernel", "--help"], 0, "uml:6.12", ""),
        ("no such kernel", ["kernel", "path", "um"], 2, "",
         "names no kernel"),
        ("no such source", ["kernel", "build", "--source", "nope"], 3, "",
         "nope: No such file"),
        ("not a results folder", ["judge", "src"], 2, "",
         "not a results folder"),
        ("no such host", ["shell", "topologies/pair.yaml", "sever"], 2, "",
         "did you mean 'server'?"),
        ("doctor", ["doctor"], 0, "ok", ""),
        ("shell", ["shell", "topologies/pair.yaml", "client", "--",
                   "sh", "-c", "cat /etc/hosts; hostname; exit 7"], 7,
         "client", ""),
        ("no place for results", ["run", "--results", "/proc/nope", GOOD], 3,
         "", "--results DIR"),
    ]


def run_and_judge():
    """A run, judged again from its folder alone, says the same."""
    bad = 0
    with t.Folder() as results:
        done = t.tcplab("run", "--results", results, "--format", "json", GOOD)
        bad += expect("run", done, 0)
        first = json.loads(done.stdout)
        moved = results + "/moved"
        shutil.move(os.path.realpath(results + "/latest"), moved)
        done = t.tcplab("judge", "--format", "json", moved, cwd="/")
        bad += expect("judge", done, 0)
        again = json.loads(done.stdout)
        for a, b in zip(first["results"], again["results"]):
            for key in ("name", "verdict", "findings"):
                if a[key] != b[key]:
                    print(f"judged again, {key} differs: {a[key]} {b[key]}")
                    bad += 1
        done = t.tcplab("report", moved, "--format", "junit", "--format",
                        "ktap=" + results + "/out.ktap")
        bad += expect("report", done, 0, out="<testsuites")
        with open(results + "/out.ktap", encoding="utf8") as f:
            bad += not f.read().startswith("KTAP version 1")
        # break the journal off: nothing is certain any more
        for journal in (os.path.join(d, "journal.jsonl")
                        for d, _, files in os.walk(moved)
                        if "journal.jsonl" in files):
            os.truncate(journal, os.path.getsize(journal) // 2)
        done = t.tcplab("judge", moved)
        if done.returncode not in (3, 5):
            print(f"a broken journal: exit {done.returncode}\n{done.stdout}")
            bad += 1
    return bad


def sudo_user():
    """Under sudo, files belong to the user, and so do the programs."""
    if os.geteuid() != 0:
        return 0
    bad = 0
    with t.Folder() as results:
        env = {"SUDO_UID": str(t.NOBODY), "SUDO_GID": str(t.NOBODY)}
        done = t.tcplab("run", "--results", results + "/r", GOOD, env=env)
        bad += expect("as sudo", done, 0)
        for folder, _, files in os.walk(results + "/r"):
            for name in [folder] + [os.path.join(folder, f) for f in files]:
                if os.stat(name).st_uid != t.NOBODY:
                    print(f"{name} is not the user's")
                    bad += 1
        done = t.tcplab("shell", "topologies/pair.yaml", "client", "--",
                        "id", "-u", env=env)
        bad += expect("shell as sudo", done, 0, out=str(t.NOBODY))
        done = t.tcplab("shell", "topologies/pair.yaml", "client", "--",
                        "grep", "CapEff", "/proc/self/status", env=env)
        bad += expect("no capability", done, 0, out="0000000000000000")
    return bad


def interrupted():
    """SIGINT ends a run at once, with 130, and leaves nothing."""
    residue = t.Residue()
    with t.Folder() as results:
        run = subprocess.Popen(
            [t.TCPLAB, "run", "--results", results, GOOD,
             "lab/time-wait/lasts-a-minute.yaml"], cwd=t.ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        run.stdout.readline()  # the short one is over, the long one is not
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=10)
        bad = run.returncode != 130
        if bad:
            print(f"SIGINT: exit status {run.returncode}\n{out}{err}")
        found = residue.check(2)
        if found:
            print(f"SIGINT left {found}")
    return bad + bool(found)


def main():
    bad = 0
    for name, args, status, out, err in usage():
        bad += expect(name, t.tcplab(*args), status, out, err)
    for part in (run_and_judge, sudo_user, interrupted):
        bad += part()
    print(f"{bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
