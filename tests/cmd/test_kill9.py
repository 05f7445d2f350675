#!/usr/bin/env python3
"""kill -9 at any moment of a run leaves nothing behind.

tcplab is killed at random moments; within two seconds there must be no
process, namespace, interface, mount, nor a result that claims to be whole.
"""

import glob
import json
import os
import random
import signal
import subprocess
import sys
import time

import tcplab as t

# connections in every state, among them LAST_ACK and FIN_WAIT1 orphans, which
# would keep a namespace for 100 s
SCENARIOS = ["lab/close/client-first.yaml", "lab/close/simultaneous.yaml",
             "lab/close/third-wave-needs-close.yaml",
             "lab/half-close/server-still-sends.yaml",
             "lab/process/inherited-listener.yaml"]


def judged(folder):
    """A verdict beside a whole journal is no lie: it was over in time."""
    for claim in glob.glob(f"{folder}/**/verdict.json", recursive=True):
        with open(claim, encoding="utf8") as f:
            json.load(f)  # never half a file
        with open(os.path.dirname(claim) + "/journal.jsonl",
                  encoding="utf8") as f:
            assert '"kind":"end"' in f.read().splitlines()[-1], claim


def once(rng, user, residue):
    with t.Folder() as results:
        argv = [t.TCPLAB, "run", "--results", results, *SCENARIOS]
        run = subprocess.Popen(t.as_nobody(argv) if user else argv,
                               cwd=t.ROOT, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL)
        after = rng.uniform(0, 0.8)
        time.sleep(after)  # sleeps: the random moment is what is tested
        run.send_signal(signal.SIGKILL)
        run.wait()
        # the kernel unmakes namespaces one after the other, in its own time;
        # a socket that was forgotten would hold one for 100 s
        found = residue.check(20)
        judged(results)
    return after, found


def main():
    times = int(os.environ.get("KILLS", "20"))
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    rng = random.Random(seed)
    bad = 0

    for i in range(times):
        residue = t.Residue()
        user = i % 2 == 1
        after, found = once(rng, user, residue)
        if found:
            bad += 1
            print(f"killed after {after:.4f} s as "
                  f"{'user' if user else 'root'}: left {found}")
            residue.check(150)  # let it not spoil the next round
    print(f"{times} kills, seed {seed}, {bad} left something")
    return 1 if bad else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
