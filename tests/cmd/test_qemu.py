#!/usr/bin/env python3
"""The shipped suite on a kernel as a distribution ships it, under QEMU, as a
user without any privilege: the same verdicts, and nothing left behind."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import tcplab as t

PATIENCE_S = 30

FALSE = [f"tests/lab/must-fail/{name}.yaml"
         for name in ("fails", "output", "daemon")]

PANIC = """\
title: A program that makes the kernel panic
why: drivers/tty/sysrq.c
topology: {hosts: {alone: }}
steps:
  - alone: {run: [sh, -c, "echo c > /proc/sysrq-trigger"], as: crash}
  - alone: {exit: crash, within: 30s}
"""


def must(result):
    """The verdict that a scenario has to get."""
    with open(os.path.join(t.ROOT, result["file"]), encoding="utf8") as f:
        first = f.readline().split()
    return first[2] if first[:2] == ["#", "must:"] else "PASS"


def suite(kernel):
    """All that is true is found true, all that is false false; programs of
    Python run; results are where they always are."""
    began = time.monotonic()
    with t.Folder() as results:
        done = t.tcplab("run", "--kernel", kernel, "--results", results,
                        "--format", "json", "lab", *FALSE, user=True,
                        timeout=800)
        latest = os.path.join(results, "latest")
        minute = os.path.join(latest, "time-wait/lasts-a-minute")
        files = sorted(os.listdir(minute)) if os.path.isdir(minute) else []
        again = t.tcplab("judge", latest)
    if not done.stdout:
        print(f"no report: {done.returncode}\n{done.stderr}")
        return 1
    report = json.loads(done.stdout)
    by_name = {r["name"]: r for r in report["results"]}
    bad = {n: r["verdict"] + " " + r.get("error", "")
           for n, r in by_name.items() if r["verdict"] != must(r)}
    took = by_name["time-wait/lasts-a-minute"]["duration_ns"] / 1e9
    print(f"{len(by_name)} run in {time.monotonic() - began:.1f} s, "
          f"{report['simulated_ns'] / 1e9:.0f} s simulated; otherwise than "
          f"they must: {bad}")
    wrong = len(bad)
    for what, is_so in {
            f"exit status {done.returncode}": done.returncode == 1,
            f"judged again: {again.returncode}": again.returncode == 1,
            f"TIME_WAIT's minute took {took} s": 60 <= took <= 70,
            "too few scenarios": len(by_name) > 25,
            f"left {files}": files == [
                "capture.pcapng", "journal.jsonl", "manifest.json",
                "scenario.yaml", "topology.yaml", "verdict.json"],
    }.items():
        if not is_so:
            print(what)
            wrong += 1
    return wrong


def panic(kernel, folder):
    """A guest whose kernel panics is a named error with its console. Only
    root's programs can bring that about."""
    if os.geteuid() != 0:
        return 0
    scenario = os.path.join(folder, "panic.yaml")
    with open(scenario, "w", encoding="utf8") as f:
        f.write(PANIC)
    with t.Folder() as results:
        done = t.tcplab("run", "--kernel", kernel, "--results", results,
                        scenario)
        consoles = glob.glob(results + "/latest/guest-1.console")
        text = open(consoles[0], encoding="utf8").read() if consoles else ""
    if done.returncode == 3 and "the guest died" in done.stdout and \
            "guest-1.console" in done.stdout and "Kernel panic" in text:
        return 0
    print(f"a panic: exit status {done.returncode}\n{done.stdout}"
          f"{done.stderr}{text}")
    return 1


def bare_image(kernel, folder):
    """A kernel without the modules that the channel needs says so, or has
    them built in."""
    subprocess.run(["dpkg-deb", "-x", kernel, folder], check=True)
    image = glob.glob(folder + "/boot/vmlinuz-*")[0]
    done = t.tcplab("run", "--kernel", image, "lab/handshake/refused.yaml",
                    "--results", folder + "/results")
    if done.returncode == 3 and ("channel" in done.stdout or
                                 "veth" in done.stdout):
        return 0
    print(f"an image without modules: exit status {done.returncode}\n"
          f"{done.stdout}{done.stderr}")
    return 1


def misuse(kernel, folder):
    """What is no kernel is a usage error; what is missing is named."""
    cut = os.path.join(folder, "cut.deb")
    with open(kernel, "rb") as source, open(cut, "wb") as target:
        target.write(source.read(1 << 20))
    wrong = 0
    for name, env, status, says in (
            ("/nowhere", {}, 2, "/nowhere"),
            ("/etc/passwd", {}, 2, "is no kernel"),
            ("/bin/sh", {}, 2, "no User-Mode Linux"),
            (cut, {}, 3, "cut.deb"),
            (kernel, {"PATH": "/nowhere"}, 3, "qemu-system-x86")):
        done = t.tcplab("run", "--kernel", name, "--results",
                        folder + "/results", "lab/handshake/refused.yaml",
                        env=env)
        if done.returncode != status or says not in done.stderr:
            print(f"{name} {env}: exit status {done.returncode}, not "
                  f"{status}\n{done.stdout}{done.stderr}")
            wrong += 1
    return wrong


def killed(kernel, residue):
    """kill -9 while guests run leaves no guest."""
    with t.Folder() as results:
        run = subprocess.Popen(
            t.as_nobody([t.TCPLAB, "run", "--kernel", kernel, "--results",
                         results, "lab/handshake", "lab/close"]),
            cwd=t.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        run.stdout.readline()  # guests are up: one scenario is over
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        found = residue.check(PATIENCE_S)
    if found:
        print(f"kill -9 left {found}")
    return bool(found)


def main():
    package = os.environ.get("TCPLAB_STOCK_KERNEL")
    if not package:
        t.skip("TCPLAB_STOCK_KERNEL names no package with a kernel")
    if not shutil.which("qemu-system-x86_64"):
        t.skip("no qemu-system-x86_64")
    with t.Folder() as folder:
        # where an unprivileged user can read it
        kernel = shutil.copy(package, os.path.join(folder, "kernel.deb"))
        os.chmod(kernel, 0o644)
        residue = t.Residue()
        bad = misuse(kernel, folder) + suite(kernel) + \
            panic(kernel, folder) + bare_image(kernel, folder) + \
            killed(kernel, residue)
        found = residue.check(PATIENCE_S)
        if found:
            print(f"left: {found}")
    return 1 if bad or found else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
