#!/usr/bin/env python3
"""The shipped suite on this machine's kernel, in real time: all must pass,
nothing may be left, and no expectation may pass for the wrong reason."""

import glob
import os
import shutil
import subprocess
import sys

import tcplab as t

ALTER = os.environ["ALTER"]  # judges each journal with altered expectations


def main():
    residue = t.Residue()
    with t.Folder() as results:
        done = t.tcplab("run", "--results", results, "lab", timeout=600)
        print(done.stdout, done.stderr)
        # what could not be told proves nothing either
        for earlier in glob.glob(f"{results}/2*/**/try-*", recursive=True):
            shutil.rmtree(earlier)
        altered = subprocess.run([ALTER, results], check=False)
    found = residue.check(20)
    if found:
        print(f"left: {found}")
    return 1 if done.returncode or altered.returncode or found else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
