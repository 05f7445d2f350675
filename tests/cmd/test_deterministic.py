#!/usr/bin/env python3
"""In virtual time the same scenario, seed and kernel give the same journal:
run again, alone or among others, as root or not, on a busy machine. What does
differ is told."""

import contextlib
import json
import os
import subprocess
import sys

import tcplab as t

SEED = ("--seed", "7")


def kernel():
    """The path of the guest kernel, or a skip."""
    done = t.tcplab("kernel", "path", "uml")
    if done.returncode:
        t.skip("no guest kernel: " + done.stderr.strip())
    return "uml:" + done.stdout.strip()


@contextlib.contextmanager
def busy():
    """Two processes that take all the CPU that they get."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
             for _ in range(2)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def journals(folder):
    """Bytes of each journal, by scenario and then by repetition."""
    found = {}
    for where, _, files in os.walk(folder):
        if "journal.jsonl" not in files:
            continue
        name = os.path.relpath(where, folder)
        stem, _, repeat = name.partition(".")
        with open(os.path.join(where, "journal.jsonl"), "rb") as f:
            found.setdefault(stem, {})[repeat or "1"] = f.read()
    return found


def run(spec, results, *args, **kw):
    """Run into a results folder; its journals, and how it ended."""
    done = t.tcplab("run", "--kernel", spec, "--results", results, *args, **kw)
    latest = os.path.join(results, os.readlink(os.path.join(results, "latest")))
    return journals(latest), done, latest


def canon(folder, name):
    """The canonical form of one scenario's journal."""
    return t.tcplab("canon", os.path.join(folder, name)).stdout


def suite(spec, results):
    """All of it, three times; returns how much is wrong and the journals."""
    found, done, _ = run(spec, results, "--repeat", "3", "--deterministic",
                         *SEED, "lab", user=True)
    differ = [n for n, j in found.items() if len(set(j.values())) != 1]
    alike = done.stdout.count("3 runs, one canonical journal, sha256 ")
    print(f"{len(found)} scenarios, {alike} alike; to the byte all but "
          f"{differ}")
    wrong = len(differ) + (done.returncode != 0) + (alike != len(found))
    if wrong:
        print(done.stdout[-4000:], done.stderr)
    return wrong, {n: j["1"] for n, j in found.items()}


def among_others(spec, results, first):
    """Last of a batch of other scenarios, alone, and on a busy machine."""
    wrong = 0
    ways = {
        "last of others": (["lab/rebind", "lab/abort", "lab/close"], False),
        "alone": (["lab/close/client-first.yaml"], False),
        "on a busy machine": (["lab/close", "lab/process"], True),
    }
    for what, (paths, load) in ways.items():
        with busy() if load else contextlib.nullcontext():
            found, done, _ = run(spec, results, *SEED, *paths, user=True)
        differ = [n for n, j in found.items() if j["1"] != first[n]]
        if differ or done.returncode or "close/client-first" not in found:
            print(f"{what}: {done.returncode}, differ: {differ}")
            wrong += 1
    return wrong


def other_seed(spec, results):
    """Another seed: other lots, and for all that the same canonical form."""
    name = "close/client-first"
    forms, raw = set(), set()
    for seed in ("1", "2"):
        found, _, latest = run(spec, results, "--seed", seed,
                               f"lab/{name}.yaml", user=True)
        raw.add(found[name]["1"])
        forms.add(canon(latest, name))
    if len(raw) == 2 and len(forms) == 1 and forms != {""}:
        return 0
    print(f"two seeds: {len(raw)} journals, {len(forms)} canonical forms")
    return 1


PLANTED = """\
title: A program that sees what the machine has done meanwhile
why: It must be told
topology: pair
steps:
  - server: {{run: [find, {results}, -name, verdict.json], as: look}}
  - server: {{exit: look, status: 0}}
"""


def planted(spec, results):
    """What differs is told by its first event, and fails if asked to."""
    path = os.path.join(results, "planted.yaml")
    with open(path, "w", encoding="utf8") as f:
        f.write(PLANTED.format(results=results))
    where = os.path.join(results, "planted")
    args = ("--jobs", "1", "--repeat", "2", path)
    _, asked, _ = run(spec, where, "--deterministic", *args)
    _, plain, _ = run(spec, where, *args)
    told = all("1 of 2 runs differ from the first" in d.stdout and
               "of run 1 " in d.stdout and "of run 2 " in d.stdout
               for d in (asked, plain))
    report = json.loads(t.tcplab("report", "--format", "json",
                                 os.path.join(where, "latest")).stdout)
    one = report["repetitions"][0]
    told = told and one["others"] == 1 and one["differs"]["repeats"] == [1, 2]
    if told and asked.returncode == 1 and plain.returncode == 0:
        return 0
    print(f"planted: {asked.returncode}, {plain.returncode}\n{asked.stdout}"
          f"{asked.stderr}")
    return 1


def main():
    spec = kernel()
    with t.Folder() as folder:
        # root's cache is not the user's to read
        copy = os.path.join(folder, "linux")
        with open(spec[4:], "rb") as source, open(copy, "wb") as target:
            target.write(source.read())
        os.chmod(copy, 0o755)
        spec = "uml:" + copy
        wrong, first = suite(spec, os.path.join(folder, "suite"))
        wrong += among_others(spec, os.path.join(folder, "others"), first)
        wrong += other_seed(spec, os.path.join(folder, "seeds"))
        wrong += planted(spec, folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
