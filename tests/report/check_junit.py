"""Check JUnit files for what CI servers rely on: check_junit.py FILE..."""

import sys
import xml.etree.ElementTree as ET


def check_case(case, seen):
    key = (case.get("classname"), case.get("name"))
    assert all(key), f"no classname or name: {case.attrib}"
    assert key not in seen, f"twice: {key}"
    seen.add(key)
    assert float(case.get("time")) >= 0
    kinds = [child.tag for child in case]
    if kinds == ["skipped"]:
        return "skipped"
    assert set(kinds) <= {"failure", "error", "system-out"}, kinds
    assert kinds == sorted(kinds, key=["failure", "error",
                                       "system-out"].index), kinds
    bad = [child for child in case if child.tag != "system-out"]
    assert len(bad) <= 1, "servers read the first of several only"
    for child in bad:
        message = child.get("message")
        assert message and child.get("type"), child.attrib
        assert child.text.startswith(message), "the body repeats the message"
    assert case.find("system-out").text.strip()
    return bad[0].tag if bad else "passed"


def check_suite(suite, seen):
    found = [check_case(case, seen) for case in suite.findall("testcase")]
    assert int(suite.get("tests")) == len(found)
    assert int(suite.get("failures")) == found.count("failure")
    assert int(suite.get("errors")) == found.count("error")
    assert int(suite.get("skipped")) == found.count("skipped")
    assert suite.get("hostname") and "T" in suite.get("timestamp")
    return found


def check(path):
    root = ET.parse(path).getroot()
    assert root.tag == "testsuites"
    seen, found, names = set(), [], []
    for suite in root:
        assert suite.tag == "testsuite"
        names.append(suite.get("name"))
        found += check_suite(suite, seen)
    assert len(names) == len(set(names)), names
    assert int(root.get("tests")) == len(found) > 0
    assert int(root.get("failures")) == found.count("failure")
    assert int(root.get("errors")) == found.count("error")


for arg in sys.argv[1:]:
    check(arg)
assert len(sys.argv) > 1
