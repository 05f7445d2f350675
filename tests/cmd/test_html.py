"""The page of a run, looked at in a browser: what a person would look for is
there, and what they would do does something."""

import json
import os
import shutil
import sys
import time
from collections import Counter
from html.parser import HTMLParser

from browser import Browser
from report_page import (SHOTS, check_links, go_to, journal, quiet, report,
                         shoot, show)
from tcplab import Folder, tcplab

MANY = 1000
PAGE_MOST = 500_000  # bytes, without the data
# A person waits for two seconds; a loaded machine under test may take more.
LOAD_MOST_S = 15

PASSING = """\
# Hypothesis: the client closes first, and waits.
title: A close, and a silence before it
why: RFC 9293 3.6
topology:
  hosts: {client: , server: }
  links:
    - {ends: [client, server], delay: 5ms}
faults:
  - {drop: {from: server, flags: [FIN]}, times: 1}
steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c}
  - server: {accept: L, as: s}
  - wait: 700ms
  - client: {send: c, text: "</script><!--"}
  - client: {close: c}
  - server: {recv: s, bytes: 13}
  - server: {recv: s, eof: true}
  - expect: {server.s: CLOSE_WAIT, client.c: FIN_WAIT2}
  - server: {close: s}
  - expect: {client.c: TIME_WAIT, server.s: CLOSED, within: 3s}
"""
FAILING = PASSING.replace("server.s: CLOSE_WAIT", "server.s: ESTABLISHED") \
    .replace("title: A close", "title: Not what happens after a close")
EXPECT_LINE = PASSING[:PASSING.index("  - expect")].count("\n") + 1


class Data(HTMLParser):
    """The JSON texts in a page, by id, and how long the rest is."""

    def __init__(self, text):
        super().__init__()
        self.parts = {}
        self.at = None
        self.feed(text)
        self.rest = len(text) - sum(map(len, self.parts.values()))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "script" and attrs.get("type") == "application/json":
            self.at = attrs["id"]
            self.parts[self.at] = ""

    def handle_endtag(self, tag):
        self.at = None

    def handle_data(self, data):
        if self.at:
            self.parts[self.at] += data


def check_ladder(browser, folder, whole):
    """Arrows and states against the journal, which the page's own code had
    no hand in. Not whole: the run ended with the step that failed."""
    events = journal(folder)
    sent = [e for e in events if e["kind"] == "segment" and e.get("out")]
    arrows = browser.js(
        "return [...document.querySelectorAll('.ladder .arrow')].map(a =>"
        "({n: a.dataset.n.split(' ').map(Number), "
        "text: a.querySelector('text:not(.cross):not(.why)').textContent,"
        "lost: a.classList.contains('lost')}))")
    assert len(arrows) == len(sent), (len(arrows), len(sent))
    by_n = {e["n"]: e for e in sent}
    for arrow in arrows:
        event = by_n[arrow["n"][0]]
        assert arrow["text"].startswith(event["flags"]), (arrow, event)
    if not whole:
        return
    assert sum(a["lost"] for a in arrows) == 1, arrows
    states = browser.js(
        "return [...document.querySelectorAll('.ladder .state')].map(g =>"
        "[g.dataset.end, g.dataset.state, "
        " g.querySelector('.bar').getBoundingClientRect().top])")
    for end, path in {
            "client.c": ["SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2",
                         "TIME_WAIT"],
            "server.s": ["SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK",
                         "CLOSED"]}.items():
        got = [s for s in states if s[0] == end]
        names = [s[1] for s in got if s[1] in path]
        assert names == path, (end, names)
        tops = [s[2] for s in got]
        assert tops == sorted(tops), (end, got)
    silence = browser.js("return [...document.querySelectorAll('.break text')]"
                         ".map(t => t.textContent)")
    assert any("of silence" in s for s in silence), silence


def check_evidence(browser, result):
    """A click on an expectation lights what it rests on, and Escape lets go."""
    findings = [f for f in result["findings"] if f["line"] == EXPECT_LINE]
    assert findings, result["findings"]
    browser.click(f".line[data-line='{EXPECT_LINE}']")
    lit = browser.wait(
        "return [...document.querySelectorAll('.ladder .lit')]"
        ".flatMap(g => g.dataset.n.split(' ').map(Number))")
    worst = max(findings, key=lambda f: ["PASS", "INCONCLUSIVE", "FAIL",
                                         "ERROR"].index(f["verdict"]))
    assert worst["evidence"] and set(worst["evidence"]) <= set(lit), \
        (worst, lit)
    cited = browser.text(".cited")
    for n in worst["evidence"]:
        assert f"#{n} " in cited, cited
    assert worst["saw"] in browser.text(".finding[aria-pressed=true]")
    shoot(browser, f"evidence-{result['verdict'].lower()}")
    browser.key("Escape", "Escape")
    browser.wait("return !document.querySelector('.lit, .marker, .dimmed')")


def check_card(browser):
    """The whole header of a segment, by the pointer and by the keyboard."""
    for action in (
            lambda: browser.hover(".ladder .arrow .head"),
            lambda: browser.js("document.querySelector('.ladder .arrow')"
                               ".focus()")):
        browser.js("hideCard(); document.querySelector('.story')"
                   ".scrollIntoView()")
        action()
        browser.wait("return !document.getElementById('card').hidden")
        card = browser.text("#card")
        for word in ("seq", "window", "mss 1460", "handshake-1"):
            assert word in card, (word, card)
        browser.key("ArrowDown")
    browser.js("hideCard()")


def check_zoom(browser):
    width = "return document.querySelector('.ladder').clientWidth"
    before = browser.js(width)
    browser.click("[aria-label=larger]")
    assert browser.js(width) > before * 1.2
    browser.click("[aria-label='as it was']")
    assert browser.js(width) == before


def check_parts(browser):
    """The folded parts open, and have something in them."""
    names = browser.js(
        "return [...document.querySelectorAll('details')].map(d => {"
        "d.open = true; return d.querySelector('summary').textContent})")
    for name in ("State diagram", "Counters", "Faults", "Links", "Segments",
                 "Environment", "Timers"):
        assert any(n.startswith(name) for n in names), names
    browser.wait("return document.querySelectorAll('details .edge.taken')"
                 ".length >= 9 && document.querySelectorAll("
                 "'.counters td').length > 4")
    assert browser.js("return document.querySelectorAll('.lanes .state')"
                      ".length") >= 9


def check_faces(browser, name):
    """Light, dark, narrow, and paper."""
    colour = "return getComputedStyle(document.body).backgroundColor"
    browser.js("document.getElementById('main').scrollTop = 0")
    browser.media(prefers_color_scheme="light")
    light = browser.js(colour)
    shoot(browser, f"{name}-light")
    browser.media(prefers_color_scheme="dark")
    assert browser.js(colour) != light
    shoot(browser, f"{name}-dark")
    browser.media(kind="print")
    assert browser.js("return getComputedStyle(document.getElementById("
                      "'side')).display") == "none"
    browser.media()
    pdf = browser.pdf()
    assert pdf.startswith(b"%PDF") and len(pdf) > 10_000
    if SHOTS:
        with open(f"{SHOTS}/{name}.pdf", "wb") as f:
            f.write(pdf)


def check_filters(browser, want):
    counts = Counter(r["verdict"] for r in want["results"])
    shown = ("return [document.querySelector('.count').textContent,"
             "[...document.querySelectorAll('.row .dot')].map(d => d.title)]")
    browser.js("location.hash = '';"
               "const s = document.getElementById('search');"
               "s.value = ''; s.dispatchEvent(new Event('input'))")
    browser.click(".chip[data-verdict=FAIL]")
    count, verdicts = browser.js(shown)
    assert count == f"{counts['FAIL']} of {len(want['results'])}", count
    assert set(verdicts) == {"FAIL"}, verdicts
    browser.click(".chip[data-verdict=FAIL]")
    browser.key("/")
    browser.key(*"no such thing")
    count, verdicts = browser.js(shown)
    assert count.startswith("0 of") and not verdicts, count
    browser.key("Escape")
    browser.wait("return document.querySelector('.count').textContent"
                 ".endsWith('scenarios')")


def check_keys(browser):
    """The list by arrow keys; Escape leads back to the whole."""
    browser.js("location.hash = ''; document.querySelector('.list').focus()")
    browser.wait("return document.querySelector('.overview')")
    browser.key("ArrowDown")
    browser.wait("return location.hash === '#0'")
    browser.key("ArrowDown")
    browser.wait("return location.hash === '#1'")
    browser.key("Escape")
    browser.wait("return document.querySelector('.overview')")


def make_runs(folder):
    """One that passes, one that fails, and one with a journal that breaks
    off; each name is the file's."""
    for name, text in (("passes", PASSING), ("fails", FAILING)):
        with open(f"{folder}/{name}.yaml", "w", encoding="utf8") as f:
            f.write(text)
    done = tcplab("run", "--results", f"{folder}/runs",
                  f"{folder}/passes.yaml", f"{folder}/fails.yaml")
    assert done.returncode == 1, done.stdout + done.stderr
    run = os.path.realpath(f"{folder}/runs/latest")
    folders = {}
    for at, _, files in os.walk(run):
        if "journal.jsonl" in files:
            folders[os.path.basename(at)] = at
    broken = f"{run}/broken"
    shutil.copytree(folders["passes"], broken)
    lines = journal(broken)
    with open(f"{broken}/journal.jsonl", "w", encoding="utf8") as f:
        for event in lines[:len(lines) * 2 // 3]:
            if event["kind"] == "begin":
                event["scenario"] = "broken"
            f.write(json.dumps(event) + "\n")
    folders["broken"] = broken
    return run, folders


def look_at_few(browser, run, folders):
    page = f"{run}/report.html"
    want = report(page, run)
    verdicts = {os.path.basename(r["folder"]): r for r in want["results"]}
    assert [verdicts[n]["verdict"] for n in ("passes", "fails", "broken")] == \
        ["PASS", "FAIL", "INCONCLUSIVE"], want["counts"]
    with open(page, encoding="utf8") as f:
        data = Data(f.read())
    assert data.rest < PAGE_MOST, data.rest
    assert len(data.parts) == len(want["results"]) + 1, data.parts.keys()
    print(f"page without data: {data.rest} bytes")
    show(browser, page, want)
    shoot(browser, "overview")
    trouble = browser.text(".trouble")
    assert "FAIL" in trouble and "INCONCLUSIVE" in trouble, trouble
    check_filters(browser, want)
    check_keys(browser)
    for name in ("passes", "fails", "broken"):
        result = verdicts[name]
        index = want["results"].index(result)
        browser.js("location.hash = arguments[0]", str(index))
        browser.wait("return page.current === arguments[0]", index)
        assert result["verdict"] in browser.text("h2")
        shoot(browser, name)
        if name != "broken":
            check_ladder(browser, folders[name], name == "passes")
            check_evidence(browser, result)
        else:
            assert "INCONCLUSIVE" in browser.text(".findings")
    go_to(browser, verdicts["passes"]["name"])
    check_card(browser)
    check_zoom(browser)
    check_links(browser, page)
    check_parts(browser)
    check_faces(browser, "passes")
    quiet(browser)


def look_at_many(browser, folder, folders):
    """A thousand copies: it opens, scrolls and finds."""
    many = f"{folder}/many"
    for i in range(MANY):
        name = ("passes", "fails")[i % 10 == 7]
        os.makedirs(f"{many}/{i:04}")
        for file in ("scenario.yaml", "journal.jsonl"):
            os.link(f"{folders[name]}/{file}", f"{many}/{i:04}/{file}")
        if os.path.exists(f"{folders[name]}/topology.yaml"):
            os.link(f"{folders[name]}/topology.yaml",
                    f"{many}/{i:04}/topology.yaml")
    page = f"{folder}/many.html"
    began = time.monotonic()
    want = report(page, many)
    made = time.monotonic() - began
    assert len(want["results"]) == MANY
    took = browser.open(page)
    load = browser.js("return performance.getEntriesByType('navigation')[0]"
                      ".loadEventEnd") / 1000
    show(browser, page, want)
    frames = scroll(browser)
    print(f"{MANY} scenarios: {os.path.getsize(page) / 1e6:.1f} MB, made in "
          f"{made:.1f} s, opened in {load:.2f} s ({took:.2f} s with the "
          f"driver), {len(frames)} frames of {sum(frames) / len(frames):.0f} "
          f"ms, the longest {max(frames):.0f} ms")
    assert took < LOAD_MOST_S, took
    rows = browser.js("return document.querySelectorAll('.row').length")
    assert rows < 100, rows
    check_filters(browser, want)
    browser.js("document.querySelector('.list').focus()")
    browser.key("End")
    browser.wait(f"return location.hash === '#{MANY - 1}'")
    browser.wait("return document.querySelectorAll('.ladder .arrow').length")
    shoot(browser, "many")
    quiet(browser)


def scroll(browser):
    """Down the list, a screen a frame; how long each frame took, in ms."""
    return browser.tell("POST", "/execute/async", {"args": [], "script": """
        const done = arguments[0], frames = [];
        const list = document.querySelector(".list");
        let last = 0;
        function frame(now) {
            if (last)
                frames.push(now - last);
            last = now;
            list.scrollTop += list.clientHeight;
            if (frames.length < 40)
                requestAnimationFrame(frame);
            else
                done(frames);
        }
        requestAnimationFrame(frame);"""})


def main():
    with Folder() as folder, Browser() as browser:
        run, folders = make_runs(folder)
        look_at_few(browser, run, folders)
        look_at_many(browser, folder, folders)
    assert not os.path.exists(browser.home)
    return 0


sys.exit(main())
