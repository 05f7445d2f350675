"""Check KTAP version 1 files against ktap.rst: check_ktap.py FILE..."""

import re
import sys

RESULT = re.compile(r"(ok|not ok) (\d+)( [^#\n]*)?(?:# (\w+)( .*)?)?$")
DIRECTIVES = {"SKIP", "XFAIL", "TIMEOUT", "ERROR"}


class Level:
    """One version line and what belongs to it."""

    def __init__(self, indent):
        self.indent, self.plan, self.done, self.failed = indent, None, 0, 0

    def result(self, match, child):
        status, number, name, directive, _ = match.groups()
        assert self.plan is not None, "a result before its plan"
        self.done += 1
        assert int(number) == self.done, f"numbered {number}, not {self.done}"
        assert name and name.strip(), "no description"
        assert directive is None or directive in DIRECTIVES, directive
        assert not (directive == "ERROR" and status == "ok")
        if child is not None:
            child.close()
            assert (status == "ok") == (child.failed == 0)
        self.failed += status != "ok"

    def close(self):
        assert self.plan == self.done, f"{self.done} of {self.plan} results"


def check(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    assert lines.pop() == "", "no newline at the end"
    assert lines[0] == "KTAP version 1"
    levels, child = [], None
    for line in lines:
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        assert indent % 2 == 0
        if body == "KTAP version 1":
            assert indent == 2 * len(levels)
            levels.append(Level(indent))
            continue
        while levels and indent < levels[-1].indent:
            child = levels.pop()
        if body.startswith("# "):
            continue
        assert levels and indent == levels[-1].indent, line
        if re.fullmatch(r"1\.\.\d+", body):
            assert levels[-1].plan is None
            levels[-1].plan = int(body[3:])
            continue
        match = RESULT.match(body)
        assert match, f"neither plan, result nor diagnostic: {line}"
        levels[-1].result(match, child)
        child = None
    assert len(levels) == 1
    levels[0].close()


for arg in sys.argv[1:]:
    check(arg)
assert len(sys.argv) > 1
