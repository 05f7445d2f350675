"""Reads a ladder back from its text, and the same from a journal.

Nothing here is shared with what draws: lifelines are found by looking for them,
and arrows are followed by their ends.
"""

import collections
import json
import re

LIFE = "│┃├┤●⋮|#+o:"
STATES = ("CLOSED LISTEN SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 "
          "CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT").split()
LABEL = re.compile(r"([A-Z,]+) (\d+)(?:/(\d+))?(?: \((\d+)\))?(?: again)?")

Thing = collections.namedtuple("Thing", "what words ms")


def flags(text):
    """In one order, whoever writes them; PSH says nothing of a state."""
    return ",".join(f for f in ("SYN", "FIN", "RST", "ACK")
                    if f in text.split(","))


def events_of(path):
    with open(path, encoding="utf8") as f:
        return [json.loads(line) for line in f]


def from_journal(path, hosts):
    """Of each host what left and what arrived, in time's order. Of a router,
    in that of its capture, as it sends on what came at the same moment."""
    things = {host: [] for host in hosts}
    for e in events_of(path):
        if e["kind"] != "segment":
            continue
        what = "sent" if e.get("out") else "arrived"
        words = (flags(e["flags"]), e.get("rel_seq", 0),
                 e.get("rel_ack", 0), e.get("len", 0))
        things[e["host"]].append(Thing(what, words, e["t"] / 1e6))
    for host in hosts:
        things[host].sort(key=lambda thing: thing.ms)
    return things


def lifelines(rows, n):
    """The columns in which there is something on each row; words may lie over
    those of routers."""
    cols = [col for col in range(min(map(len, rows)))
            if all(row[col] in LIFE for row in rows)]
    if n > 2:
        plain = [row for row in rows if "│" in row[cols[0] + 1:cols[-1]] or
                 "|" in row[cols[0] + 1:cols[-1]]]
        cols = [col for col in range(min(map(len, plain)))
                if all(row[col] in LIFE + "✗X" for row in plain)]
    assert len(cols) == n, (cols, rows)
    return cols


def words_of(text):
    found = LABEL.search(text)
    assert found, text
    f, seq, ack, length = found.groups()
    return flags(f), int(seq), int(ack or 0), int(length or 0)


class Reader:
    """Reads rows one by one; @cols: of the lifelines, from left to right."""

    def __init__(self, cols):
        self.cols = cols
        self.things = [[] for _ in cols]
        # what is under way: of each gap, to the right and to the left
        self.flying = [([], []) for _ in cols[1:]]
        self.lost = [0 for _ in cols[1:]]

    def leave(self, at, gap, way, row, ms):
        """An arrow begins at a lifeline; without words it is that which has
        just come."""
        text = row[self.cols[gap] + 1:self.cols[gap + 1]]
        if LABEL.search(text):
            words = words_of(text)
        else:
            words = [t for t in self.things[at] if t.what == "arrived"][-1][1]
        self.things[at].append(Thing("sent", words, ms))
        if "✗" in text or re.search(r"-X|X-|X$|^X", text):
            self.lost[gap] += 1
        else:
            self.flying[gap][way].append(words)

    def row(self, row):
        """Add what it says to each lifeline's things, states last."""
        cols = self.cols
        time = row[:cols[0]].split()
        if not time or not re.fullmatch(r"\d+\.\d{3}!?", time[0]):
            return  # a silence
        ms = float(time[0].rstrip("!"))
        gaps = [row[a + 1:b] for a, b in zip(cols, cols[1:])]
        for gap, text in enumerate(gaps):
            if row[cols[gap]] in "├+" and text[0] in "─-╲\\✗X":
                self.leave(gap, gap, 0, row, ms)
            if text.endswith(("▶", ">")):
                self.things[gap + 1].append(
                    Thing("arrived", self.flying[gap][0].pop(0), ms))
        for gap, text in reversed(list(enumerate(gaps))):
            if row[cols[gap + 1]] in "┤+" and text[-1] in "─-╱/✗X":
                self.leave(gap + 1, gap, 1, row, ms)
            if text.startswith(("◀", "<")):
                self.things[gap].append(
                    Thing("arrived", self.flying[gap][1].pop(0), ms))
        outside = {0: time[1:], -1: row[cols[-1] + 1:].split()}
        for end, words in outside.items():
            for word in words:
                assert word.strip("()") in STATES, row
                self.things[end].append(Thing("state", word.strip("()"), ms))


def rows_of(text, heading):
    """The lines of the ladder under the names of its lifelines."""
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines)
                 if re.match(heading, line))
    rows = lines[first + 1:]
    rows = rows[:rows.index("")]
    return rows


def from_ladder(text, hosts):
    """Of each host what the ladder shows, in its order from top to bottom, and
    how many crosses there are in each gap."""
    rows = rows_of(text, r" *client\.c \S+:\d+ +" +
                   "".join(f"{router} +" for router in hosts[1:-1]) +
                   r"server\.s \S+:\d+$")
    reader = Reader(lifelines(rows, len(hosts)))
    for row in rows:
        reader.row(row)
    assert not any(any(way) for way in reader.flying), reader.flying
    return dict(zip(hosts, reader.things)), reader.lost
