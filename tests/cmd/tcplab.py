"""What every end-to-end test needs: run tcplab, and look for what it left."""

import ctypes
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

TCPLAB = os.environ["TCPLAB"]
ROOT = os.environ["TCPLAB_ROOT"]  # the source tree
NOBODY = 65534


def skip(why):
    """Say why this test cannot run here; under LAB_MUST_RUN that fails."""
    print("skipped:", why, file=sys.stderr)
    sys.exit(1 if os.environ.get("LAB_MUST_RUN") == "1" else 77)


class Folder:
    """A scratch folder that an unprivileged user may write to."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="tcplab-test-")
        os.chmod(self.path, 0o777)
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def as_nobody(argv):
    """The same command as an unprivileged user without any capability."""
    if os.geteuid() != 0:
        return argv
    if not shutil.which("setpriv"):
        skip("setpriv(1) is not installed")
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
            "--clear-groups", "--bounding-set=-all", "--inh-caps=-all",
            "--no-new-privs"] + argv


def tcplab(*args, user=False, env=None, timeout=300, **kw):
    """Run tcplab to its end; stdout and stderr as text."""
    argv = [TCPLAB, *args]
    if user:
        argv = as_nobody(argv)
    full = {k: v for k, v in os.environ.items()
            if k not in ("SUDO_UID", "SUDO_GID")}
    full.update(env or {})
    kw.setdefault("cwd", ROOT)
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, env=full, timeout=timeout, check=False,
                          stdin=subprocess.DEVNULL, **kw)


def run_json(*args, **kw):
    """tcplab run --format json; the parsed report and the exit status."""
    with Folder() as results:
        done = tcplab("run", "--results", results, "--format", "json", *args,
                      **kw)
        if not done.stdout:
            raise AssertionError(f"no report: {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout), done.returncode


def verdicts(report):
    """Scenario name to verdict."""
    return {r["name"]: r["verdict"] for r in report["results"]}


NS_GET_PARENT = 0xb702  # ioctl_ns(2)


def _is_ours(pid):
    """Is the process in our user namespace or one below: of this test, not of
    another that runs on the same machine."""
    own = os.stat("/proc/self/ns/user").st_ino
    try:
        fd = os.open(f"/proc/{pid}/ns/user", os.O_RDONLY)
    except OSError:
        return False
    while True:
        try:
            if os.fstat(fd).st_ino == own:
                return True
            parent = fcntl.ioctl(fd, NS_GET_PARENT)
        except OSError:
            return False  # it is above us
        finally:
            os.close(fd)
        fd = parent


def _is_zombie(pid):
    """Dead, and holds nothing but its number until its parent looks. That is
    the machine's init once tcplab is killed, and it takes its time."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf8") as f:
            return f.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def processes():
    """Processes of ours: tcplab, a lab's init, an agent, a guest."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf8") as f:
                comm = f.read().strip()
        except OSError:
            continue
        if comm.startswith(("tcplab", "lab-init", "lab-wire", "linux")) and \
                _is_ours(pid) and not _is_zombie(pid):
            found.append(f"{pid} {comm}")
    return found


def links():
    """Interfaces of the machine's own network namespace."""
    return sorted(os.listdir("/sys/class/net"))


def mounts():
    """The machine's own mount table."""
    with open("/proc/self/mountinfo", encoding="utf8") as f:
        return sorted(line.split(" - ")[0].split()[4] for line in f)


INSTANCES = "/sys/kernel/tracing/instances"


def instances():
    """Instances of the kernel's tracer whose tcplab is dead; the name tells:
    tcplab-PIDNAMESPACE-PID-START-LAB."""
    try:
        names = os.listdir(INSTANCES)
    except OSError:
        return []
    own = os.stat("/proc/self/ns/pid").st_ino
    found = []
    for name in names:
        part = name.split("-")
        if part[0] == "tcplab" and int(part[1]) == own and \
                not os.path.exists(f"/proc/{part[2]}"):
            found.append(name)
    return found


def nest():
    """Go on in a user namespace of our own, if we are root: there the limit
    on network namespaces is ours to set, which count_netns() needs. All ids
    are mapped to themselves, so nothing else looks different."""
    if os.geteuid() != 0 or os.environ.get("TCPLAB_NESTED"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    ready, mapped = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        if libc.unshare(0x10000000) != 0:  # CLONE_NEWUSER
            os._exit(77)
        os.write(ready[1], b"x")
        os.read(mapped[0], 1)
        os.environ["TCPLAB_NESTED"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    os.read(ready[0], 1)
    for kind in ("uid_map", "gid_map"):
        with open(f"/proc/{child}/{kind}", "w", encoding="utf8") as f:
            f.write("0 0 65536")
    os.write(mapped[1], b"x")
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


LIMIT = "/proc/sys/user/max_net_namespaces"


def _may_unshare(limit, user):
    with open(LIMIT, "w", encoding="utf8") as f:
        f.write(str(limit))
    argv = as_nobody(["unshare", "-Un", "true"]) if user else \
        ["unshare", "-n", "true"]
    return subprocess.run(argv, check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def count_netns(user):
    """How many network namespaces root, or the unprivileged user, has alive
    in this user namespace, whether a process or a mere orphaned socket holds
    them: the smallest user.max_net_namespaces (namespaces(7)) under which one
    more can be made, less that one. None unless nested."""
    if not os.environ.get("TCPLAB_NESTED"):
        return None
    # from below: a probe that succeeds is itself alive for a moment
    return next(n for n in range(4096) if netns_at_most(n, user))


def netns_at_most(n, user):
    """Are at most n alive."""
    with open(LIMIT, encoding="utf8") as f:
        before = f.read()
    try:
        return _may_unshare(n + 1, user)
    finally:
        with open(LIMIT, "w", encoding="utf8") as f:
            f.write(before)


class Residue:
    """What is on the machine now, to be compared with what is there later."""

    def __init__(self):
        self.links = links()
        self.mounts = mounts()
        self.instances = instances()
        self.netns = [count_netns(user) for user in (False, True)]

    def left(self):
        """What is there now and was not before, in words; empty if nothing."""
        found = [f"process {p}" for p in processes()]
        found += [f"interface {x}" for x in links() if x not in self.links]
        found += [f"mount {x}" for x in mounts() if x not in self.mounts]
        found += [f"instance {x}" for x in instances()
                  if x not in self.instances]
        if not found:
            for user in (False, True):
                before = self.netns[user]
                if before is not None and not netns_at_most(before, user):
                    found.append("a network namespace of "
                                 f"{'a user' if user else 'root'}'s that no "
                                 "process holds")
        return found

    def check(self, patience_s):
        """Poll until nothing is left; what is left when patience ends."""
        end = time.monotonic() + patience_s
        while True:
            found = self.left()
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.02)  # sleeps: the kernel tells nobody
