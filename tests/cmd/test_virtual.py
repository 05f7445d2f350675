#!/usr/bin/env python3
"""The shipped suite in virtual time, in User-Mode Linux guests, as a user
without any privilege: the same verdicts, and nothing left behind."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import tcplab as t
import test_must_fail as false


# A guest that goes gives 512 MB back, and RCU with it takes seconds (2.3 s seen
# idle) to let go even of the namespace that a look itself has made. One that
# an orphaned socket held would stay for 100 s.
PATIENCE_S = 30


def kernel():
    """The path of the guest kernel, or a skip."""
    done = t.tcplab("kernel", "path", "uml")
    if done.returncode:
        t.skip("no guest kernel: " + done.stderr.strip())
    return "uml:" + done.stdout.strip()


def suite(spec):
    """All of it, and the minute of TIME_WAIT is a minute all the same."""
    began = time.monotonic()
    report, status = t.run_json("--kernel", spec, "lab", user=True)
    wall = time.monotonic() - began
    bad = {n: v for n, v in t.verdicts(report).items() if v != "PASS"}
    by_name = {r["name"]: r for r in report["results"]}
    minute = by_name["time-wait/lasts-a-minute"]["duration_ns"] / 1e9
    hours = by_name["keepalive/two-hours"]["duration_ns"] / 3.6e12
    print(f"{len(by_name)} run in {wall:.1f} s, "
          f"{report['simulated_ns'] / 1e9:.0f} s simulated; "
          f"not passed: {bad}")
    wrong = len(bad) + (status != 0)
    if not 60 <= minute <= 70:
        print(f"TIME_WAIT's minute took {minute} s")
        wrong += 1
    if not 7875 / 3600 <= hours <= 8862 / 3600:
        print(f"keepalive's two hours and eleven minutes took {hours} hours")
        wrong += 1
    if report["simulated_ns"] < 9000e9:
        print("time was not virtual")
        wrong += 1
    return wrong


def must_fail(spec):
    """What is false on the machine is false in a guest, with what takes hours
    besides; and it is found out in the same way."""
    report, status = t.run_json("--kernel", spec, "tests/lab/must-fail",
                                user=True)
    files = glob.glob(os.path.join(t.ROOT, "tests/lab/must-fail/**/*.yaml"),
                      recursive=True)
    bad = {r["name"]: wrong for r in report["results"]
           if (wrong := false.check(r, os.path.join(t.ROOT, r["file"])))}
    if len(report["results"]) != len(files):
        bad["all"] = f"{len(report['results'])} run, not {len(files)}"
    if bad or status != 1:
        print(f"must fail in a guest: {bad}, exit status {status}")
    return len(bad) + (status != 1)


def programs(spec):
    """Real servers, with timers and habits of their own: on this machine's
    kernel and in a guest."""
    wrong = 0
    for kernel_spec in ("host", spec):
        report, status = t.run_json("--kernel", kernel_spec,
                                    "tests/lab/programs", user=True)
        bad = {n: v for n, v in t.verdicts(report).items() if v != "PASS"}
        if bad or status or len(report["results"]) < 2:
            print(f"real programs on {kernel_spec}: {bad}, {status}")
            wrong += 1
    return wrong


SPINS = """
title: A program that never sleeps
why: clock_gettime(2)
topology: pair
steps:
  - expect: {sockets: [{host: server, count: 0}]}
  - server:
      run: [python3, -c, "%s"]
      as: spinner
      status: 0
      within: 60s
"""
READS_CLOCK = ("import time; end = time.monotonic() + 0.05\\n"
               "while time.monotonic() < end: pass")
COMPUTES = "while True: pass"


def spins(spec):
    """Who waits by reading the clock is named, and nothing else changes; who
    computes for ever stops all time, and the machine's clock ends that."""
    with t.Folder() as folder:
        for name, code in (("reads", READS_CLOCK), ("computes", COMPUTES)):
            with open(f"{folder}/{name}.yaml", "w", encoding="utf8") as f:
                f.write(SPINS % code)
        shutil.copytree(os.path.join(t.ROOT, "topologies"),
                        f"{folder}/topologies")
        reads = t.tcplab("run", "--kernel", spec, "--results", folder + "/r",
                         f"{folder}/reads.yaml")
        computes = t.tcplab("run", "--kernel", spec, "--wall-limit", "5s",
                            "--results", folder + "/c",
                            f"{folder}/computes.yaml")
    wrong = 0
    if reads.returncode or "server.spinner spins on the clock: python3 used" \
            not in " ".join(reads.stdout.split()):
        print(f"not named: {reads.returncode}\n{reads.stdout}{reads.stderr}")
        wrong += 1
    says = " ".join(computes.stdout.split())
    if computes.returncode != 3 or "was silent for 5 s and was killed" \
            not in says or "while step 2 (line 7: server: run [python3" \
            not in says:
        print(f"not ended: {computes.returncode}\n{says}")
        wrong += 1
    return wrong


def kill_guest(kernel_path):
    """Kill the first process that executes this kernel."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/exe") == kernel_path:
                    os.kill(int(pid), signal.SIGKILL)
                    return True
            except OSError:
                pass
        time.sleep(0.005)  # sleeps: the kernel tells nobody
    return False


def dead_guest(spec):
    """A guest that dies is a named error with its console, exit status 3."""
    with t.Folder() as results:
        run = subprocess.Popen(
            [t.TCPLAB, "run", "--kernel", spec, "--results", results,
             "--format", "json", "lab/close"], cwd=t.ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        found = kill_guest(spec[4:])
        out, err = run.communicate(timeout=60)
    results = json.loads(out)["results"]
    dead = [r for r in results if r["verdict"] == "ERROR"]
    if found and run.returncode == 3 and dead and \
            all("the guest died" in r["error"] and ".console" in r["remedy"]
                for r in dead):
        return 0
    print(f"a guest that is killed: exit status {run.returncode}\n{out}{err}")
    return 1


def killed(spec, residue):
    """kill -9 while guests run leaves no guest."""
    with t.Folder() as results:
        run = subprocess.Popen(
            t.as_nobody([t.TCPLAB, "run", "--kernel", spec, "--results",
                         results, "lab"]), cwd=t.ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        run.stdout.readline()  # guests are up: one scenario is over
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        found = residue.check(PATIENCE_S)
    if found:
        print(f"kill -9 left {found}")
    return bool(found)


def main():
    spec = kernel()
    with t.Folder() as folder:
        # root's cache is not the user's to read
        copy = os.path.join(folder, "linux")
        with open(spec[4:], "rb") as source, open(copy, "wb") as target:
            target.write(source.read())
        os.chmod(copy, 0o755)
        os.chmod(folder, 0o755)
        spec = "uml:" + copy
        residue = t.Residue()
        bad = suite(spec) + must_fail(spec) + programs(spec) + \
            spins(spec) + dead_guest(spec) + killed(spec, residue)
        found = residue.check(PATIENCE_S)
        if found:
            print(f"left: {found}")
    return 1 if bad or found else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
