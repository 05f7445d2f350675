"""The page of a run for those who see it otherwise: in the dark, on paper, in a
narrow window, without a mouse."""

from report_page import shoot, show

CONTRAST_LEAST = 4.5  # WCAG 2.2, 1.4.3


def size(browser, width, height):
    browser.tell("POST", "/goog/cdp/execute", {
        "cmd": "Emulation.setDeviceMetricsOverride",
        "params": {"width": width, "height": height, "deviceScaleFactor": 1,
                   "mobile": False}})


def look(browser, want, name):
    """Open a scenario, and see that it is the one."""
    [index] = [i for i, r in enumerate(want["results"])
               if r["name"].endswith(name) and r["verdict"] != "ERROR"]
    browser.js("location.hash = arguments[0]", str(index))
    browser.wait("return page.current === arguments[0]", index)
    return want["results"][index]


# Every text in sight whose colour is too near to what is behind it.
PALE = """
function parse(colour)
{
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
}
function over([r, g, b, a], under)
{
    return [r, g, b].map((c, i) => c * a + under[i] * (1 - a)).concat(1);
}
function light(colour)
{
    const [r, g, b] = colour.map(c => c / 255).map(
        c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function behind(element)
{
    const chain = [];
    for (let e = element; e; e = e.parentElement)
        chain.unshift(parse(getComputedStyle(e).backgroundColor));
    const under = chain.reduce((u, c) => over(c, u), [255, 255, 255, 1]);
    const box = element.closest("svg") && element.matches(
        ".inside, .node text, .step text")
        ? getComputedStyle(element.parentElement.querySelector("rect")) : null;
    return box ? over([...parse(box.fill).slice(0, 3), +box.opacity], under)
               : under;
}
const found = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.getClientRects().length ||
        e.closest("script, option, .skip"))
        continue;
    const style = getComputedStyle(e);
    const under = behind(e);
    const colour = over(parse(e.closest("svg") ? style.fill : style.color),
                        under);
    const [a, b] = [light(colour), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < arguments[0])
        found.push(`${ratio.toFixed(2)} ${e.tagName} ${e.className.baseVal ??
                   e.className} '${walk.currentNode.data.slice(0, 20)}'`);
}
return [...new Set(found)];
"""


def check_contrast(browser, want):
    """Text can be read, by day and by night, whatever the verdict."""
    for scheme in ("light", "dark"):
        browser.media(prefers_color_scheme=scheme)
        for place in ("", *range(len(want["results"]))):
            browser.js("location.hash = arguments[0]", str(place))
            browser.wait("return page.current === arguments[0]",
                         -1 if place == "" else place)
            browser.js("document.querySelectorAll('details').forEach(d => "
                       "d.open = true)")
            pale = browser.js(PALE, CONTRAST_LEAST)
            assert not pale, (scheme, place, pale)
    browser.media()


def check_paper(browser, want):
    """On paper it is light, has no list, and cuts nothing off."""
    look(browser, want, "router")
    browser.media("print", prefers_color_scheme="dark")
    colours = browser.js(
        "const s = e => getComputedStyle(document.querySelector(e));"
        "return [s('body').backgroundColor, s('#side').display, "
        "s('.ladder-box').overflow, s('.tools').display, "
        "s('.y-key').color]")
    assert colours[:4] == ["rgb(255, 255, 255)", "none", "visible", "none"], \
        colours
    pale = browser.js(PALE, CONTRAST_LEAST)
    assert not pale, pale
    browser.media()


def check_narrow(browser, want):
    """400 pixels are enough: only tables and pictures scroll sideways."""
    size(browser, 400, 800)
    for place in ("", *range(len(want["results"]))):
        browser.js("location.hash = arguments[0]", str(place))
        browser.wait("return page.current === arguments[0]",
                     -1 if place == "" else place)
        wide = browser.js(
            "const most = document.documentElement.clientWidth;"
            "return [...document.querySelectorAll('#top *, #side *, #main *')]"
            ".filter(e => !e.closest('.wide, .ladder-box, .lanes-box, details,"
            " .diagram, .list, .name') && e.getBoundingClientRect().right > "
            "most + 1).map(e => e.outerHTML.slice(0, 90))")
        assert not wide, (place, wide)
        assert browser.js("return document.documentElement.scrollWidth <= "
                          "document.documentElement.clientWidth")
    look(browser, want, "router")
    letters = browser.js("return document.querySelector('.arrow text:last-child')"
                         ".getBoundingClientRect().height")
    assert letters > 8, letters
    browser.js("document.querySelector('.ladder-box').scrollIntoView()")
    shoot(browser, "odd-narrow")
    size(browser, 1440, 900)


def focused(browser):
    return browser.js(
        "const e = document.activeElement;"
        "const label = e.getAttribute('aria-label') || (e.labels && "
        "e.labels.length ? e.labels[0] : e).textContent;"
        "const s = getComputedStyle(e);"
        "return {tag: e.tagName, id: e.id, line: e.dataset.line || '',"
        "cls: e.className.baseVal ?? e.className, label: label.trim(),"
        "ring: s.outlineStyle !== 'none' || e.closest('.edge') !== null}")


def tab_to(browser, want):
    """Press Tab until that is focused; whatever is on the way shows that it
    has the focus, and has a name."""
    for _ in range(200):
        browser.key("Tab")
        at = focused(browser)
        if at["tag"] == "BODY":
            continue  # round the end
        assert at["ring"] or at["id"] == "main", at
        assert at["label"] or at["id"] == "main", at
        if want(at):
            return at
    raise AssertionError("Tab never gets there")


def check_keyboard(browser, path, want):
    """All of it without a mouse."""
    show(browser, path, want)
    assert focused(browser)["tag"] == "BODY"
    tab_to(browser, lambda at: at["id"] == "search")
    browser.key(*"router")
    browser.wait("return document.querySelectorAll('.row').length === 1")
    tab_to(browser, lambda at: at["cls"] == "list")
    browser.key("ArrowDown")
    browser.wait("return page.view && /router$/.test(page.view.result.name)")
    browser.key("Enter")
    browser.wait("return document.activeElement.id === 'main'")
    tab_to(browser, lambda at: at["line"])
    browser.key("Enter")
    browser.wait("return document.querySelector('.finding[aria-pressed=true]')")
    browser.key("Escape")
    browser.wait("return !document.querySelector('.finding[aria-pressed=true]')")
    stop = tab_to(browser, lambda at: at["tag"] == "g")
    browser.key("ArrowDown", "ArrowDown")
    after = focused(browser)
    assert after["tag"] == "g" and after != stop, (stop, after)
    assert not browser.js("return document.getElementById('card').hidden")
    browser.key("Escape")
    browser.wait("return document.getElementById('card').hidden")
    browser.key("Escape")
    browser.wait("return document.querySelector('.overview') && "
                 "document.activeElement.className === 'list'")
