#!/usr/bin/env python3
"""The shipped suite in virtual time, in User-Mode Linux guests, as a user
without any privilege: the same verdicts, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time

import tcplab as t


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
    print(f"{len(by_name)} run in {wall:.1f} s, "
          f"{report['simulated_ns'] / 1e9:.0f} s simulated; "
          f"not passed: {bad}")
    wrong = len(bad) + (status != 0)
    if not 60 <= minute <= 70:
        print(f"TIME_WAIT's minute took {minute} s")
        wrong += 1
    if report["simulated_ns"] < 180e9:
        print("time was not virtual")
        wrong += 1
    return wrong


def must_fail(spec):
    """What is false on the machine is false in a guest."""
    report, status = t.run_json("--kernel", spec, "tests/lab/must-fail",
                                user=True)
    bad = {}
    for result in report["results"]:
        with open(os.path.join(t.ROOT, result["file"]),
                  encoding="utf8") as f:
            must = f.readline().split()[2]
        if result["verdict"] != must:
            bad[result["name"]] = result["verdict"]
    if bad or status != 1:
        print(f"must fail in a guest: {bad}, exit status {status}")
    return len(bad) + (status != 1)


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
        bad = suite(spec) + must_fail(spec) + \
            dead_guest(spec) + killed(spec, residue)
        found = residue.check(PATIENCE_S)
        if found:
            print(f"left: {found}")
    return 1 if bad or found else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
