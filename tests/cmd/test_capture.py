"""Each run's capture, as Wireshark's own eyes see it, and the journal beside.

tshark decodes the file without our code: what it says of every frame must be
what the journal says.
"""

import collections
import glob
import json
import os
import shutil
import subprocess
import sys
import time

from tcplab import ROOT, TCPLAB, Folder, skip, tcplab

FIELDS = {
    "frame": "frame.number",
    "interface": "frame.interface_name",
    "epoch": "frame.time_epoch",
    "src": "ip.src", "src6": "ipv6.src",
    "sport": "tcp.srcport",
    "dst": "ip.dst", "dst6": "ipv6.dst",
    "dport": "tcp.dstport",
    "flags": "tcp.flags",
    "seq": "tcp.seq_raw",
    "ack": "tcp.ack_raw",
    "len": "tcp.len",
    "window": "tcp.window_size_value",
    "checksum": "tcp.checksum.status",
    "ip": "ip.checksum.status",
}
BITS = [("SYN", 0x02), ("FIN", 0x01), ("RST", 0x04), ("PSH", 0x08),
        ("ACK", 0x10), ("URG", 0x20), ("ECE", 0x40), ("CWR", 0x80)]


def tshark(path, *args):
    """tshark's lines; it must have nothing to complain of."""
    done = subprocess.run(
        ["tshark", "-n", "-r", path, "-o", "tcp.check_checksum:TRUE",
         "-o", "ip.check_checksum:TRUE", *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True,
        env={"HOME": "/nonexistent", "PATH": os.environ["PATH"]})
    said = [line for line in done.stderr.splitlines()
            if "could be dangerous" not in line and
            "Running as user" not in line]
    assert not said, said
    return done.stdout.splitlines()


def frames(path):
    """One dictionary a TCP segment."""
    args = ["-Y", "tcp", "-T", "fields"]
    for field in FIELDS.values():
        args += ["-e", field]
    return [dict(zip(FIELDS, line.split("\t"))) for line in
            tshark(path, *args)]


def address(ip, ip6, port):
    """As the journal writes it."""
    return f"{ip}:{port}" if ip else f"[{ip6}]:{port}"


def compare(frame, event, begin_ns):
    """One segment, told by two who do not know of each other."""
    host = f"{event['host']}:{event['interface']}"
    bits = int(frame["flags"], 16)
    flags = ",".join(name for name, bit in BITS if bits & bit)
    assert frame["interface"] == host, (frame, event)
    assert event["from"] == address(frame["src"], frame["src6"],
                                    frame["sport"])
    assert event["to"] == address(frame["dst"], frame["dst6"],
                                  frame["dport"])
    assert event["flags"] == flags, (frame, event)
    for key in ("seq", "ack", "len", "window"):
        assert event.get(key, 0) == int(frame[key]), (key, frame, event)
    assert frame["checksum"] == "1" and frame["ip"] in ("1", ""), \
        (frame, event)
    assert "corrupt" not in event
    seconds, _, fraction = frame["epoch"].partition(".")
    wall_ns = int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9])
    # the clocks are mapped anew all the time, and may be slewed
    assert abs(wall_ns - begin_ns - event["t"]) < 2_000_000, (frame, event)


def load(folder):
    """The events of a scenario's journal."""
    with open(folder + "/journal.jsonl", encoding="utf8") as f:
        return [json.loads(line) for line in f]


def check_order(segments):
    """Nothing arrives that was not sent before, by what the journal says."""
    under_way = collections.Counter()
    for s in segments:
        what = tuple(s.get(key) for key in ("from", "to", "flags", "seq",
                                            "ack", "len", "options"))
        under_way[what] += 1 if "out" in s else -1
        assert under_way[what] >= 0, s


def check_run(folder):
    """A scenario's capture and journal tell the same."""
    events = load(folder)
    segments = [e for e in events if e["kind"] == "segment"]
    seen = frames(folder + "/capture.pcapng")
    assert len(seen) == len(segments) > 0, (len(seen), len(segments))
    by_frame = {e["frame"]: e for e in segments}
    for frame in seen:
        compare(frame, by_frame[int(frame["frame"])], events[0]["wall_ns"])
    check_order(segments)
    return segments


def told(segments, host, out):
    """What a host sent, or received, in words."""
    return [s["roles"] for s in segments
            if s["host"] == host and s.get("out", False) == out]


def test_arrows():
    """The handshake and the four waves, at both ends of the wire."""
    with Folder() as results:
        done = tcplab("run", "lab/close/server-first.yaml",
                      "lab/handshake/ipv6.yaml", "--results", results)
        assert done.returncode == 0, done.stdout
        for path in glob.glob(results + "/*/*/*/capture.pcapng"):
            segments = check_run(os.path.dirname(path))
            # nothing is lost on this wire: what one sends the other gets
            for one, other in (("client", "server"), ("server", "client")):
                assert told(segments, one, True) == told(segments, other,
                                                         False)
            sent = told(segments, "client", True)
            assert sent[:2] == ["handshake-1", "handshake-3"], sent
            assert told(segments, "server", True)[0] == "handshake-2"
            first = [s for s in segments if s["roles"] == "handshake-1"][0]
            assert "rel_seq" not in first and "rel_ack" not in first, first


def test_cut():
    """A wire that eats frames: sent, and not received."""
    with Folder() as results:
        tcplab("run", "lab/close/simultaneous.yaml", "--results", results)
        folder = os.path.dirname(
            glob.glob(results + "/*/*/*/capture.pcapng")[0])
        segments = check_run(folder)
        sent = told(segments, "client", True)
        arrived = told(segments, "server", False)
        # the wire ate the first FIN, however often it was repeated, and the
        # acknowledgement of the other's
        assert len(sent) >= len(arrived) + 2, (sent, arrived)
        assert ",".join(arrived).startswith(
            "handshake-1,handshake-3,wave-2"), arrived


def test_refused():
    """A refusal is an RST whose number is 0."""
    with Folder() as results:
        tcplab("run", "lab/handshake/refused.yaml", "--results", results)
        folder = os.path.dirname(
            glob.glob(results + "/*/*/*/capture.pcapng")[0])
        roles = told(check_run(folder), "server", True)
        assert roles == ["rst"], roles


def comments(path):
    """The comment of each frame that has one, by its number."""
    lines = tshark(path, "-Y", "frame.comment", "-T", "fields",
                   "-e", "frame.number", "-e", "frame.comment")
    return {int(n): text for n, text in (li.split("\t", 1) for li in lines)}


def test_comments():
    """What a fault did is written beside the frame that it did it to."""
    with Folder() as results:
        done = tcplab("run", "lab/close/lost-wave-1.yaml",
                      "lab/close/lost-wave-4.yaml", "--results", results)
        assert done.returncode == 0, done.stdout
        folders = glob.glob(results + "/2*/close/*")
        assert len(folders) == 2, folders
        for folder in folders:
            role = "wave-" + folder[-1]
            by_frame = {s["frame"]: s for s in check_run(folder)}
            faults = [e for e in load(folder) if e["kind"] == "fault"]
            told = comments(folder + "/capture.pcapng")
            assert len(faults) == 3, faults
            assert list(told) == [e["frame"] for e in faults], (told, faults)
            for e in faults:
                text = told[e["frame"]]
                assert text.startswith("drop " + role), text
                assert "(fault 1, line " in text, text
                segment = by_frame[e["frame"]]
                for key in ("host", "out", "flags", "roles", "seq", "ack"):
                    assert segment[key] == {"out": True, **e}[key], key
            assert sorted(os.listdir(folder))[0] == "capture.pcapng"
            assert not glob.glob(folder + "/*.part*")


def until(found, what):
    """Look until something is there; what it is."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        there = found()
        if there:
            return there
        # sleeps: a file has no event for who reads it elsewhere
        time.sleep(0.01)
    raise AssertionError(f"no {what}")


def test_killed():
    """What a run that is killed has captured so far can be read."""
    with Folder() as results:
        with subprocess.Popen(
                [TCPLAB, "run", "lab/time-wait/lasts-a-minute.yaml",
                 "--results", results], cwd=ROOT,
                stdout=subprocess.DEVNULL) as run:
            try:
                path, = until(
                    lambda: [path for path in
                             glob.glob(results + "/2*/*/*/capture.pcapng")
                             if os.path.getsize(path)], "capture")
                # the file gets what the journal has a moment later
                until(lambda: frames(path), "segment in the file")
            finally:
                run.kill()
        assert "handshake-1" in str(load_cut(os.path.dirname(path)))
        assert frames(path)[0]["flags"] == "0x0002", frames(path)[0]


def load_cut(folder):
    """The events of a journal whose last line may be cut."""
    with open(folder + "/journal.jsonl", encoding="utf8") as f:
        return [json.loads(line) for line in f if line.endswith("}\n")]


def in_virtual_time():
    """There, a handshake has one stamp; the order is right all the same."""
    with Folder() as results:
        done = tcplab("run", "--virtual", "lab/close/client-first.yaml",
                      "lab/close/lost-wave-4.yaml", "--results", results)
        assert done.returncode == 0, done.stdout
        folders = glob.glob(results + "/2*/close/*")
        assert len(folders) == 2, folders
        for folder in folders:
            segments = check_run(folder)
            sent = told(segments, "client", True)
            assert sent[:2] == ["handshake-1", "handshake-3"], sent


if not shutil.which("tshark"):
    skip("tshark is not installed")
if sys.argv[1:] == ["virtual"]:
    in_virtual_time()
    print("ok in_virtual_time")
else:
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)
