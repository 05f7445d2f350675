"""The page of runs that are not like most: broken, hostile, on two kernels,
very long; in a narrow window, in the dark, on paper, and without a mouse."""

import json
import os
import shutil
import sys

from browser import Browser
from report_faces import (check_contrast, check_keyboard, check_narrow,
                          check_paper, look)
from report_page import check_links, journal, quiet, shoot, show
from tcplab import Folder, tcplab

ELEMENTS_MOST = 20_000  # of a page that shows a long ladder

CLOSE = """\
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c}
  - server: {accept: L, as: s}
  - client: {close: c}
  - server: {recv: s, eof: true}
  - server: {close: s}
  - expect: {client.c: TIME_WAIT, server.s: CLOSED, within: 3s}
"""
HOSTILE = "</script><script>owned = 1</script><img src=x onerror='owned = 1'>"
TURNED = "a\u202eb \U0001f980 \u0645\u0631\u062d\u0628\u0627 \"q\" 'x' &amp;"
SCENARIOS = {
    "router": f"""\
title: Through a router, and a NAT that forgets
why: nobody
topology:
  hosts: {{client: , router: {{kind: router}}, server: }}
  links:
    - [client, router]
    - {{ends: [router, server], nat: {{idle: 30s, then: drop}}}}
steps:
{CLOSE}""",
    "three": """\
title: Three hosts on one switch
why: nobody
topology:
  hosts: {alice: , bob: , carol: , switch: {kind: switch}}
  links: [[alice, switch], [bob, switch], [carol, switch]]
steps:
  - carol: {listen: 7788, as: L}
  - alice: {connect: "carol:7788", as: a}
  - bob: {connect: "carol:7788", as: b}
  - carol: {accept: L, as: s1}
  - carol: {accept: L, as: s2}
  - alice: {close: a}
  - expect: {alice.a: FIN_WAIT2, within: 3s}
""",
    "long": """\
title: Ten thousand segments
why: nobody
topology:
  hosts: {client: , server: }
  links: [{ends: [client, server], delay: 1ms, rate: 60mbit}]
steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c}
  - server: {accept: L, as: s}
  - together:
      - client: {send: c, bytes: 15000000, within: 60s}
      - server: {recv: s, bytes: 15000000, within: 60s}
  - client: {close: c}
  - server: {recv: s, eof: true}
  - server: {close: s}
  - expect: {client.c: TIME_WAIT, server.s: CLOSED, within: 3s}
""",
    "hostile": f"""\
# Hypothesis: {HOSTILE} is a text <!-- like any other.
title: {json.dumps("<b onmouseover='owned = 1'>" + HOSTILE)}
why: "javascript:owned=1"
tags: ["<i>tag", "quo\\"ted"]
topology: {{hosts: {{a: }}}}
steps:
  - a: {{run: [sh, -c, {json.dumps(f'printf "%s" "$0"; printf "%b" "$1"')},
         {json.dumps(HOSTILE)}, {json.dumps(TURNED + chr(92) + "033[31m")}],
         as: p, status: 0, within: 20s}}
""",
}
CLOSES = f"""\
title: A close
why: nobody
topology: {{hosts: {{client: , server: }}, links: [[client, server]]}}
steps:
{CLOSE}"""


def run_in(folder, *args):
    """A run with relative names, as people type them; its folder, and the
    report that it left there."""
    done = tcplab("run", "-q", "--results", "runs", *args, cwd=folder)
    assert "(look at report.html)" in done.stdout, done.stdout + done.stderr
    run = os.path.realpath(f"{folder}/runs/latest")
    with open(f"{run}/report.json", encoding="utf8") as f:
        return run, json.load(f)


def again(folder, run):
    """The reports of a run whose folder was changed, made again in it."""
    name = os.path.relpath(run, folder)
    done = tcplab("report", name, "--format", f"html={name}/report.html",
                  "--format", "json", cwd=folder)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def is_inert(browser):
    """Nothing that a scenario says has become an element, or was run."""
    assert browser.js("return typeof owned") == "undefined"
    found = browser.js("return [...document.querySelectorAll('img, iframe, "
                       "object, article b[onmouseover], body script')]"
                       ".filter(e => e.type !== 'application/json' && "
                       "!e.textContent.includes('\"use strict\"'))"
                       ".map(e => e.outerHTML)")
    assert not found, found
    urls = browser.js("return [...document.querySelectorAll('[href]')]"
                      ".map(e => e.getAttribute('href'))")
    assert not [u for u in urls if "script:" in u], urls
    assert browser.js("return [...document.querySelectorAll('*')].every(e => "
                      "[...e.attributes].every(a => !/^on/.test(a.name)))")


def check_policy(browser):
    """Were there a hole all the same, the browser itself would not run it,
    nor fetch anything."""
    quiet(browser)
    browser.js("const s = document.createElement('script');"
               "s.textContent = 'owned = 1'; document.body.append(s);"
               "const i = document.createElement('b'); document.body.append(i);"
               "i.setAttribute('onclick', 'owned = 1'); i.click();"
               "s.remove(); i.remove()")
    is_inert(browser)
    fetched = browser.tell("POST", "/execute/async", {
        "args": [], "script": "fetch('data:,x').then("
        "() => arguments[0]('yes'), () => arguments[0]('no'))"})
    assert fetched == "no"
    refused = [c["message"] for c in browser.complaints()]
    assert len(refused) >= 3, refused
    assert all("Content Security Policy" in m for m in refused), refused


def check_router(browser, want, run):
    """Every segment that an end sent is an arrow, however it got there."""
    for name, hosts in (("router", {"client", "server"}),
                        ("three", {"alice", "bob", "carol"})):
        result = look(browser, want, name)
        events = journal(os.path.join(run, result["name"]))
        sent = [e["n"] for e in events if e["kind"] == "segment" and
                e.get("out") and e["host"] in hosts]
        drawn = browser.js("return [...document.querySelectorAll('.arrow')]"
                           ".map(a => +a.dataset.n.split(' ')[0])")
        assert sorted(drawn) == sent, (name, drawn, sent)
        heads = browser.js("return [...document.querySelectorAll("
                           "'.ladder-head text')].map(t => t.textContent)")
        assert hosts <= set(heads), heads
        shoot(browser, f"odd-{name}")


def check_hostile(browser, want):
    """What scenarios and programs say is shown, letter by letter."""
    look(browser, want, "hostile")
    assert browser.text(".title") == "<b onmouseover='owned = 1'>" + HOSTILE
    browser.hover(".ladder .note.proc circle")
    browser.wait("return !document.getElementById('card').hidden")
    assert HOSTILE in browser.text("#card")
    assert "\\u202e" in browser.text("#card"), browser.text("#card")
    assert "\u202e" not in browser.js("return document.body.innerText")
    browser.js("document.querySelectorAll('details').forEach(d => "
               "d.open = true)")
    wrote = browser.js("return [...document.querySelectorAll('.outputs pre')]"
                       ".map(p => p.textContent).join('')")
    assert HOSTILE in wrote and "\\u001b[31m" in wrote, wrote
    is_inert(browser)
    shoot(browser, "odd-hostile")
    browser.js("location.hash = ''")
    browser.wait("return document.querySelector('.overview')")
    is_inert(browser)


def check_long(browser, want, run):
    """Of ten thousand segments some are drawn; the others can be got at."""
    result = look(browser, want, "long")
    events = journal(os.path.join(run, result["name"]))
    sent = [e["n"] for e in events if e["kind"] == "segment" and e.get("out")]
    assert len(sent) > 10_000, len(sent)
    numbers = ("return [...document.querySelectorAll('.arrow')]"
               ".map(a => +a.dataset.n.split(' ')[0])")
    count = "return document.querySelectorAll('*').length"
    first = browser.js(numbers)
    assert first == sent[:len(first)] and len(first) > 100, first
    assert "1 to 900 of " in browser.text(".pager")
    assert browser.js(count) < ELEMENTS_MOST
    browser.js("document.querySelector('[data-turn=\"1\"]').focus()")
    browser.key("Enter")
    browser.wait("return document.querySelector('.pager')"
                 ".textContent.includes('901 to 1800')")
    second = browser.js(numbers)
    assert sent.index(second[0]) in range(len(first) - 30, len(first) + 1)
    line = max(f["line"] for f in result["findings"])
    finding = [f for f in result["findings"] if f["line"] == line][0]
    browser.click(f".line[data-line='{line}']")
    lit = browser.wait("return [...document.querySelectorAll('.ladder .lit')]"
                       ".flatMap(g => g.dataset.n.split(' ').map(Number))")
    assert set(finding["evidence"]) & set(lit), (finding, lit)
    assert browser.js(numbers)[-1] == sent[-1]
    assert browser.js(count) < ELEMENTS_MOST
    shoot(browser, "odd-long")


def check_error(browser, want, hostile):
    """What kept a scenario from being judged, and nothing to draw."""
    assert want["counts"]["ERROR"] == 1, want["counts"]
    assert "ERROR" in browser.text(".trouble li")
    [error] = [r for r in want["results"] if r["verdict"] == "ERROR"]
    index = want["results"].index(error)
    browser.click(f".trouble a[href='#{index}']")
    browser.wait("return page.current === arguments[0]", index)
    assert hostile in browser.text(".error")
    assert "nothing was seen" in browser.text(".story")
    is_inert(browser)
    shoot(browser, "odd-error")


def check_matrix(browser, want):
    """A column a kernel, a way to each run, and what differs."""
    kernels = [k["label"] for k in want["matrix"]["kernels"]]
    assert len(kernels) == 2 and want["matrix"]["rows"][0]["verdicts_differ"]
    row = browser.text(".matrix tbody tr")
    assert "PASS" in row and "INCONCLUSIVE" in row, row
    browser.click(".matrix .badge.v-INCONCLUSIVE")
    browser.wait("return page.view && page.view.result.verdict === "
                 "'INCONCLUSIVE'")
    assert browser.text("h2").endswith(kernels[1]), browser.text("h2")
    browser.js("location.hash = ''")
    browser.wait("return document.querySelector('.matrix')")
    shoot(browser, "odd-matrix")


def is_private(path, run):
    """No path in it but those that were given, which were relative."""
    with open(path, encoding="utf8") as f:
        text = f.read()
    for secret in (os.path.dirname(os.path.dirname(run)), os.getcwd(),
                   os.environ["TCPLAB_ROOT"]):
        assert secret not in text, secret


def look_at_kept(browser, folder):
    """What the run itself left."""
    for name, text in SCENARIOS.items():
        with open(f"{folder}/{name}.yaml", "w", encoding="utf8") as f:
            f.write(text)
    run, want = run_in(folder, *(f"{name}.yaml" for name in SCENARIOS))
    page = f"{run}/report.html"
    # a machine that is busy may not read ten thousand frames in time
    told = {r["name"].split("/")[1]: r["verdict"] for r in want["results"]}
    assert told.pop("long") in ("PASS", "INCONCLUSIVE"), told
    assert set(told.values()) == {"PASS"}, told
    is_private(page, run)
    show(browser, page, want)
    is_inert(browser)
    shoot(browser, "odd-overview")
    check_router(browser, want, run)
    check_links(browser, page)
    check_hostile(browser, want)
    check_long(browser, want, run)
    check_narrow(browser, want)
    check_paper(browser, want)
    check_keyboard(browser, page, want)
    check_policy(browser)
    return run


def look_at_broken(browser, folder, run):
    """A scenario that cannot be read, and one with a name that no file has."""
    bad = f"{run}/{os.path.basename(folder)}"
    shutil.rmtree(f"{bad}/long")
    shutil.copytree(f"{bad}/router", f"{run}/x")
    with open(f"{run}/x/scenario.yaml", "w", encoding="utf8") as f:
        f.write(f'"{HOSTILE}": 1\n')
    path = f"{bad}/three/journal.jsonl"
    with open(path, encoding="utf8") as f:
        lines = f.readlines()
    begin = json.loads(lines[0])
    begin["scenario"] = HOSTILE + TURNED + "n" * 300
    with open(path, "w", encoding="utf8") as f:
        f.writelines([json.dumps(begin) + "\n", *lines[1:]])
    want = again(folder, run)
    show(browser, f"{run}/report.html", want)
    assert begin["scenario"] in [r["name"] for r in want["results"]]
    check_error(browser, want, HOSTILE)
    browser.js("location.hash = ''")
    browser.wait("return document.querySelector('.overview')")
    shoot(browser, "odd-names")
    check_contrast(browser, want)
    check_narrow(browser, want)
    is_inert(browser)
    quiet(browser)


def look_at_kernels(browser, folder):
    """One run, two kernels, of which one saw less."""
    with open(f"{folder}/closes.yaml", "w", encoding="utf8") as f:
        f.write(CLOSES)
    run, want = run_in(folder, "--kernels", "host,host", "closes.yaml")
    show(browser, f"{run}/report.html", want)
    assert [r["verdict"] for r in want["results"]] == ["PASS", "PASS"]
    check_links_of_all(browser, want, run)
    path = os.path.join(folder, want["results"][1]["folder"], "journal.jsonl")
    with open(path, encoding="utf8") as f:
        lines = f.readlines()
    with open(path, "w", encoding="utf8") as f:
        f.writelines(lines[:len(lines) // 2])
    want = again(folder, run)
    show(browser, f"{run}/report.html", want)
    check_matrix(browser, want)
    check_contrast(browser, want)
    quiet(browser)


def check_links_of_all(browser, want, run):
    for place in range(len(want["results"])):
        browser.js("location.hash = arguments[0]", str(place))
        browser.wait("return page.current === arguments[0]", place)
        check_links(browser, f"{run}/report.html")


def main():
    with Folder() as folder, Browser() as browser:
        run = look_at_kept(browser, folder)
        look_at_broken(browser, folder, run)
        look_at_kernels(browser, folder)
    return 0


sys.exit(main())
