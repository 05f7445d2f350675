"""Links that delay and lose, on this machine's kernel: asked, done, and told.

The capture at both ends of a wire is the witness: it does not know the relay.
"""

import collections
import glob
import json

from tcplab import Folder, tcplab

# frames; some twenty are lost where loss is asked for
SLACK = 6

# of 30 ms: stamps are mapped between two clocks, and a busy machine may come
# between their readings; that a relay is never early, tests/wire/ tells
AT_LEAST = 20_000_000

SCENARIO = """
title: Bytes over a wire that was asked for
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
      - client: {send: c, bytes: 200000, within: 60s}
      - server: {recv: s, bytes: 200000, within: 60s}
  - client: {shutdown: c, how: wr}
  - server: {recv: s, eof: true, within: 60s}
%s
"""


def write(folder, link, more=""):
    """A scenario with such a link; its path."""
    path = folder + "/wired.yaml"
    with open(path, "w", encoding="utf8") as f:
        f.write(SCENARIO % (link, more))
    return path


def load(results):
    """The events of the one scenario that was run."""
    path = [p for p in glob.glob(results + "/*/*/*/journal.jsonl")
            if "/latest/" not in p]
    assert len(path) == 1, path
    with open(path[0], encoding="utf8") as f:
        return [json.loads(line) for line in f]


def run(link, *args, user=False):
    """Run with such a link; its events. A machine so busy that the relay was
    late proves nothing, and tcplab says so: then once more."""
    for _ in range(5):
        with Folder() as folder:
            path = write(folder, link)
            done = tcplab("run", path, "--results", folder + "/r", *args,
                          user=user)
            if done.returncode == 5 and "later than asked" in done.stdout:
                continue
            assert done.returncode == 0, done.stdout + done.stderr
            return load(folder + "/r")
    raise AssertionError("late five times: " + done.stdout)


def lane(events, host):
    """What the relay says of frames from a host."""
    return [e for e in events if e["kind"] == "link" and
            e["host"] == host][0]


def crossings(events, sender, receiver):
    """Each segment that a host sent: how long it took, None if it is lost."""
    key = ("seq", "ack", "flags", "len", "options", "window")
    sent = collections.defaultdict(list)
    took = []
    segments = [(tuple(e.get(k) for k in key), e) for e in events
                if e["kind"] == "segment"]
    # all that was sent first: two interfaces are read one after the other
    for what, e in segments:
        if e["host"] == sender and e.get("out"):
            sent[what].append(e["t"])
    for what, e in segments:
        if e["host"] == receiver and not e.get("out"):
            assert sent[what], ("arrived, and was never sent", e)
            took.append(e["t"] - sent[what].pop(0))
    assert all(t >= 0 for t in took), "arrived before it was sent"
    return took, sum(len(left) for left in sent.values())


def test_delay(user=False):
    """Late, both ways, and nothing is lost."""
    events = run("delay: 30ms", user=user)
    for one, other in (("client", "server"), ("server", "client")):
        took, left = crossings(events, one, other)
        assert took and min(took) >= AT_LEAST, min(took)
        counted = lane(events, one)
        assert "lost" not in counted and "missed" not in counted, counted
        # those on their way when the lab ended
        assert left <= counted.get("under_way", 0) + SLACK, (left, counted)


def test_one_way():
    """What is said of one direction does not touch the other."""
    events = run("'server>client': {delay: 30ms}")
    there, _ = crossings(events, "client", "server")
    back, _ = crossings(events, "server", "client")
    assert min(back) >= AT_LEAST, min(back)
    assert sorted(there)[len(there) // 2] < AT_LEAST, there


def test_loss(user=False):
    """What the relay says it lost is what never arrived."""
    events = run("loss: 20%, delay: 2ms", user=user)
    for one, other in (("client", "server"), ("server", "client")):
        _, left = crossings(events, one, other)
        counted = lane(events, one)
        gone = counted.get("lost", 0) + counted.get("under_way", 0)
        # the capture ends a moment before the relay is asked, so some frames
        # are in one account only; tests/wire/ counts them one by one
        assert gone / 2 <= left + SLACK and left <= 2 * gone + SLACK, \
            (left, counted)
        assert counted["came"] == counted["gone"] + gone, counted
    assert lane(events, "client")["lost"] > 0, "20% of it is nothing?"
    again = sum(1 for e in events if e["kind"] == "segment" and
                e.get("out") and e.get("again"))
    assert again > 0, "lost, and never sent again"


def test_shell(user=False):
    """A shell's links carry frames, too: the server refuses what came."""
    with Folder() as folder:
        path = folder + "/late.yaml"
        with open(path, "w", encoding="utf8") as f:
            f.write("hosts: {client: , server: }\nlinks:\n"
                    "  - {ends: [client, server], delay: 20ms}\n")
        done = tcplab("shell", path, "client", "--", "timeout", "10",
                      "bash", "-c", "exec 3<>/dev/tcp/server/7", user=user)
        assert "Connection refused" in done.stderr, done


def test_rootless():
    """The same without any privilege."""
    test_delay(user=True)
    test_loss(user=True)
    test_shell(user=True)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print("ok", name)
