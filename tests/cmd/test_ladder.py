"""The ladder of a connection, read back from its text, against the journal.

Nothing here is shared with what draws: the lifelines are found by looking for
them, arrows are followed by their ends, and each end's states come from a small
state machine (RFC 9293, figure 5) that is fed with the segments of the journal.
"guest" as argument: in virtual time, where the minute of TIME_WAIT is over at
once.
"""

import collections
import glob
import json
import os
import re
import sys

from tcplab import Folder, tcplab

SCENARIO = """
title: The client closes first, on a link of 20 ms
why: RFC 9293 3.6 figure 12
topology:
  hosts: {client: , server: }
  links:
    - {ends: [client, server], delay: 20ms}
steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c}
  - server: {accept: L, as: s}
  - client: {close: c}
  - server: {recv: s, eof: true}
  - expect: {client.c: FIN_WAIT2}
  - server: {close: s}
  - expect: {server.s: CLOSED, client.c: TIME_WAIT}
%s
"""
TO_THE_END = "  - expect: {client.c: CLOSED, within: 70s}"

ENDS = ["client", "server"]
LIFE = "│┃├┤●⋮|#+o:"
STATES = ("CLOSED LISTEN SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 "
          "CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT").split()
LABEL = re.compile(r"([A-Z,]+) (\d+)(?:/(\d+))?(?: \((\d+)\))?(?: again)?")

# state, what happens: the next state. Sent and arrived, by flags
MOVES = {
    ("CLOSED", "sent", "SYN"): "SYN_SENT",
    ("CLOSED", "arrived", "SYN"): "SYN_RECV",
    ("SYN_SENT", "arrived", "SYN,ACK"): "ESTABLISHED",
    ("SYN_RECV", "arrived", "ACK"): "ESTABLISHED",
    ("ESTABLISHED", "sent", "FIN,ACK"): "FIN_WAIT1",
    ("ESTABLISHED", "arrived", "FIN,ACK"): "CLOSE_WAIT",
    ("FIN_WAIT1", "arrived", "ACK"): "FIN_WAIT2",
    ("FIN_WAIT2", "arrived", "FIN,ACK"): "TIME_WAIT",
    ("CLOSE_WAIT", "sent", "FIN,ACK"): "LAST_ACK",
    ("LAST_ACK", "arrived", "ACK"): "CLOSED",
}
WANTED = collections.Counter(
    "SYN_SENT SYN_RECV ESTABLISHED ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSE_WAIT "
    "LAST_ACK TIME_WAIT CLOSED".split())

Thing = collections.namedtuple("Thing", "what words ms")


def flags(text):
    """In one order, whoever writes them; PSH says nothing of a state."""
    return ",".join(f for f in ("SYN", "FIN", "RST", "ACK")
                    if f in text.split(","))


def from_journal(path):
    """Of each host what left and what arrived, in time's order."""
    things = {host: [] for host in ENDS}
    with open(path, encoding="utf8") as f:
        for line in f:
            e = json.loads(line)
            if e["kind"] != "segment":
                continue
            what = "sent" if e.get("out") else "arrived"
            words = (flags(e["flags"]), e.get("rel_seq", 0),
                     e.get("rel_ack", 0), e.get("len", 0))
            things[e["host"]].append(Thing(what, words, e["t"] / 1e6))
    for host in ENDS:
        things[host].sort(key=lambda thing: thing.ms)
    return things


def lifelines(rows):
    """The two columns in which there is something on each row."""
    cols = [col for col in range(min(map(len, rows)))
            if all(row[col] in LIFE for row in rows)]
    assert len(cols) == 2, (cols, rows)
    return cols


def words_of(text):
    found = LABEL.search(text)
    assert found, text
    f, seq, ack, length = found.groups()
    return flags(f), int(seq), int(ack or 0), int(length or 0)


def read_row(row, left, right, things, flying):
    """Add what it says to each end's things, outermost last."""
    time = row[:left].split()
    if not time or not re.fullmatch(r"\d+\.\d{3}!?", time[0]):
        return  # a silence
    ms = float(time[0].rstrip("!"))
    middle = row[left + 1:right]
    outside = [time[1:], row[right + 1:].split()]
    # ends of arrows: one that leaves is "├" and "┤", or "+"
    if row[left] in "├+":
        flying[0].append(words_of(middle))
        things[0].append(Thing("sent", flying[0][-1], ms))
    if row[right] in "┤+":
        flying[1].append(words_of(middle))
        things[1].append(Thing("sent", flying[1][-1], ms))
    if middle.endswith(("▶", ">")):
        things[1].append(Thing("arrived", flying[0].pop(0), ms))
    if middle.startswith(("◀", "<")):
        things[0].append(Thing("arrived", flying[1].pop(0), ms))
    for end in (0, 1):
        for word in outside[end]:
            assert word.strip("()") in STATES, row
            things[end].append(Thing("state", word.strip("()"), ms))


def from_ladder(text):
    """Of each host what the ladder shows, in its order from top to bottom."""
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines)
                 if re.match(r" *client\.c \S+:\d+ +server\.s \S+:\d+$", line))
    rows = []
    for line in lines[first + 1:]:
        if not line:
            break
        rows.append(line)
    assert all(len(line) <= 80 for line in rows), rows
    left, right = lifelines(rows)
    things, flying = [[], []], [[], []]
    for row in rows:
        read_row(row, left, right, things, flying)
    assert flying == [[], []], flying
    return dict(zip(ENDS, things))


def check_segments(host, journal, ladder):
    """The same, in the same order, at the same time."""
    drawn = [t for t in ladder if t.what != "state"]
    assert [t[:2] for t in drawn] == [t[:2] for t in journal], \
        (host, drawn, journal)
    # an arrow that took less than half a millisecond may be level
    assert all(abs(a.ms - b.ms) < 0.6 for a, b in zip(drawn, journal)), \
        (host, drawn, journal)


def check_states(host, ladder):
    """Each state stands behind what leads to it, and before what comes next."""
    state, wanted, seen = "CLOSED", [], []
    for i, thing in enumerate(ladder):
        if thing.what == "state":
            # TIME_WAIT ends by itself
            if (state, thing.words) == ("TIME_WAIT", "CLOSED"):
                state = "CLOSED"
            else:
                assert wanted and wanted.pop(0) == thing.words, \
                    (host, i, thing, ladder)
            seen.append(thing.words)
            continue
        assert not wanted, (host, wanted, thing, ladder)
        after = MOVES.get((state, thing.what, thing.words[0]))
        if after:
            state = after
            wanted.append(after)
    assert not wanted, (host, wanted, ladder)
    return seen


def check(text, journal, to_the_end):
    there, drawn = from_journal(journal), from_ladder(text)
    seen = collections.Counter()
    for host in ENDS:
        check_segments(host, there[host], drawn[host])
        seen.update(check_states(host, drawn[host]))
    wanted = WANTED + collections.Counter({"CLOSED": to_the_end})
    assert seen == wanted, seen - wanted + (wanted - seen)


def mutants(text):
    """The same with one state renamed, gone or at the other end, or with one
    arrow turned round or with another number."""
    for state in set(re.findall(r"[A-Z]+_[A-Z0-9]+", text)) & set(STATES):
        for other in ("LISTEN", " " * len(state)):
            yield text.replace(state, other.ljust(len(state)), 1)
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if " SYN_RECV" in line:  # a row higher
            yield "\n".join(lines[:i - 1] + [lines[i], lines[i - 1]] +
                            lines[i + 1:])
        if "├─" in line:
            yield "\n".join(lines[:i] + [line.replace("├─", "│─")] +
                            lines[i + 1:])
    yield text.replace("FIN,ACK 1/1", "FIN,ACK 1/7", 1)
    yield text.replace("▶", " ", 1)


def check_that_it_checks(text, journal, to_the_end):
    for mutant in mutants(text):
        try:
            check(mutant, journal, to_the_end)
        except (AssertionError, IndexError):
            continue
        raise RuntimeError("not seen to be wrong:\n" + mutant)


def ladder_of(folder, locale):
    done = tcplab("report", folder, "--format", "ladder",
                  env={"LC_ALL": locale, "COLUMNS": "80"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(args, to_the_end):
    with Folder() as folder:
        scenario = os.path.join(folder, "slow.yaml")
        with open(scenario, "w", encoding="utf8") as f:
            f.write(SCENARIO % (TO_THE_END if to_the_end else ""))
        results = os.path.join(folder, "results")
        done = tcplab("run", "-v", "--results", results, *args, scenario,
                      env={"LC_ALL": "C.UTF-8", "COLUMNS": "80"})
        assert done.returncode == 0, done.stdout + done.stderr
        [journal] = glob.glob(f"{results}/2*/**/journal.jsonl",
                              recursive=True)
        at = os.path.dirname(journal)
        check(done.stdout, journal, to_the_end)
        fine = ladder_of(at, "C.UTF-8")
        check(fine, journal, to_the_end)
        check_that_it_checks(fine, journal, to_the_end)
        plain = ladder_of(at, "C")
        assert plain.isascii(), plain
        check(plain, journal, to_the_end)
        same = tcplab("diff", at, at)
        assert same.returncode == 0 and "no difference" in same.stdout, same


if __name__ == "__main__":
    if "guest" in sys.argv[1:]:
        run(["--virtual"], True)
    else:
        run([], False)
