"""Faults aimed at segments: each acts exactly as often as asked, every time.

The witnesses are the captures at both ends of the wire: they do not know the
relay. REPEATS says how often each scenario is run, beside two busy loops.
"""

import collections
import glob
import json
import os
import signal
import subprocess
import time

from tcplab import Folder, TCPLAB, ROOT, processes, tcplab

REPEATS = os.environ.get("REPEATS", "5")

# those that take longest come with the suite, in virtual time
SCENARIOS = [
    "handshake/lost-syn-ack", "handshake/lost-third-ack",
    "handshake/simultaneous-open", "handshake/rst-in-syn-sent",
    "close/lost-wave-1", "close/lost-wave-2", "close/lost-wave-3",
    "close/lost-wave-4", "close/simultaneous-crossing",
    "time-wait/old-duplicate-data", "time-wait/old-syn-refused",
    "abort/rst-lost",
]

STORY = """
title: A fault on its way
why: the end-to-end test
topology: pair
faults:
%s
steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c, within: 20s}
  - server: {accept: L, as: s, within: 20s}
  - client: {send: c, text: "hello"}
  - server: {recv: s, text: "hello", within: 20s}
  - client: {close: c}
  - server: {recv: s, eof: true, within: 20s}
  - server: {close: s}
  - expect: {client.c: TIME_WAIT, server.s: CLOSED, within: 20s}
%s
"""


def story(folder, faults, more=""):
    """A scenario with such faults; its path."""
    path = folder + "/story.yaml"
    with open(path, "w", encoding="utf8") as f:
        f.write(STORY % (faults, more))
    return path


def journals(results):
    """The events of each run below a results folder."""
    for path in sorted(glob.glob(results + "/**/journal.jsonl",
                                 recursive=True)):
        if "/latest/" not in path:
            with open(path, encoding="utf8") as f:
                yield path, [json.loads(line) for line in f]


KEY = ("from", "to", "seq", "ack", "flags", "len", "options", "window")


def eaten(events):
    """Segments that were sent by their owner and reached nobody."""
    left = collections.Counter()
    for e in events:
        if e["kind"] == "segment":
            what = tuple(e.get(k) for k in KEY)
            left[what] += 1 if e.get("out") else -1
    return sum(n for n in left.values() if n > 0)


def check_drops(path, events):
    """Each drop is a segment that is missing at the other end, and no other
    is missing, but for what was under way at the end."""
    drops = [e for e in events if e["kind"] == "fault" and
             e["action"] == "drop"]
    held = sum(e.get("under_way", 0) for e in events if e["kind"] == "link")
    gone = eaten(events)
    assert len(drops) <= gone <= len(drops) + held + 1, \
        (path, len(drops), gone, held)
    for e in drops:
        assert e.get("frame"), (path, "no frame in the capture", e)


def busy():
    """A loop that keeps one processor busy."""
    # pylint: disable=consider-using-with  # the caller kills it
    return subprocess.Popen(["sh", "-c", "while :; do :; done"])


def test_under_load():
    """Every time, beside two busy loops: the verdict, and the drops."""
    loops = [busy(), busy()]
    try:
        with Folder() as folder:
            done = tcplab("run", "--repeat", REPEATS, "--results",
                          folder + "/r", *[f"lab/{s}.yaml" for s in SCENARIOS],
                          timeout=3000)
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr
            n = 0
            for path, events in journals(folder + "/r"):
                check_drops(path, events)
                n += 1
            assert n == len(SCENARIOS) * int(REPEATS), n
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def run_one(faults, more="", user=False):
    """Run the story with such faults: exit code, output, events."""
    with Folder() as folder:
        done = tcplab("run", story(folder, faults, more), "--results",
                      folder + "/r", user=user)
        events = [e for _, e in journals(folder + "/r")]
        return done.returncode, done.stdout, events[0]


def acts(events, action):
    """What a fault of such an action did."""
    return [e for e in events if e["kind"] == "fault" and
            e["action"] == action]


def arrivals(events, of):
    """When a segment arrived, by its number, flags and length."""
    keys = ("from", "to", "seq", "flags", "len")
    return [e["t"] for e in events if e["kind"] == "segment" and
            not e.get("out") and all(e.get(k) == of.get(k) for k in keys)]


def test_every_action():
    """What each action does, as the ends see it; without privilege, too."""
    for user in (False, True):
        code, out, events = run_one(
            "  - {delay: wave-1, by: 300ms, times: 1}", "  - wait: 400ms",
            user=user)
        assert code == 0, out
        (hit,) = acts(events, "delay")
        sent = [e for e in events if e["kind"] == "segment" and
                e.get("frame") == hit["frame"]][0]
        came = arrivals(events, sent)
        # its repetition overtakes it
        assert any(t - sent["t"] >= 290_000_000 for t in came), (sent, came)

    code, out, events = run_one("  - {duplicate: data, by: 50ms, times: 1}",
                                "  - wait: 200ms")
    assert code == 0, out
    (hit,) = acts(events, "duplicate")
    sent = [e for e in events if e["kind"] == "segment" and
            e.get("frame") == hit["frame"]][0]
    came = arrivals(events, sent)
    assert len(came) == 2 and came[1] - came[0] >= 40_000_000, came

    code, out, events = run_one(
        "  - {corrupt: data, field: payload, times: 1}")
    assert code == 0, out
    assert len(acts(events, "corrupt")) == 1
    bad = [e for e in events if e["kind"] == "segment" and e.get("corrupt")]
    assert len(bad) == 1 and not bad[0].get("out"), bad

    code, out, events = run_one("  - {reorder: data, times: 1}")
    assert code == 0, out
    (hit,) = acts(events, "reorder")
    # what passes it is its own repetition: the client has nothing else to say
    sent = [e["options"] for e in events if e["kind"] == "segment" and
            e.get("out") and e["host"] == "client" and
            e.get("rel_seq") == hit["rel_seq"] and e.get("len") == hit["len"]]
    came = [e["options"] for e in events if e["kind"] == "segment" and
            not e.get("out") and e["host"] == "server" and
            e.get("rel_seq") == hit["rel_seq"] and e.get("len") == hit["len"]]
    assert len(sent) == 2 and came == sent[::-1], (sent, came)


def test_never_fired():
    """A fault that was asked for and never acted fails the scenario."""
    code, out, _ = run_one("  - {drop: {from: server, flags: [RST]}}")
    assert code == 1 and "never" in out, out
    code, out, events = run_one("  - {drop: wave-1, times: 1, skip: 1}")
    assert code == 1 and not acts(events, "drop"), out
    code, out, _ = run_one(
        "  - {drop: {from: server, flags: [RST]}, optional: true}")
    assert code == 0, out


def is_below(pid, ancestor):
    """Was a process begun by that one, or by one that it began."""
    while pid > 1 and pid != ancestor:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf8") as f:
                pid = int(f.read().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return pid == ancestor


def relay_pid(lab):
    """The process that carries a lab's frames, once it is there; another lab's
    may be there, too."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for line in processes():
            pid, comm = line.split()[:2]
            if comm == "lab-wire" and is_below(int(pid), lab.pid):
                return int(pid)
        time.sleep(0.01)  # sleeps: nobody tells
    raise AssertionError("no relay")


def await_step(results, text):
    """Look into a live run's journal until such a step has begun."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for path in glob.glob(results + "/2*/**/journal.jsonl",
                              recursive=True):
            with open(path, encoding="utf8") as f:
                if f'"text":"{text}' in f.read():
                    return
        time.sleep(0.01)  # sleeps: nobody tells
    raise AssertionError("no step: " + text)


def disturb(how):
    """Do something to the relay while a connection waits; what is said."""
    with Folder() as folder:
        code, said = run_disturbed(folder, how, "--retries", "0")
        (events,) = [e for _, e in journals(folder + "/r")]
        gaps = [e for e in events if e["kind"] == "gap" and
                e["source"] == "wire"]
        return code, said, gaps


def run_disturbed(folder, how, *args):
    """Exit status and output of such a run."""
    # there is always a connection to come
    path = story(folder, "  - {drop: data, skip: 1, optional: true}",
                 "".join("  - wait: 300ms\n"
                         '  - client: {connect: "server:7788", '
                         f"as: c{i}, within: 20s}}\n" for i in range(10)))
    with subprocess.Popen(
            [TCPLAB, "run", path, "--results", folder + "/r", *args], cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True) as lab:
        pid = relay_pid(lab)
        await_step(folder + "/r", "wait 300 ms")
        how(pid)
        said = lab.communicate()[0]
    return lab.returncode, said


def test_killed():
    """A relay that is killed is told, and proves nothing."""
    code, said, gaps = disturb(lambda pid: os.kill(pid, signal.SIGKILL))
    assert code == 5 and gaps, (code, said)
    assert "the process that carries frames is gone" in said, said


def test_again():
    """What could not be told is tried once more, and what it was before is
    kept beside it, for whoever asks."""
    with Folder() as folder:
        code, said = run_disturbed(
            folder, lambda pid: os.kill(pid, signal.SIGKILL))
        assert code == 0 and "try 2" in said and "1 passed" in said, said
        (first,) = glob.glob(folder + "/r/latest/**/try-1", recursive=True)
        with open(first + "/verdict.json", encoding="utf8") as f:
            assert json.load(f)["verdict"] == "INCONCLUSIVE"
        with open(first + "/../verdict.json", encoding="utf8") as f:
            told = json.load(f)
        assert told["verdict"] == "PASS" and told["tries"] == 2, told
        run = os.path.realpath(folder + "/r/latest")
        for path, exits, tally in ((run, 0, "1 passed, 0 failed, 0 inconc"),
                                   (first, 5, "0 passed, 0 failed, 1 inconc")):
            done = subprocess.run([TCPLAB, "report", path], cwd=ROOT,
                                  stdout=subprocess.PIPE, text=True,
                                  check=False)
            assert done.returncode == exits and tally in done.stdout, \
                done.stdout


def test_stopped():
    """A relay that comes late is told, and proves nothing."""
    def stop(pid):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(1)  # sleeps: that is how late it is made
        os.kill(pid, signal.SIGCONT)
    code, said, gaps = disturb(stop)
    assert code == 5 and gaps, (code, said)
    assert "later than asked" in said, said


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print("ok", name)
