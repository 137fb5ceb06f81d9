#!/usr/bin/env python3
"""The same jobs for a raw frame reader, this SDK and the official SDKs for Rust, Node and Python, interleaved.

Gets and builds all of them, prints a table, and writes results.json and the tables and the plot of
../docs/src/performance.md. A run that lost an event or an answer is shown as invalid, whoever lost it. CPU time is that of the client and of the scripted runtime
that it starts, whether the client waits for the runtime or leaves it; the runtime is the same for all. Names of jobs as
words do these alone, and keep the other results. Runs on Linux.
"""

import ctypes
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 3
# The job, how often, how many at once, and what it is called in the book.
JOBS = [
    ("start", 20, 1, "start and stop a client"),
    ("ping", 5_000, 1, "ping"),
    ("ping", 6_400, 64, "ping, 64 at a time"),
    ("delta", 200_000, 1, "delta, wire to the user's stream"),
    ("tool", 5_000, 1, "tool call"),
    ("tool", 5_000, 32, "tool call, 32 at a time"),
    ("hook", 2_000, 1, "hook"),
    ("permission", 2_000, 1, "permission request"),
    ("large", 16, 1, "message of 16 MiB, each MiB"),
    ("sessions", 1_000, 1, "session, 1,000 held open"),
    ("slow", 50_000, 1, "ping in a flood of deltas that are read one per millisecond"),
    ("first", 2_000, 1, "prompt to its first delta"),
    ("restart", 20, 1, "runtime killed, until a ping is answered"),
    ("resume", 20, 1, "runtime killed, until an open session sends a delta"),
]
TITLES = {job[:3]: job[3] for job in JOBS}
# What this SDK does by itself; with the others the program makes a new client, and resumes the session.
BY_HAND = ("restart", "resume")
NUMBERS = ("wall_us", "cpu_us", "peak_mib", "median_us", "p99_us")
PR_SET_CHILD_SUBREAPER = 36
# The columns of the book, and their heads; what the frames alone cost is not in all tables.
COLUMNS = {"this SDK": "this SDK", "official": "official Rust", "Node": "Node", "Python": "Python"}
FRAMES = {"frames only": "frames alone"}
COLORS = ["#9aa0a6", "#1a73e8", "#174ea6", "#e8710a", "#b04c00", "#188038", "#9334e6"]


def build():
    """Builds everything, and returns the command line of each client."""
    environment = dict(os.environ, COPILOT_SKIP_CLI_DOWNLOAD="1")
    for folder in (HERE, HERE / "official"):
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=folder, env=environment, check=True)
    node = HERE / "node"
    subprocess.run(["npm", "install", "--no-package-lock", "--ignore-scripts", "--silent"], cwd=node, check=True)
    python = HERE / "target/python"
    subprocess.run([sys.executable, "-m", "venv", str(python)], check=True)
    pip = [str(python / "bin/pip"), "install", "--quiet", "-r", str(HERE / "python/requirements.txt")]
    subprocess.run(pip, check=True)
    ours, official = HERE / "target/release", HERE / "official/target/release"
    runtime = str(ours / "bench-runtime")
    return {
        "frames only": ([str(ours / "raw"), runtime], [], ("ping", "delta")),
        "this SDK": ([str(ours / "bench-ours"), runtime], [], None),
        "this SDK, threads": ([str(ours / "bench-ours"), runtime], ["--threads"], None),
        "official": ([str(official / "bench-official"), runtime], [], None),
        "official, threads": ([str(official / "bench-official"), runtime], ["--threads"], None),
        "Node": (["node", str(node / "bench.mjs"), runtime], [], None),
        "Python": ([str(python / "bin/python"), str(HERE / "python/bench.py"), runtime], [], None),
    }


def measure(command, options, job):
    """One run: what it says, and what it cost."""
    kind, count, at_once, _ = job
    words = command + [kind, str(count)] + ([str(at_once)] if "raw" not in command[0] else []) + options
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
        output = client.stdout.read()
        ended = {}
        for process, status, usage in each_ended():
            ended[process] = status, usage.ru_utime + usage.ru_stime
        client.returncode = os.waitstatus_to_exitcode(ended[client.pid][0])
    said = json.loads(output) if output.strip() else {"delivered": 0, "nanoseconds": 0, "peak_kib": 0}
    ordered = sorted(said.get("latencies", []))
    return {
        "valid": client.returncode == 0 and said["delivered"] == count,
        "delivered": said["delivered"],
        "expected": count,
        "wall_us": said["nanoseconds"] / 1_000 / count,
        "cpu_us": sum(cpu for _, cpu in ended.values()) * 1_000_000 / count,
        "peak_mib": said["peak_kib"] / 1_024,
        # Only some jobs time each thing that they do.
        "median_us": statistics.median(ordered) / 1_000 if ordered else None,
        "p99_us": ordered[len(ordered) * 99 // 100] / 1_000 if ordered else None,
    }


def each_ended():
    """Every process that a run has started, once it has ended: id, status and usage."""
    while True:
        try:
            yield os.wait4(-1, 0)
        except ChildProcessError:
            return


def run(clients, jobs):
    """Each job of every client, one round after the other."""
    runs = {}
    for number in range(ROUNDS):
        for job in jobs:
            for name, (command, options, only) in clients.items():
                # The raw client does one thing at a time.
                if only is None or (job[0] in only and job[2] == 1):
                    print(f"round {number + 1} of {ROUNDS}: {job[0]}, {name}", file=sys.stderr)
                    runs.setdefault((job, name), []).append(measure(command, options, job))
    return [summary(job, name, all_runs) for (job, name), all_runs in runs.items()]


def summary(job, name, runs):
    """The medians of all runs; one that lost something makes the whole invalid."""
    kind, count, at_once, _ = job
    worst = min(runs, key=lambda one: one["delivered"])
    values = {key: [one[key] for one in runs if one[key] is not None] for key in NUMBERS}
    medians = {key: statistics.median(of_key) if of_key else None for key, of_key in values.items()}
    return {
        "job": kind,
        "count": count,
        "at_once": at_once,
        "client": name,
        "valid": all(one["valid"] for one in runs),
        "delivered": worst["delivered"],
        **medians,
    }


def title(row):
    """The name of a job, for people."""
    return f"{row['job']}, {row['at_once']} at once" if row["at_once"] > 1 else row["job"]


def note(row):
    """What is to be known of a number."""
    if not row["valid"]:
        return f"invalid: {row['delivered']} of {row['count']} delivered"
    return "by hand" if row["job"] in BY_HAND and not row["client"].startswith("this SDK") else ""


def table(rows):
    """The results as a Markdown table."""
    heads = ["job", "client", "wall, µs each", "CPU, µs each", "peak, MiB", "median, µs", "99th percentile, µs", ""]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for row in rows:
        numbers = " | ".join(f"{row[key]:.2f}" if row.get(key) else "" for key in NUMBERS)
        lines.append(f"| {title(row)} | {row['client']} | {numbers} | {note(row)} |")
    return "\n".join(lines)


def page(rows, text):
    """The page of the book with new tables: times on the clock and of processors, and medians where things are timed."""
    both = lambda row, one, other: f"{figure(row[one])} / {figure(row[other])}"
    tables = {
        "jobs": (False, FRAMES | COLUMNS, lambda row: both(row, "wall_us", "cpu_us")),
        "latencies": (True, COLUMNS, lambda row: both(row, "median_us", "p99_us")),
        "memory": (False, COLUMNS, lambda row: figure(row["peak_mib"])),
    }
    for name, (timed, columns, cell) in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        lines = [f"| job | {' | '.join(columns.values())} |", "|---" * (len(columns) + 1) + "|"]
        for job, of_job in by_title([row for row in rows if bool(row.get("median_us")) == timed]).items():
            cells = [book_cell(of_job.get(column), cell) for column in columns]
            lines.append(f"| {job} | {' | '.join(cells)} |")
        text = before + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]
    return text


def by_title(rows):
    """The rows of each job, by client."""
    jobs = {}
    for row in rows:
        jobs.setdefault(TITLES[row["job"], row["count"], row["at_once"]], {})[row["client"]] = row
    return jobs


def book_cell(row, cell):
    """What the book says of a job of a client."""
    if row is None:
        return ""
    if row["valid"]:
        return ", ".join(filter(None, [cell(row), note(row)]))
    return f"lost {100 - 100 * row['delivered'] / row['count']:.0f} %"


def figure(number):
    """A number of two digits at least."""
    return f"{number:.1f}" if number < 9.95 else f"{number:,.0f}"


def plot(rows):
    """Bars of the CPU time, or of the median where each thing is timed; each job to its own scale."""
    clients = list(dict.fromkeys(row["client"] for row in rows))
    titles = list(dict.fromkeys(title(row) for row in rows))
    parts, y = [], 30
    for index, client in enumerate(clients):
        parts.append(f'<rect x="{10 + 140 * index}" y="8" width="10" height="10" fill="{COLORS[index]}"/>')
        parts.append(f'<text x="{24 + 140 * index}" y="17">{client}</text>')
    for name in titles:
        of_job = [row for row in rows if title(row) == name]
        key = "median_us" if any(row.get("median_us") for row in of_job) else "cpu_us"
        longest = max(row[key] or 0 for row in of_job)
        shown = f"{name}, median" if key == "median_us" else name
        parts.append(f'<text x="10" y="{y + 16}" font-weight="bold">{shown}</text>')
        for row in of_job:
            width = 420 * (row[key] or 0) / longest
            color = COLORS[clients.index(row["client"])]
            text = f"{row[key] or 0:.2f} µs" + (f", {note(row)}" if note(row) else "")
            parts.append(f'<rect x="150" y="{y + 4}" width="{width:.1f}" height="12" fill="{color}"/>')
            parts.append(f'<text x="{156 + width:.1f}" y="{y + 14}">{text}</text>')
            y += 15
        y += 12
    style = 'font-family="sans-serif" font-size="11"'
    size = f'width="{20 + 140 * len(clients)}" height="{y}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(parts)}</svg>\n'


def main():
    # What a client leaves behind becomes a child of this program, so that its time counts, too.
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit(f"cannot adopt what the clients leave behind: {os.strerror(ctypes.get_errno())}")
    words = sys.argv[1:]
    jobs = [job for job in JOBS if not words or job[0] in words]
    rows = run(build(), jobs)
    if words:
        kept = json.loads((HERE / "results.json").read_text())
        rows += [row for row in kept if row["job"] not in words]
        order = list(TITLES)
        rows.sort(key=lambda row: order.index((row["job"], row["count"], row["at_once"])))
    (HERE / "results.json").write_text(json.dumps(rows, indent=1) + "\n")
    book = HERE.parent / "docs/src"
    (book / "performance.svg").write_text(plot(rows))
    text = (book / "performance.md").read_text()
    (book / "performance.md").write_text(page(rows, text))
    print(table(rows))


main()
