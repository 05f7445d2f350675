"""A headless Chromium, told what to do in the W3C's WebDriver protocol."""

import base64
import ctypes
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tcplab import skip

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, 12.2
KEYS = {"Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013",
        "End": "\ue010", "Home": "\ue011", "Enter": "\ue007",
        "Tab": "\ue004"}


def free_port():
    """One that nobody listens on; another may take it before we do."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def adopt_orphans():
    """Children of the driver become ours when it ends: nobody else may reap
    them."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans():
    """Those that are dead."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass  # there is none


def processes_with(text):
    """Processes whose command line names this."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                line = f.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line:
            found.append(f"{pid} {line[:60]}")
    return found


class Browser:
    """One window; nothing of it is left afterwards."""

    def __init__(self, width=1440, height=1000):
        driver = shutil.which("chromedriver")
        binary = shutil.which("chromium") or shutil.which("google-chrome")
        if not driver or not binary:
            skip("chromium and chromium-driver are not installed")
        self.home = tempfile.mkdtemp(prefix="tcplab-browser-")
        self.port = free_port()
        adopt_orphans()
        env = dict(os.environ, HOME=self.home, TMPDIR=self.home,
                   XDG_CONFIG_HOME=self.home, XDG_CACHE_HOME=self.home)
        self.driver = subprocess.Popen(
            [driver, f"--port={self.port}"], env=env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        try:
            self._wait_for_driver()
            self._begin(binary, width, height)
        except BaseException:
            self.close()
            raise

    def _wait_for_driver(self):
        end = time.monotonic() + 30
        while True:
            try:
                if self.ask("GET", "/status")["ready"]:
                    return
            except (OSError, urllib.error.URLError):
                pass
            if time.monotonic() > end or self.driver.poll() is not None:
                raise AssertionError("chromedriver does not answer")
            time.sleep(0.05)  # sleeps: it does not tell when it listens

    def _begin(self, binary, width, height):
        args = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking",
                f"--user-data-dir={self.home}/profile",
                f"--window-size={width},{height}"]
        if os.geteuid() == 0:
            args.append("--no-sandbox")  # its sandbox refuses root
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": args, "binary": binary},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}})
        self.session = made["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End it, and see that it is gone."""
        if self.session:
            try:
                self.tell("DELETE", "")
            except (OSError, AssertionError):
                pass  # it is killed below
            self.session = None
        self.driver.terminate()
        self.driver.wait()
        end = time.monotonic() + 20
        while processes_with(self.home) and time.monotonic() < end:
            reap_orphans()
            time.sleep(0.02)  # sleeps: they end in their own time
        reap_orphans()
        left = processes_with(self.home)
        shutil.rmtree(self.home, ignore_errors=True)
        if left:
            raise AssertionError(f"the browser left {left}")

    def ask(self, method, path, body=None):
        """A command of the protocol; its value."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, method=method,
            headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise AssertionError(f"{method} {path}: {e.read()[:600]}") from e

    def tell(self, method, path, body=None):
        """A command of this window's session."""
        return self.ask(method, f"/session/{self.session}{path}", body)

    def open(self, path):
        """Show a file; how many seconds that took."""
        began = time.monotonic()
        self.tell("POST", "/url", {"url": "file://" + path})
        return time.monotonic() - began

    def js(self, script, *args):
        """The value of a JavaScript function's body."""
        return self.tell("POST", "/execute/sync",
                         {"script": script, "args": list(args)})

    def wait(self, script, *args):
        """Poll until it is true; its value."""
        end = time.monotonic() + 30
        while True:
            value = self.js(script, *args)
            if value or time.monotonic() > end:
                assert value, f"never true: {script}"
                return value
            time.sleep(0.02)  # sleeps: the page tells nobody

    def find(self, css):
        """The first element."""
        return self.tell("POST", "/element",
                         {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        """As the mouse does: what lies above it would get the click."""
        self.tell("POST", f"/element/{self.find(css)}/click", {})

    def text(self, css):
        """As it is rendered."""
        return self.tell("GET", f"/element/{self.find(css)}/text")

    def key(self, *names):
        """Press keys, one after the other, where the focus is."""
        actions = []
        for name in names:
            value = KEYS.get(name, name)
            actions += [{"type": "keyDown", "value": value},
                        {"type": "keyUp", "value": value}]
        self.tell("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})

    def hover(self, css):
        """Move the pointer to the middle of an element."""
        self.tell("POST", "/actions", {"actions": [{
            "type": "pointer", "id": "mouse",
            "actions": [{"type": "pointerMove", "duration": 0, "x": 0, "y": 0,
                         "origin": {ELEMENT: self.find(css)}}]}]})

    def media(self, kind="", **features):
        """Pretend to be paper, or a screen that is dark."""
        self.tell("POST", "/goog/cdp/execute", {
            "cmd": "Emulation.setEmulatedMedia",
            "params": {"media": kind,
                       "features": [{"name": k.replace("_", "-"), "value": v}
                                    for k, v in features.items()]}})

    def complaints(self):
        """What it wrote to its console since the last time."""
        return [entry for entry in
                self.tell("POST", "/se/log", {"type": "browser"})
                if entry["level"] in ("SEVERE", "WARNING")]

    def shoot(self, path):
        """A picture of what is in sight."""
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.tell("GET", "/screenshot")))

    def pdf(self):
        """What would be printed."""
        return base64.b64decode(self.tell("POST", "/print", {}))
