"""What a person does first with the page of a run, and looks for in it."""

import json
import os
import re
from urllib.parse import unquote

from tcplab import tcplab

SHOTS = os.environ.get("SHOTS")  # where pictures for people go


def journal(folder):
    with open(f"{folder}/journal.jsonl", encoding="utf8") as f:
        return [json.loads(line) for line in f]


def report(out, *folders):
    """Both formats of the same folders: the page's path, and the JSON."""
    done = tcplab("report", "--format", f"html={out}", "--format", "json",
                  *folders)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def shoot(browser, name):
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        browser.shoot(f"{SHOTS}/{name}.png")


def quiet(browser):
    complaints = browser.complaints()
    assert not complaints, complaints
    loaded = browser.js("return performance.getEntriesByType('resource')"
                        ".map(e => e.name).filter(n => !/^data:/.test(n))")
    assert not loaded, f"the page is not alone: {loaded}"


def show(browser, path, want):
    """Open a page; its counts are those of the JSON report."""
    browser.open(path)
    browser.wait("return document.body.dataset.ready === 'yes'")
    for verdict, n in want["counts"].items():
        got = browser.js("return document.querySelector(arguments[0])"
                         ".textContent", f".chip[data-verdict={verdict}]")
        assert re.search(rf"\b{n}\b.*{verdict}", got), (verdict, n, got)
    listed = browser.js("return document.querySelector('.row')"
                        ".getAttribute('aria-setsize')")
    assert int(listed) == len(want["results"]), listed


def go_to(browser, name):
    """By the list, as a person: search for it, click on it."""
    browser.js("const s = document.getElementById('search');"
               "s.value = arguments[0];"
               "s.dispatchEvent(new Event('input'))", name)
    browser.click(".row")
    browser.wait("const a = document.querySelector('article.scenario');"
                 "return a && a.dataset.name === arguments[0]", name)


def check_links(browser, page):
    hrefs = browser.js("return [...document.querySelectorAll("
                       "'article header a')].map(a => a.getAttribute('href'))")
    assert any(h.endswith(".pcapng") for h in hrefs), hrefs
    for href in hrefs:
        path = os.path.join(os.path.dirname(page), unquote(href))
        assert not href.startswith("/") and os.path.exists(path), href
