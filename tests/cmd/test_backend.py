#!/usr/bin/env python3
"""What carries a link's frames: the kernel at once, netem, or the relay. Guest
kernels have netem and virtual time, where whatever a link adds to a delay is
seen to the microsecond; and 100,000 datagrams tell shares from each other.
"""

import collections
import glob
import json
import math
import os
import shutil

from tcplab import Folder, skip, tcplab

COURIER = os.environ["COURIER"]  # tests/cmd/courier.c
TOPO_TESTS = os.environ["TOPO_TESTS"].split()  # live ones of tests/topo
KERNELS = ("uml", "uml:6.1")

# standard errors: one share in 100,000 is further off by chance
SIGMAS = 4.5

# an arrival is stamped by a clock that each reading moves, in a guest
LATE_NS = 200_000
EARLY_NS = 2_000

STORY = """
title: Bytes over a wire that somebody carries
why: tc-netem(8)
topology:
  hosts: {client: , server: }
  links:
    - {ends: [client, server], %s}
steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c, within: 20s}
  - server: {accept: L, as: s, within: 60s}
  - together:
      - client: {send: c, bytes: 50000, within: 60s}
      - server: {recv: s, bytes: 50000, within: 60s}
"""

LETTERS = """
title: Datagrams over a wire that somebody carries
why: tc-netem(8)
topology:
  hosts: {client: , server: }
  links:
    - {ends: [client, server], %s}
steps:
  - server: {run: [%s, take, "7788", "%d"], as: taker}
  - client:
      run: [%s, give, server, "7788", "%d", "100000"]
      as: giver
      status: 0
      within: 10m
  - expect: {process: {server.taker: 0}, within: 60s}
"""


NESTED = """
title: Tests of links, as a user of a guest
why: they find there what a machine may lack
topology:
  hosts: {client: , server: }
  links: [{ends: [client, server]}]
steps:
"""


def kernels():
    """Those guest kernels that are there, as --kernel has them."""
    found = []
    for name in KERNELS:
        done = tcplab("kernel", "path", name)
        if done.returncode == 0:
            found.append("uml:" + done.stdout.strip())
    if not found:
        skip("no guest kernel: " + done.stderr.strip())
    return found


def run(texts, *args, user=False):
    """Run scenarios by their names; the events of each, all passed."""
    with Folder() as folder:
        os.mkdir(folder + "/s")
        for name, text in texts.items():
            with open(f"{folder}/s/{name}.yaml", "w", encoding="utf8") as f:
                f.write(text)
        done = tcplab("run", folder + "/s", "--results", folder + "/r",
                      "--jobs", "2", *args, user=user, timeout=550)
        assert done.returncode == 0, done.stdout + done.stderr
        events = {}
        for name in texts:
            path = [p for p in glob.glob(
                f"{folder}/r/*/**/{name}/journal.jsonl", recursive=True)
                    if "/latest/" not in p]
            assert len(path) == 1, path
            with open(path[0], encoding="utf8") as f:
                events[name] = [json.loads(line) for line in f]
        return events


def crossings(events, sender, receiver):
    """How long each segment took from one host to the other."""
    key = ("seq", "ack", "flags", "len", "options", "window")
    sent = collections.defaultdict(list)
    took = []
    for e in events:
        what = tuple(e.get(k) for k in key)
        if e["kind"] != "segment":
            continue
        if e["host"] == sender and e.get("out"):
            sent[what].append(e["t"])
        elif e["host"] == receiver and not e.get("out"):
            took.append(e["t"] - sent[what].pop(0))
    return took


def lane(events, host):
    """What is told at the end of frames from a host."""
    return [e for e in events if e["kind"] == "link" and
            e["host"] == host][0]


def test_delay():
    """A delay is what was asked, on each way and by each backend."""
    texts = {
        "pass": STORY % "wire: pass",
        "netem": STORY % "wire: netem, delay: 30ms",
        "relay": STORY % "wire: relay, delay: 30ms",
        "oneway": STORY % "wire: netem, 'server>client': {delay: 30ms}",
    }
    ways = (("client", "server"), ("server", "client"))
    for kernel in kernels():
        ran = run(texts, "--kernel", kernel)
        for name, events in ran.items():
            for sender, receiver in ways:
                took = crossings(events, sender, receiver)
                late = name in ("netem", "relay") or \
                    (name == "oneway" and sender == "server")
                asked = 30_000_000 if late else 0
                assert took, (name, sender)
                assert min(took) >= asked - EARLY_NS, (name, min(took))
                assert max(took) <= asked + LATE_NS, (name, max(took))


def check_share(what, found, n, share, spread=1.0):
    """A count of n is within so many standard errors of the share asked."""
    error = math.sqrt(n * share * (1 - share) * spread)
    print(f"  {what}: {found} of {n}, asked {n * share:.0f} +- {error:.0f}")
    assert abs(found - n * share) <= SIGMAS * error, what


def take(events):
    """What the taker printed."""
    text = [e["text"] for e in events if e["kind"] == "proc.output" and
            e["host"] == "server" and e.get("stream") == "stdout"]
    return json.loads("".join(text))


def check_mixed(name, got, n):
    """delay 20ms, jitter 2ms normal, loss 1%, duplicate 2%, reorder 5%"""
    once = got["came"] - got["twice"]
    # a frame that comes twice is lost if both are
    check_share(name + " lost", n - got["came"], n, 0.01 * 0.98)
    check_share(name + " twice", got["twice"], n, 0.02 * 0.99)
    check_share(name + " at once", got["prompt"], once, 0.05)
    assert got["behind"] > got["prompt"], got
    error = 2e6 / math.sqrt(got["late"])
    print(f"  {name} mean {got['mean_ns'] / 1e6:.4f} ms, deviation "
          f"{got['deviation_ns'] / 1e6:.4f} ms")
    # and what the clock's readings take
    assert abs(got["mean_ns"] - 20e6) <= SIGMAS * error + 10e3, got
    # that of a deviation; a table of 4096 is cut at four, and blunt
    assert abs(got["deviation_ns"] - 2e6) <= SIGMAS * error / 1.41 + 10e3, got


def check_bursts(name, got, n):
    """gemodel p 1%, r 20%; delay 20ms, jitter 5ms uniform"""
    p, r = 0.01, 0.2
    memory = 1 - p - r  # of the two states
    check_share(name + " lost", n - got["came"], n, p / (p + r),
                (1 + memory) / (1 - memory))
    assert got["twice"] == 0 and got["prompt"] == 0, got
    deviation = 5e6 / math.sqrt(3)
    error = deviation / math.sqrt(got["late"])
    assert abs(got["mean_ns"] - 20e6) <= SIGMAS * error + 10e3, got
    assert abs(got["deviation_ns"] - deviation) <= SIGMAS * error + 10e3, got


def test_shares():
    """100,000 datagrams are lost, doubled, late and early as was asked."""
    mixed, bursts = 100_000, 30_000
    words = {
        "mixed": ("delay: 20ms, jitter: 2ms, distribution: normal, loss: 1%, "
                  "duplicate: 2%, reorder: 5%", mixed, check_mixed),
        "bursts": ("delay: 20ms, jitter: 5ms, "
                   "gemodel: {p: 1%, r: 20%, bad: 100%, good: 0%}",
                   bursts, check_bursts),
    }
    texts = {
        f"{name}-{backend}": LETTERS % (f"wire: {backend}, {link}",
                                        COURIER, n, COURIER, n)
        for name, (link, n, _) in words.items()
        for backend in ("netem", "relay")
    }
    # repeatable: a share that is off is off each time
    ran = run(texts, "--kernel", kernels()[0], "--seed", "1")
    for name, events in ran.items():
        _, n, check = words[name.split("-")[0]]
        check(name, take(events), n)


def test_seed():
    """The same seed, the same losses; another, others."""
    n = 2000
    texts = {b: LETTERS % (f"wire: {b}, delay: 5ms, loss: 20%, duplicate: 5%",
                           COURIER, n, COURIER, n)
             for b in ("netem", "relay")}
    ran = [{name: take(events) for name, events in
            run(texts, "--kernel", kernels()[0], "--seed", seed).items()}
           for seed in ("7", "7", "8")]
    for name in texts:
        first, again, other = (r[name] for r in ran)
        assert first == {**again, "mean_ns": first["mean_ns"],
                         "deviation_ns": first["deviation_ns"]}, \
            (name, first, again)
        assert first["which"] != other["which"], (name, first, other)


def test_nested():
    """Labs within labs: how topologies are built on kernels that have all of
    it, netem and another classifier, too."""
    words = ["/usr/bin/env", "LAB_MUST_RUN=1", "KERNEL_HAS_ALL=1",
             "CK_FORK=no", "TEMP=/dev/shm"]
    text = NESTED + "".join(
        f"  - server: {{run: {json.dumps(words + [path])}, as: t{i}, "
        "status: 0, within: 5m}\n" for i, path in enumerate(TOPO_TESTS))
    for kernel in kernels():
        with Folder() as folder:
            # root's cache is not the user's to read
            copy = folder + "/linux"
            shutil.copy(kernel.partition(":")[2], copy)
            with open(folder + "/n.yaml", "w", encoding="utf8") as f:
                f.write(text)
            done = tcplab("run", folder + "/n.yaml", "--kernel", "uml:" + copy,
                          "--results", folder + "/r", user=True)
            assert done.returncode == 0, done.stdout + done.stderr


def test_machine():
    """On this kernel: netem if it has it, or a refusal that says what to do;
    the others always."""
    for user in (False, True):
        with Folder() as folder:
            path = folder + "/netem.yaml"
            with open(path, "w", encoding="utf8") as f:
                f.write(STORY % "wire: netem, delay: 5ms")
            done = tcplab("run", path, "--results", folder + "/r", user=user)
            doctor = tcplab("doctor", user=user)
            assert doctor.returncode == 0, doctor.stdout
            if "ok    links that the kernel impairs" in doctor.stdout:
                assert done.returncode == 0, done.stdout
                continue
            text = " ".join(done.stdout.split())
            assert done.returncode == 3, (done.returncode, text)
            assert "link client <-> server: this kernel has no netem " \
                "(sch_netem)" in text, text
            assert "wire: relay" in text and "CONFIG_NET_SCH_NETEM" in text
            assert "lack  links that the kernel impairs" in doctor.stdout
            assert "modprobe sch_netem" in doctor.stdout
    events = run({"pass": STORY % "wire: pass"})
    assert min(crossings(events["pass"], "client", "server")) >= 0
    assert not [e for e in events["pass"] if e["kind"] == "gap"]


for called, test in list(globals().items()):
    if called.startswith("test_"):
        test()
        print("ok", called)
