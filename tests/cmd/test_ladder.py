"""The ladder of a connection, read back from its text, against the journal.

The text is read by ladder.py, and each end's states come from a small state
machine (RFC 9293, figure 5) that is fed with the segments of the journal. A
router has a lifeline, too: what it captured must be there, hop by hop, and what
got lost behind it must have its cross there. A bind(2) that failed must be on
its host's lifeline. "guest" as argument: in virtual time, where the minute of
TIME_WAIT is over at once, and for most of lab/ no line may be too wide.
"""

import collections
import glob
import os
import re
import sys

from ladder import (STATES, events_of, flags, from_journal, from_ladder,
                    lifelines, rows_of)
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

ROUTED = """
title: The client closes first, and what is behind the router is cut
why: RFC 9293 3.6 figure 12
topology:
  hosts: {client: , router: {kind: router}, server: }
  links:
    - {ends: [client, router], delay: 20ms}
    - [router, server]
steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c}
  - server: {accept: L, as: s}
  - client: {close: c}
  - server: {recv: s, eof: true}
  - expect: {client.c: FIN_WAIT2}
  - cut: [router, server]
  - server: {close: s}
  - wait: 300ms
  - heal: [router, server]
  - expect: {server.s: CLOSED, client.c: TIME_WAIT, within: 3s}
"""

BINDS = """
title: A port that is taken, before there is any connection
why: net/ipv4/inet_connection_sock.c inet_bind_conflict()
topology: {hosts: {client: , server: }, links: [[client, server]]}
steps:
  - server: {listen: 7788, as: L}
  - server: {listen: 7788, as: taken, fails: EADDRINUSE}
%s
"""
AND_TIME_WAIT = """
  - client: {connect: "server:7788", as: c}
  - server: {accept: L, as: s}
  - server: {close: s}
  - client: {recv: c, eof: true}
  - client: {close: c}
  - expect: {server.s: TIME_WAIT}
  - server: {close: L}
  - server: {listen: 7788, as: again, fails: EADDRINUSE}
"""

HOSTS = """
title: One host is the server of a second and the client of a third
why: RFC 9293 3.5, 3.6
topology:
  hosts: {left: , middle: , right: }
  links: [[left, middle], [middle, right], [left, right]]
steps:
  - middle: {listen: 7788, as: L}
  - right: {listen: 7788, as: R}
  - left: {connect: "middle:7788", as: a}
  - middle: {connect: "right:7788", as: b}
  - left: {connect: "right:7788", as: d}
  - middle: {accept: L, as: s}
  - middle: {close: b}
  - left: {close: d}
  - middle: {close: s}
  - left: {recv: a, eof: true}
  - left: {close: a}
  - expect: {middle.s: TIME_WAIT}
"""

ENDS = ["client", "server"]
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
    there, (drawn, lost) = from_journal(journal, ENDS), from_ladder(text, ENDS)
    seen = collections.Counter()
    assert lost == [0], lost
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


def ladder_of(folder, locale, columns=80):
    done = tcplab("report", folder, "--format", "ladder",
                  env={"LC_ALL": locale, "COLUMNS": str(columns)})
    assert done.returncode == 0, done.stderr
    for line in done.stdout.split("\n"):
        assert len(line) <= columns, (columns, line)
    return done.stdout


def check_routed(text, journal):
    """Each hop is there, and crosses are where something did not get across."""
    hosts = ["client", "router", "server"]
    there, (drawn, lost) = from_journal(journal, hosts), from_ladder(text, hosts)
    for host in hosts:
        check_segments(host, there[host], drawn[host])
    for host in ENDS:
        check_states(host, drawn[host])
    count = {(host, what): sum(t.what == what for t in there[host])
             for host in hosts for what in ("sent", "arrived")}
    # the router sends each one on, so what is missing there got lost before
    assert count["router", "sent"] == count["router", "arrived"], count
    came = count["client", "sent"] + count["server", "sent"]
    assert lost == [0, came - count["router", "arrived"]] and lost[1], lost
    assert len(re.findall(r"cut (?:✗|X-)|cut [│|](?:✗|X)", text)) == lost[1], text


def routed_mutants(text):
    """A hop less, a cross on the other hop, an arrow that is not sent on."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        at = line.find("▶├")
        if at >= 0:
            yield "\n".join(lines[:i] + [line[:at] + "▶│" + line[at + 2:]] +
                            lines[i + 1:])
        if "✗" in line:
            left = re.sub(r"│( *cut ✗─+)", lambda m: " " + m.group(1), line)
            yield "\n".join(lines[:i] + [left.replace("✗", "─")] +
                            lines[i + 1:])
    yield text.replace("router ", "switch ")


def calls_on(text, heading):
    """What is told of bind and listen on the right lifeline: what was asked,
    what came of it, and whether that was during TIME_WAIT."""
    rows = rows_of(text, heading)
    _, right = lifelines(rows, 2)
    calls = []
    for row in rows:
        found = re.search(r" (bind|listen)\((\w+), (\S+)\) = (\w+)$",
                          row[:right].rstrip())
        if found:
            assert row[right] in "●o┃#", row
            calls.append((*found.groups(), row[right] in "┃#"))
    return calls


def check_binds(text, journal, heading):
    events = [e for e in events_of(journal) if e["kind"] == "call"]
    wanted = [(e["call"], *e["args"].split(", "),
               e.get("error", str(e.get("result", 0))))
              for e in events if e["call"] in ("bind", "listen")]
    calls = calls_on(text, heading)
    assert [call[:-1] for call in calls] == wanted, (calls, wanted)
    for call in calls:
        in_time_wait = call[1] == "again"
        assert call[-1] == in_time_wait, calls
    assert ("bind", "taken", "0.0.0.0:7788", "EADDRINUSE", False) in calls


def check_widths(folder):
    """All of lab/, on pages of any width."""
    for columns in (60, 66, 73, 80, 97, 120, 160, 200):
        for locale in ("C", "C.UTF-8"):
            text = ladder_of(folder, locale, columns)
            assert text.count("PASS") > 20, text
            assert locale != "C" or text.isascii()


def run_one(args, folder, name, text):
    """Run a scenario; its own folder of results, and what was printed."""
    scenario = os.path.join(folder, name + ".yaml")
    with open(scenario, "w", encoding="utf8") as f:
        f.write(text)
    results = os.path.join(folder, name)
    done = tcplab("run", "-v", "--results", results, *args, scenario,
                  env={"LC_ALL": "C.UTF-8", "COLUMNS": "80"})
    assert done.returncode == 0, done.stdout + done.stderr
    [journal] = glob.glob(f"{results}/2*/**/journal.jsonl", recursive=True)
    return os.path.dirname(journal), journal, done.stdout


def run_routed(args):
    with Folder() as folder:
        at, journal, _ = run_one(args, folder, "routed", ROUTED)
        fine = ladder_of(at, "C.UTF-8")
        check_routed(fine, journal)
        check_routed(ladder_of(at, "C"), journal)
        for mutant in routed_mutants(fine):
            assert mutant != fine
            try:
                check_routed(mutant, journal)
            except (AssertionError, IndexError, StopIteration):
                continue
            raise RuntimeError("not seen to be wrong:\n" + mutant)
        narrow = ladder_of(at, "C.UTF-8", 60)
        assert "Only the ends" in narrow and "router" in narrow, narrow


def run_binds(args):
    with Folder() as folder:
        at, journal, told = run_one(args, folder, "binds", BINDS % "")
        for text in (told, ladder_of(at, "C"), ladder_of(at, "C.UTF-8")):
            check_binds(text, journal, r"ms +client +server$")
        at, journal, told = run_one(args, folder, "again",
                                    BINDS % AND_TIME_WAIT)
        for text in (told, ladder_of(at, "C"), ladder_of(at, "C.UTF-8")):
            check_binds(text, journal, r" *client\.c \S+ +server\.s \S+$")


def run(args, to_the_end):
    with Folder() as folder:
        at, journal, told = run_one(args, folder, "slow", SCENARIO % (
            TO_THE_END if to_the_end else ""))
        check(told, journal, to_the_end)
        fine = ladder_of(at, "C.UTF-8")
        check(fine, journal, to_the_end)
        check_that_it_checks(fine, journal, to_the_end)
        plain = ladder_of(at, "C")
        assert plain.isascii(), plain
        check(plain, journal, to_the_end)
        same = tcplab("diff", at, at)
        assert same.returncode == 0 and "no difference" in same.stdout, same


def from_hosts(text, hosts):
    """Of a ladder of several hosts its arrows, from top to bottom: which
    connection, from whom, to whom, what. All are level, as no link delays and
    computing takes no time."""
    heading = r"ms +" + " +".join(hosts) + "$"
    rows = rows_of(text, heading)
    cols = lifelines(rows, len(hosts))
    arrows = []
    for row in rows:
        found = re.search(r"([abd]) (\S+) (\d+)(?:/(\d+))?", row[cols[0]:])
        if not re.search("[▶◀]", row):
            continue
        tail = next(i for i, col in enumerate(cols) if row[col] in "├┤")
        ahead = re.search("▶", row)
        head = (cols.index(ahead.start() + 1) if ahead
                else cols.index(row.index("◀") - 1))
        between = cols[min(tail, head) + 1:max(tail, head)]
        assert all(row[col] in "┼" or row[col].isalnum() or row[col] in " ,/"
                   for col in between), row
        arrows.append((found[1], hosts[tail], hosts[head], flags(found[2])))
    return arrows


def run_hosts(args):
    hosts = ["left", "middle", "right"]
    with Folder() as folder:
        at, journal, told = run_one(args, folder, "hosts", HOSTS)
        addresses = {}
        for e in events_of(journal):
            if e["kind"] == "host":
                for address in e["addresses"].split():
                    addresses[address.split("/")[0]] = e["host"]
        names = {("left", "middle"): "a", ("middle", "right"): "b",
                 ("left", "right"): "d"}
        wanted = collections.Counter()
        for e in events_of(journal):
            if e["kind"] == "segment" and e.get("out"):
                a, b = (addresses[e[way].rsplit(":", 1)[0]]
                        for way in ("from", "to"))
                assert e["host"] == a
                wanted[names[tuple(sorted((a, b)))], a, b,
                       flags(e["flags"])] += 1
        assert len({key[0] for key in wanted}) == 3, wanted
        for columns in (80, 110):
            text = ladder_of(at, "C.UTF-8", columns)
            drawn = collections.Counter(from_hosts(text, hosts))
            assert drawn == wanted, (drawn - wanted, wanted - drawn, text)
        assert re.search(r"^ms +left +middle +right$", told, re.M), told
        # too narrow for three: one of each, with its own two ends
        narrow = ladder_of(at, "C", 70)
        assert len(re.findall(r"^ *\w+\.[abd] \S+ +\w+", narrow, re.M)) == 3


def run_lab(args):
    with Folder() as folder:
        lab = [os.path.join("lab", chapter)
               for chapter in ("close", "handshake", "listen", "middlebox",
                               "rebind", "time-wait")]
        done = tcplab("run", "--results", folder, *args, *lab)
        assert done.returncode == 0, done.stdout + done.stderr
        check_widths(os.path.join(folder, "latest"))


if __name__ == "__main__":
    ARGS = ["--virtual"] if "guest" in sys.argv[1:] else []
    run(ARGS, bool(ARGS))
    run_routed(ARGS)
    run_binds(ARGS)
    if ARGS:
        run_hosts(ARGS)
        run_lab(ARGS)
