#!/usr/bin/env python3
"""The command line as a user meets it: exit status, where output goes, and
what an error says."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import tcplab as t

GOOD = "lab/handshake/established.yaml"


def expect(name, done, status, out=None, err=None):
    wrong = []
    if done.returncode != status:
        wrong.append(f"exit status {done.returncode}, not {status}")
    if out is not None and out not in done.stdout:
        wrong.append(f"stdout lacks '{out}'")
    if err is not None and err not in done.stderr:
        wrong.append(f"stderr lacks '{err}'")
    if wrong:
        print(f"{name}: {'; '.join(wrong)}\n{done.stdout}{done.stderr}")
    return bool(wrong)


def usage():
    """name, arguments, status, stdout has, stderr has"""
    return [
        ("no command", [], 2, "", "no command"),
        ("help", ["--help"], 0, "Exit status:", ""),
        ("help of a command", ["run", "--help"], 0, "--repeat N", ""),
        ("help by name", ["help", "judge"], 0, "results folder", ""),
        ("version", ["--version"], 0, "tcplab ", ""),
        ("typo", ["rnu"], 2, "", "did you mean 'run'?"),
        ("no path", ["run"], 2, "", "no scenario is named"),
        ("bad option", ["run", "--nope", GOOD], 2, "", "tcplab run --help"),
        ("an option's typo", ["report", "--fromat=json", "src"], 2, "",
         "tcplab: report: unknown option '--fromat': did you mean "
         "'--format'?\nusage:"),
        ("of run, too", ["run", "--kernl", "uml", GOOD], 2, "",
         "tcplab: run: unknown option '--kernl': did you mean '--kernel'?"),
        ("a letter", ["diff", "-x", "a", "b"], 2, "",
         "tcplab: diff: unknown option '-x'\n"),
        ("no argument", ["coverage", "--format"], 2, "",
         "tcplab: coverage: --format takes an argument\n"),
        ("an argument", ["report", "--verbose=2", "src"], 2, "",
         "tcplab: report: --verbose takes no argument\n"),
        ("bad number", ["run", "--jobs", "many", GOOD], 2, "", "'many'"),
        ("bad format", ["run", "--format", "jsn", GOOD], 2, "",
         "did you mean 'json'?"),
        ("empty file", ["run", "--format", "json=", GOOD], 2, "",
         "no file is named after 'json='"),
        ("two on stdout", ["run", "--format", "text", "--format", "json=-",
                           GOOD], 2, "", "both text and json would go"),
        ("stdout by its name", ["judge", "--format", "text", "--format",
                                "json=/dev/stdout", "src"], 2, "",
         "would go to stdout"),
        ("closed descriptor", ["run", "--format", "json=/dev/fd/77", GOOD], 2,
         "", "no such descriptor is open"),
        ("nothing matches", ["run", "--tag", "nope", GOOD], 2, "",
         "no scenario matches"),
        ("diff of one", ["diff", "results"], 2, "",
         "two results folders are compared"),
        ("diff of none", ["diff", "src", "src"], 2, "", "src"),
        ("a past run that is not there", ["report", "nowhere"], 2, "",
         "nowhere: No such file or directory"),
        ("diff as what", ["diff", "--format", "html", "a", "b"], 2, "",
         "unknown format 'html'"),
        ("diff within what", ["diff", "--tolerance", "much", "a", "b"], 2, "",
         "'much'"),
        ("no such file", ["run", "nope.yaml"], 2, "", "No such file"),
        ("check", ["check", "lab", "topologies"], 0, "are good", ""),
        ("plan", ["check", "--plan", GOOD], 0, "connect", ""),
        ("list", ["list"], 0, "rebind/eaddrinuse", ""),
        ("steps", ["list", "--steps"], 0, "setsockopt", ""),
        ("formats", ["list", "--formats"], 0, "ktap", ""),
        ("faults", ["list", "--faults"], 0, "window-probe", ""),
        ("schema", ["schema", "scenario"], 0, "draft-07", ""),
        ("kernel's names", ["kernel", "--help"], 0, "uml:6.12", ""),
        ("no such kernel", ["kernel", "path", "um"], 2, "",
         "um: No such file"),
        ("no such source", ["kernel", "build", "--source", "nope"], 3, "",
         "nope: No such file"),
        ("not a results folder", ["judge", "src"], 2, "",
         "not a results folder"),
        ("canonical journal's reasons", ["canon", "--reasons"], 0,
         "Icmp6.     left out: ", ""),
        ("canonical journal of nothing", ["canon"], 2, "",
         "one scenario's results folder"),
        ("no journal to be canonical", ["canon", "src"], 2, "", "src"),
        ("no such host", ["shell", "topologies/pair.yaml", "sever"], 2, "",
         "did you mean 'server'?"),
        ("no such topology", ["shell", "pear", "client"], 2, "",
         "topologies/pear.yaml here"),
        ("a topology by its name", ["shell", "pair", "sever"], 2, "",
         "did you mean 'server'?"),
        ("no such command", ["shell", "pair", "client", "--", "no-such-x"],
         127, "", "no-such-x"),
        ("no program", ["shell", "pair", "client", "--", "/etc/passwd"], 126,
         "", "/etc/passwd"),
        ("a folder twice", ["check", "lab/handshake", "lab/handshake/"], 0,
         "are good", ""),
        ("doctor", ["doctor"], 0, "ok", ""),
        ("shell", ["shell", "topologies/pair.yaml", "client", "--",
                   "sh", "-c", "cat /etc/hosts; hostname; exit 7"], 7,
         "client", ""),
        ("no place for results", ["run", "--results", "/proc/nope", GOOD], 3,
         "", "--results DIR"),
    ]


def run_and_judge():
    """A run, judged again from its folder alone, says the same."""
    bad = 0
    with t.Folder() as results:
        done = t.tcplab("run", "--results", results, "--format", "json", GOOD)
        bad += expect("run", done, 0)
        first = json.loads(done.stdout)
        moved = results + "/moved"
        shutil.move(os.path.realpath(results + "/latest"), moved)
        with open(moved + "/report.json", encoding="utf8") as f:
            bad += json.load(f) != first
        with open(moved + "/report.html", encoding="utf8") as f:
            bad += first["results"][0]["title"] not in f.read()
        done = t.tcplab("judge", "--format", "json", moved, cwd="/")
        bad += expect("judge", done, 0)
        again = json.loads(done.stdout)
        for a, b in zip(first["results"], again["results"]):
            for key in ("name", "verdict", "findings"):
                if a[key] != b[key]:
                    print(f"judged again, {key} differs: {a[key]} {b[key]}")
                    bad += 1
        done = t.tcplab("judge", moved, user=True)  # who may not write there
        bad += expect("judge another's", done, 0, out="PASS",
                      err="the verdict stands") if os.geteuid() == 0 else 0
        bad += moved not in done.stderr if os.geteuid() == 0 else 0
        done = t.tcplab("report", moved, "--format", "junit", "--format",
                        "ktap=" + results + "/out.ktap")
        bad += expect("report", done, 0, out="<testsuites")
        done = t.tcplab("canon", os.path.join(moved, first["results"][0]
                                              ["name"]))
        bad += expect("canon", done, 0, out='"pid":"process-1"')
        with open(results + "/out.ktap", encoding="utf8") as f:
            bad += not f.read().startswith("KTAP version 1")
        done = t.tcplab("run", "--deterministic", "--results", results, GOOD)
        bad += expect("deterministic in real time", done, 5, out=" 2/2",
                      err="nothing was compared")
        # break the journal off: nothing is certain any more
        for journal in (os.path.join(d, "journal.jsonl")
                        for d, _, files in os.walk(moved)
                        if "journal.jsonl" in files):
            os.truncate(journal, os.path.getsize(journal) // 2)
        done = t.tcplab("coverage", moved)
        bad += expect("coverage of half", done, 0, out="SYN_SENT > ESTABLISHED")
        bad += "left out" in done.stderr
        bad += max(map(len, done.stdout.splitlines())) > 80
        done = t.tcplab("judge", moved)
        if done.returncode not in (3, 5):
            print(f"a broken journal: exit {done.returncode}\n{done.stdout}")
            bad += 1
        name = first["results"][0]["name"]
        with open(f"{moved}/{name}/journal.jsonl", "w", encoding="utf8") as f:
            f.write("nothing\n")
        done = t.tcplab("coverage", "--format", "json", moved)
        bad += expect("coverage of none", done, 0, out='"left_out"',
                      err=f"{name} is left out: ")
        bad += [x["name"] for x in json.loads(done.stdout)["left_out"]] != \
            [name]
    return bad


def reader_gone():
    """Of a report that nobody reads to its end, nothing is said; and what is
    not written for another reason is."""
    bad = 0
    for args in (["list"], ["list", "--steps"], ["schema", "scenario"]):
        got, put = os.pipe()
        os.close(got)
        done = subprocess.run([t.TCPLAB, *args], cwd=t.ROOT, stdout=put,
                              stderr=subprocess.PIPE, text=True, check=False)
        os.close(put)
        if done.returncode != -signal.SIGPIPE or done.stderr:
            print(f"{args} | head: {done.returncode}, {done.stderr}")
            bad += 1
    with open("/dev/full", "w", encoding="utf8") as full:
        done = subprocess.run([t.TCPLAB, "list"], cwd=t.ROOT, stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 3 or "No space left" not in done.stderr:
        print(f"list >/dev/full: {done.returncode}, {done.stderr}")
        bad += 1
    return bad


def sudo_user():
    """Under sudo, files belong to the user, and so do the programs."""
    if os.geteuid() != 0:
        return 0
    bad = 0
    with t.Folder() as results:
        env = {"SUDO_UID": str(t.NOBODY), "SUDO_GID": str(t.NOBODY)}
        done = t.tcplab("run", "--results", results + "/r", GOOD, env=env)
        bad += expect("as sudo", done, 0)
        for folder, _, files in os.walk(results + "/r"):
            for name in [folder] + [os.path.join(folder, f) for f in files]:
                if os.stat(name).st_uid != t.NOBODY:
                    print(f"{name} is not the user's")
                    bad += 1
        script = sh("test -r $D/journal.jsonl && ! touch $D/journal.jsonl && "
                    "! touch $D/y && ! mv $D $D.z && ! rm $D/scenario.yaml "
                    "&& ! touch /dev/shm/.tcplab-hosts/b",
                    D=own_folder(results))
        done = t.tcplab("run", "--results", results, "--verbose",
                        write(results + "/x.yaml", lines(script)), env=env)
        bad += expect("evidence is out of reach", done, 0)
        done = t.tcplab("shell", "topologies/pair.yaml", "client", "--",
                        "sh", "-c", "echo $HOME:$(id -g)",
                        env={"SUDO_UID": "54321", "SUDO_GID": "zero"})
        bad += expect("unknown user", done, 0, out="/:54321\n")
        done = t.tcplab("shell", "topologies/pair.yaml", "client", "--",
                        "id", "-u", env=env)
        bad += expect("shell as sudo", done, 0, out=str(t.NOBODY))
        done = t.tcplab("shell", "topologies/pair.yaml", "client", "--",
                        "grep", "CapEff", "/proc/self/status", env=env)
        bad += expect("no capability", done, 0, out="0000000000000000")
    return bad


def lines(*steps):
    """A scenario of these steps, on one host."""
    return "\n".join(["title: A", "why: none", "topology: {hosts: {a: }}",
                      "steps:", *("  - " + s for s in steps), ""])


def sh(script, **env):
    """A step that runs a shell's script and wants exit status 0."""
    text = json.dumps("".join(f"{k}={v}; " for k, v in env.items()) + script)
    return f"a: {{run: [sh, -c, {text}], as: p, status: 0, within: 20s}}"


def own_folder(results):
    """Where the scenario results/x.yaml, run last, leaves what it saw."""
    return os.path.join(results, "latest", os.path.basename(results), "x")


def write(path, text):
    with open(path, "w", encoding="utf8") as f:
        f.write(text)
    return path


def outputs():
    """A report goes where --format says, and what is there stays what it is.
    As a user: one who may replace what is in /dev must not be put to it."""
    bad = 0
    with t.Folder() as results:
        run = ["run", "-q", "--results", results + "/r", GOOD]
        write(results + "/target", "old")
        os.symlink("target", results + "/link")
        os.symlink("not-yet", results + "/dangling")
        os.mkfifo(results + "/fifo")
        os.chmod(results + "/fifo", 0o666)
        reader = subprocess.Popen(["cat", results + "/fifo"],
                                  stdout=subprocess.PIPE, text=True)
        null = os.stat("/dev/null").st_rdev
        got, put = os.pipe()
        formats = [f"json={results}/link", f"ktap={results}/dangling",
                   f"junit={results}/fifo", "json=/dev/null",
                   "ktap=/dev/stderr", f"json=/dev/fd/{put}",
                   f"text={results}/plain"]
        done = t.tcplab(*run, *(x for f in formats for x in ("--format", f)),
                        pass_fds=[put], user=True)
        os.close(put)
        bad += expect("many outputs", done, 0, err="KTAP version 1")
        with open(got, encoding="utf8") as f:
            bad += "results" not in json.load(f)
        bad += "<testsuites" not in reader.communicate(timeout=10)[0]
        for name, has in (("target", '"results"'), ("not-yet", "KTAP"),
                          ("plain", "PASS")):
            with open(f"{results}/{name}", encoding="utf8") as f:
                bad += has not in f.read()
        bad += not os.path.islink(results + "/link")
        bad += not os.path.islink(results + "/dangling")
        bad += os.stat("/dev/null").st_rdev != null
        done = t.tcplab(*run, "--format", "json=/dev/full", "--format",
                        "ktap=/no/such", "--format", f"text={results}/again",
                        user=True)
        bad += expect("two fail", done, 3, err="json report: /dev/full: No spa")
        bad += expect("two fail", done, 3, err="ktap report: /no/such: No such")
        bad += not os.path.exists(results + "/again")
    if bad:
        print("outputs are wrong")
    return bad


def on_disk_of(size, results):
    """A run whose results have no more room than that."""
    return subprocess.run(
        ["unshare", "-m", "sh", "-c",
         f"mount -t tmpfs -o size={size} none {results}; exec \"$@\"",
         "sh", t.TCPLAB, "run", "--results", results, GOOD],
        cwd=t.ROOT, capture_output=True, text=True, check=False)


def unwritten():
    """What cannot be written down is never a PASS with status 0."""
    bad = 0
    with t.Folder() as results:
        own = own_folder(results)
        run = ["run", "--results", results,
               write(results + "/x.yaml", lines(sh("mkdir $D/verdict.json",
                                                   D=own)))]
        done = t.tcplab(*run)
        bad += expect("verdict.json", done, 3, err="/x: verdict.json: Is a dir")
        write(results + "/x.yaml", lines(sh("mkdir $D/../../report.html",
                                            D=own)))
        done = t.tcplab(*run)
        bad += expect("report.html", done, 3, out="1 passed",
                      err="report.html: Is a dir")
        bad += expect("report.html", done, 3, err="remedy: ")
        bad += "look at" in done.stdout
        write(results + "/x.yaml", lines(sh("mkfifo $D/verdict.json.part",
                                            D=own)))
        bad += expect("planted FIFO", t.tcplab(*run, timeout=30), 0)
        write(results + "/x.yaml", lines(sh(
            "rm $D/journal.jsonl; mkfifo $D/journal.jsonl", D=own)))
        bad += expect("journal is a FIFO", t.tcplab(*run, timeout=30), 3,
                      out="is not a regular file")
        if os.geteuid() == 0:
            done = on_disk_of("20k", results)
            bad += expect("full disk", done, 3, err="No space left on device")
            bad += expect("full disk", done, 3, out="--results DIR")
            done = on_disk_of("100k", results)
            bad += expect("page too big", done, 3, out="1 passed",
                          err="report.html: No space left on device")
    return bad


def same_bytes():
    """A results folder holds what was read, whatever became of the file."""
    bad = 0
    with t.Folder() as results:
        path = results + "/x.yaml"
        first = lines(sh(f"echo title: B >{path}"))
        done = t.tcplab("run", "--results", results, write(path, first))
        bad += expect("it changed its file", done, 0)
        with open(own_folder(results) + "/scenario.yaml",
                  encoding="utf8") as f:
            bad += f.read() != first
        bad += expect("judged", t.tcplab("judge", results + "/latest"), 0)
        got, put = os.pipe()
        os.write(put, lines("wait: 10ms", sh("true")).encode())
        os.close(put)
        done = t.tcplab("run", "--results", results, f"/dev/fd/{got}",
                        pass_fds=[got])
        os.close(got)
        bad += expect("a pipe", done, 0, out="PASS")
    if bad:
        print("not the bytes that were read")
    return bad


def interrupted():
    """SIGINT ends a run at once, with 130, and leaves nothing."""
    residue = t.Residue()
    with t.Folder() as results:
        run = subprocess.Popen(
            [t.TCPLAB, "run", "--results", results, GOOD,
             "lab/time-wait/lasts-a-minute.yaml"], cwd=t.ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        run.stdout.readline()  # the short one is over, the long one is not
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=10)
        bad = run.returncode != 130
        if bad:
            print(f"SIGINT: exit status {run.returncode}\n{out}{err}")
        if ", 1 not run in" not in out or "by SIGINT" not in err:
            print(f"SIGINT: what was not run is not said\n{out}{err}")
            bad += 1
        found = residue.check(20)
        if found:
            print(f"SIGINT left {found}")
    return bad + bool(found)


def nohup():
    """A signal that was ignored when we were started stays so."""
    with t.Folder() as results:
        run = subprocess.Popen(
            ["nohup", t.TCPLAB, "run", "--results", results, GOOD,
             "lab/time-wait/lasts-a-minute.yaml"], cwd=t.ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        run.stdout.readline()
        run.send_signal(signal.SIGHUP)
        run.send_signal(signal.SIGTERM)  # a pending SIGHUP would come first
        out, err = run.communicate(timeout=10)
    if run.returncode != 143:
        print(f"nohup: exit status {run.returncode}\n{out}{err}")
    return run.returncode != 143


HEAD = """title: A
why: B
topology: {hosts: {server: , client: }, links: [[server, client]]}
steps:
  - server: {listen: 7788, as: L}
"""


def fail_fast():
    """What --fail-fast leaves out is told by name."""
    with t.Folder() as folder:
        for name in ("one", "two", "three"):
            with open(f"{folder}/{name}.yaml", "w", encoding="utf8") as f:
                f.write(HEAD + "  - expect: {server.L: CLOSE_WAIT, within: "
                        "10ms}\n")
        report, status = t.run_json("--fail-fast", "-j", "1",
                                    f"{folder}/one.yaml", f"{folder}/two.yaml",
                                    f"{folder}/three.yaml")
        base = os.path.basename(folder)
        bad = status != 1 or report["not_run"] != [f"{base}/two",
                                                   f"{base}/three"]
        if bad:
            print(f"--fail-fast: {status} {report}")
    return bad


def hours():
    """What takes hours is left out of a folder's run in real time, and said;
    whoever names its file wants it run."""
    with t.Folder() as folder:
        for name, key in (("one", ""), ("long", "time: virtual\n")):
            with open(f"{folder}/{name}.yaml", "w", encoding="utf8") as f:
                f.write(key + HEAD)
        base = os.path.basename(folder)
        both = {f"{base}/long": "PASS", f"{base}/one": "PASS"}
        short = {f"{base}/one": "PASS"}
        bad = 0
        for what, args, want, left in (
                ("folder", [folder], short, [f"{base}/long"]),
                ("file", [f"{folder}/long.yaml", folder], both, []),
                ("pattern", [folder, "--name", "*/one"], short, [])):
            report, status = t.run_json(*args)
            if status or t.verdicts(report) != want or \
                    report["left_out"] != left:
                bad += 1
                print(f"time: virtual, {what}: {status} {report}")
        bad += expect("its line", t.tcplab("run", "--results", folder + "/r",
                                           folder), 0,
                      out="1 scenario left out: it takes hours; add --virtual")
        bad += expect("its line, of nothing else",
                      t.tcplab("run", "--name", "*/long", folder), 2,
                      err="takes hours: add --virtual, or name the file")
        bad += expect("its mark", t.tcplab("list", folder), 0,
                      out=f"{base}/long".ljust(35) + "A (hours: in virtual")
    return bad


VERDICTS = {  # what a scenario's last steps make of it
    "pass": "  - expect: {server.L: LISTEN}\n",
    "fail": "  - expect: {server.L: CLOSED, within: 10ms}\n",
    "skip": "  - wait: 1ms\n    when: {kernel: '<2'}\n",
}


def scenario(path, verdict):
    with open(path, "w", encoding="utf8") as f:
        f.write(HEAD.rpartition("  -")[0] if verdict == "skip" else HEAD)
        f.write(VERDICTS[verdict])


def bisect_statuses(folder):
    """--bisect: 0 and 1 as ever, 125 for what proves nothing."""
    bad = 0
    for verdict, plain, bisect in (("pass", 0, 0), ("fail", 1, 1),
                                   ("skip", 5, 125)):
        scenario(f"{folder}/x.yaml", verdict)
        for args, status in (((), plain), (("--bisect",), bisect)):
            bad += expect(f"{verdict} {args}",
                          t.tcplab("run", "--results", folder + "/r", *args,
                                   f"{folder}/x.yaml"), status,
                          out="not on this kernel: wants <2, is "
                          + os.uname().release if status == 5 else "")
    for name, args, status in (
            ("no place", ("--results", "/proc/no", f"{folder}/x.yaml"), 125),
            ("no kernel", ("--kernel", "uml:0.99", f"{folder}/x.yaml"), 125),
            ("no file", ("lab/no",), 128),
            ("bad option", ("--no", "lab"), 128)):
        bad += expect(f"--bisect, {name}", t.tcplab("run", "--bisect", *args),
                      status)
    return bad


def bisection():
    """git finds the first bad one of eight commits, past one to be skipped."""
    with t.Folder() as folder:
        bad = bisect_statuses(folder)
        if not shutil.which("git"):
            return bad

        def git(*args):
            return subprocess.run(
                ["git", "-c", "user.name=t", "-c", "user.email=t@t", *args],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, check=False, env={**os.environ, "HOME": folder})

        git("init", "-q", ".")
        for i, verdict in enumerate(("pass", "pass", "skip", "skip", "skip",
                                     "pass", "fail", "fail")):
            scenario(f"{folder}/x.yaml", verdict)
            with open(f"{folder}/n", "w", encoding="utf8") as f:
                f.write(str(i))
            git("add", "x.yaml", "n")
            git("commit", "-q", "-m", f"commit {i}")
        git("bisect", "start", "HEAD", "HEAD~7")
        done = git("bisect", "run", t.TCPLAB, "run", "--bisect", "--results",
                   f"{folder}/r", "x.yaml")
        log = git("bisect", "log")
        if done.returncode or "first bad commit: " not in log.stdout or \
                "] commit 6" not in log.stdout.splitlines()[-1] or \
                "git bisect skip" not in log.stdout:
            print(f"git bisect run: {done.returncode}\n{done.stdout}"
                  f"{log.stdout}")
            bad += 1
    return bad


def agent_of(run, host):
    """The process that is a host's agent in a run, by its host name."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        above = pid
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf8") as f:
                if f.read().split("\0")[1:2] != ["agent"]:
                    continue
            while above not in ("0", str(run.pid)):
                with open(f"/proc/{above}/stat", encoding="utf8") as f:
                    above = f.read().rpartition(")")[2].split()[1]
        except OSError:
            continue  # gone by now
        if above != str(run.pid):
            continue
        uts = subprocess.run(["nsenter", f"--uts=/proc/{pid}/ns/uts",
                              "hostname"], stdout=subprocess.PIPE, text=True,
                             check=True)
        if uts.stdout.strip() == host:
            return int(pid)
    raise AssertionError(f"no agent of {host}")


def killed_agent():
    """Whoever kills an agent from outside has spoilt the evidence."""
    if os.geteuid() != 0 or not shutil.which("nsenter"):
        return 0
    with t.Folder() as folder:
        with open(f"{folder}/one.yaml", "w", encoding="utf8") as f:
            f.write(HEAD + "  - client: {run: [sh, -c, "
                    f"'>{folder}/now; exec sleep 2'], as: w}}\n"
                    "  - client: {exit: w}\n"
                    "  - expect: {server.L: LISTEN, within: 100ms}\n")
        run = subprocess.Popen([t.TCPLAB, "run", "--results", folder + "/r",
                                "--retries", "0", f"{folder}/one.yaml"],
                               cwd=t.ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        while not os.path.exists(folder + "/now") and run.poll() is None:
            time.sleep(0.02)  # sleeps: nobody tells of a new file
        os.kill(agent_of(run, "server"), signal.SIGKILL)
        out, err = run.communicate(timeout=10)
    told = " ".join(out.split())  # wherever the page broke the line
    if run.returncode != 5 or "killed from outside by SIGKILL" not in told:
        print(f"an agent killed: exit status {run.returncode}\n{out}{err}")
        return 1
    return 0


def main():
    bad = 0
    for name, args, status, out, err in usage():
        bad += expect(name, t.tcplab(*args), status, out, err)
    for part in (nohup, fail_fast, hours, bisection, killed_agent, run_and_judge, outputs,
                 unwritten, same_bytes, sudo_user, reader_gone,
                 interrupted):
        bad += part()
    print(f"{bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    t.nest()
    sys.exit(main())
