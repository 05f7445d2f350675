#!/usr/bin/env python3
"""The same scenarios on several kernels: the machine's, and guests'. What
differs must be in the table, in every report, and in the exit status."""

import json
import os
import sys

import tcplab as t

HEAD = """title: A
why: B
topology: {hosts: {server: , client: }, links: [[server, client]]}
"""

# @ is the machine's own version
SCENARIOS = {
    "same": HEAD + """steps:
  - server: {listen: 7788, as: L}
  - client: {connect: "server:7788", as: c}
""",
    "when": HEAD + """steps:
  - server: {listen: 7788, as: L}
    when: {kernel: "@"}
  - server: {listen: 7789, as: L}
    when: {kernel: "!=@"}
  - expect: {server.L: LISTEN}
""",
    "verdict": HEAD + """steps:
  - server: {listen: 7788, as: L}
  - expect: {server.L: CLOSED, within: 10ms}
    when: {kernel: "@"}
  - expect: {server.L: LISTEN}
    when: {kernel: "!=@"}
""",
    "hours": "time: virtual\n" + HEAD + """steps:
  - server: {listen: 7788, as: L}
  - wait: 1h
""",
}


def guests():
    """The guest kernels that there are, of different versions, or a skip."""
    found = {}
    for name in ("uml:6.12", "uml:6.1", "uml"):
        done = t.tcplab("kernel", "path", name)
        if done.returncode == 0:
            found.setdefault(done.stdout.strip(), "uml:" + done.stdout.strip())
    if not found:
        t.skip("no guest kernel: tcplab kernel build")
    return list(found.values())


def write(folder):
    version = os.uname().release.split("-")[0]
    for name, text in SCENARIOS.items():
        with open(f"{folder}/{name}.yaml", "w", encoding="utf8") as f:
            f.write(text.replace("@", version))


def wrong(what, condition, shown):
    if condition:
        print(f"{what}:\n{shown}")
    return bool(condition)


def rows(text):
    """The table's rows: mark, name, verdicts."""
    lines = text.splitlines()
    at = next((i for i, l in enumerate(lines) if l.startswith("  scenario ")),
              None)
    if at is None:
        return {}
    found = {}
    for line in lines[at + 1:]:
        words = line[2:].split()
        if "/" not in words[0]:
            break
        found[words[0].partition("/")[2]] = (line[:1].strip(), words[1:])
    return found


def check_table(what, text, labels):
    n = len(labels) - 1
    table = rows(text)
    bad = wrong(f"{what}: table", table != {
        "same": ("", ["PASS"] * (n + 1)),
        "when": ("~", ["PASS"] * (n + 1)),
        "verdict": ("*", ["FAIL"] + ["PASS"] * n),
        "hours": ("", ["-"] + ["PASS"] * n),
    }, text)
    rest = text.partition("\nWhat differed\n")[2]
    others = ", ".join(labels[1:])
    for says in (f"- host: FAIL\n      - {others}: PASS\n",
                 f"- host: taken\n      - {others}: left out\n",
                 f"- host: left out\n      - {others}: taken\n",
                 "line 5: server: listen 7788 as L, when kernel "):
        bad += wrong(f"{what} lacks '{says}'", says not in rest, text)
    return bad


def check_json(what, report, labels):
    """Each result has its kernel, and the table is there as data."""
    bad = 0
    releases = {k["label"]: k["kernel"] for k in report["matrix"]["kernels"]}
    bad += wrong(f"{what}: kernels", list(releases) != labels or
                 releases["host"] != os.uname().release, releases)
    for result in report["results"]:
        bad += wrong(f"{what}: a result's kernel",
                     releases.get(result["label"]) != result["kernel"] or
                     f"/{result['label']}/" not in result["folder"], result)
    row = next(r for r in report["matrix"]["rows"]
               if r["name"].endswith("/verdict"))
    kinds = [d["kind"] for d in row["differences"]]
    bad += wrong(f"{what}: the row that differs",
                 not row["verdicts_differ"] or
                 kinds != ["verdict", "left-out"] or
                 row["verdicts"]["host"] != "FAIL", row)
    return bad


def judged_again(results, labels):
    """From the folder alone: the same table, data and exit status."""
    run = os.path.realpath(f"{results}/latest")
    bad = 0
    for command in ("judge", "report"):
        text = t.tcplab(command, run)
        bad += wrong(f"{command}: exit status", text.returncode != 1,
                     text.stderr)
        bad += check_table(command, text.stdout, labels)
        data = t.tcplab(command, "--format", "json", run)
        bad += check_json(command, json.loads(data.stdout), labels)
    one = t.tcplab("judge", f"{run}/{labels[1]}")
    bad += wrong("one kernel has no table",
                 one.returncode or rows(one.stdout), one.stdout)
    return bad


def run_all(folder, kernels):
    results = folder + "/results"
    done = t.tcplab("run", "--kernels", "host," + ",".join(kernels),
                    "--results", results, "--format", f"json={folder}/j",
                    "--format", f"junit={folder}/x", "--format",
                    f"ktap={folder}/k", "--format", "text", folder, user=True)
    with open(f"{folder}/j", encoding="utf8") as f:
        report = json.load(f)
    labels = [k["label"] for k in report["matrix"]["kernels"]]
    bad = wrong("exit status", done.returncode != 1, done.stderr)
    bad += check_table("run", done.stdout, labels)
    bad += check_json("run", report, labels)
    bad += wrong("what takes hours is left out on the machine's",
                 "1 scenario left out on host: " not in done.stdout,
                 done.stdout)
    for name, says in (("x", f'name="{labels[1].replace(".", "_")}.'),
                       ("k", f"{labels[1]}.")):
        with open(f"{folder}/{name}", encoding="utf8") as f:
            text = f.read()
        bad += wrong(f"kernels in {name}", says not in text, text)
    return bad + judged_again(results, labels)


def fail_fast(folder, guest):
    """What --fail-fast does not come to is not run, on any kernel."""
    report, status = t.run_json("--kernels", f"host,{guest}", "--fail-fast",
                                f"{folder}/verdict.yaml")
    return wrong("--fail-fast", status != 1 or len(report["results"]) != 1 or
                 len(report["not_run"]) != 1, report)


def alone(folder):
    """A matrix of one is no matrix: the layout and report of a plain run."""
    with t.Folder() as results:
        done = t.tcplab("run", "--kernels", "host", "--results", results,
                        f"{folder}/same.yaml")
        name = os.path.basename(folder)
        return wrong("one kernel", done.returncode or rows(done.stdout) or
                     not os.path.exists(
                         f"{results}/latest/{name}/same/verdict.json"),
                     done.stdout + done.stderr)


def misnamed(folder, guest):
    """All names are looked at before anything is built or run."""
    bad = 0
    for names, status in (("host,nope", 2), ("nope,host", 2), ("host,", 2),
                          (f"{guest},uml:!", 2), ("host,uml:0.1", 3),
                          (",".join(["host"] * 17), 2)):
        done = t.tcplab("run", "--kernels", names, "--results",
                        folder + "/none", folder)
        bad += wrong(f"--kernels {names}: {done.returncode}",
                     done.returncode != status or done.stdout or
                     os.path.exists(folder + "/none"),
                     done.stdout + done.stderr)
    return bad


def main():
    kernels = guests()
    with t.Folder() as folder, t.Folder() as cache:
        copies = []
        for i, kernel in enumerate(kernels):
            # root's cache is not the user's to read
            copies.append(f"uml:{cache}/linux-{i}")
            with open(kernel[4:], "rb") as source, \
                    open(copies[i][4:], "wb") as target:
                target.write(source.read())
            os.chmod(copies[i][4:], 0o755)
        write(folder)
        bad = run_all(folder, copies) + fail_fast(folder, copies[0]) + \
            alone(folder) + misnamed(folder, copies[0])
    print(f"{bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
