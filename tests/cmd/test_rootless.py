#!/usr/bin/env python3
"""The same verdicts as root and as an unprivileged user, nothing left by
either, and nothing ever visible in the machine's own network namespace."""

import os
import subprocess
import sys
import threading

import tcplab as t

# all but those that wait out a minute: these are run by the suite itself
QUICK = ["--name", "handshake/*", "--name", "close/*", "--name", "abort/*",
         "--name", "half-close/*", "--name", "listen/*",
         "--name", "rebind/reuseaddr", "--name", "rebind/client-*",
         "--name", "rebind/second-listener", "--name", "rebind/wildcard*",
         "--name", "process/kill-9*", "--name", "process/inherited*",
         "--name", "time-wait/fin-wait2*", "lab"]


class Watch(threading.Thread):
    """Looks at the machine's interfaces until told to stop."""

    def __init__(self):
        super().__init__()
        self.before = t.links()
        self.seen = set()
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.005):
            self.seen |= set(t.links()) - set(self.before)


def main():
    residue = t.Residue()
    watch = Watch()
    watch.start()
    try:
        both = [("user", *t.run_json(*QUICK, user=True))]
        if os.geteuid() == 0:
            both.append(("root", *t.run_json(*QUICK)))
    finally:
        watch.over.set()
        watch.join()
    bad = 0
    for who, report, status in both:
        not_passed = {n: v for n, v in t.verdicts(report).items()
                      if v != "PASS"}
        print(f"{who}: {len(report['results'])} run, exit status {status}, "
              f"not passed: {not_passed}")
        bad += len(not_passed) + (status != 0)
    if t.verdicts(both[0][1]) != t.verdicts(both[-1][1]):
        print("verdicts differ between user and root")
        bad += 1
    if watch.seen:
        print(f"seen in the machine's own namespace: {watch.seen}")
        bad += 1
    found = residue.check(20)
    if found:
        print(f"left: {found}")
        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    t.nest()
    probe = subprocess.run(t.as_nobody(["unshare", "-Un", "true"]),
                           stderr=subprocess.PIPE, check=False, text=True)
    if probe.returncode:
        t.skip("no unprivileged user namespaces: " + probe.stderr.strip())
    sys.exit(main())
