"""Results kept over time, and what has become worse.

A file of JSON lines per kind of machine: figures of another machine say nothing. A figure has
regressed when its median is over 5 % worse than before AND outside the noise of both sides: worse
than every kept round, while what it was before is better than every round of now.
"""
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bench/history"
BEYOND = 0.05
LAST = 5  # Entries that the present is compared with.
# Every other figure is better when it is smaller.
MORE_IS_BETTER = {"joinedShare", "movingShare", "resumedShare", "chatDeliveredShare", "peopleMost",
                  "messagesPerSecond"}
# So small that a share of them is nothing: milliseconds, shares and KiB that nobody notices.
LEAST = {"lossShare": 0.001, "frozenShare": 0.01, "joinP50Ms": 2, "joinP99Ms": 10, "delayP50Ms": 0.2,
         "delayP99Ms": 1, "signallingP99Ms": 2}


def cpu_name():
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        found = None
    return found.group(1) if found else platform.machine()


def machine():
    return {"cpu": cpu_name(), "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release(), "system": platform.system()}


def file_of(where, folder=FOLDER):
    """Processor and cores make a class; kernels come and go within it, and are noted."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{where['cpu']} {where['cores']} cores".lower()).strip("-")
    return folder / f"{words}.jsonl"


def commit():
    """Of the tree; with + where it has changes. Empty outside a repository."""
    def git(*arguments):
        return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True,
                              check=False).stdout.strip()
    head = git("rev-parse", "--short=12", "HEAD")
    return head + ("+" if head and git("status", "--porcelain", "--untracked-files=no") else "")


def entry(run, figures, where=None, now=None):
    """`figures`: name → {"median", "least", "most", "rounds"}, as summary.spread() makes them."""
    now = now or datetime.datetime.now(datetime.timezone.utc)
    return {"time": now.isoformat(timespec="seconds"), "commit": commit(), "run": run,
            "machine": where or machine(),
            "figures": {name: f for name, f in figures.items() if f}}


def read(path):
    if not path.exists():
        return []
    entries = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            found = json.loads(line)
            entries.append({"run": found["run"], "figures": found["figures"], "time": found["time"],
                            "commit": found["commit"]})
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number} is no result: {error!r}; remove the line") from error
    return entries


def keep(added, folder=FOLDER):
    path = file_of(added["machine"], folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(added, sort_keys=True) + "\n")
    return path


def before(entries, run, name):
    """The last kept results of a figure as one spread; None where there is none."""
    kept = [e["figures"][name] for e in entries if e["run"] == run and name in e["figures"]][-LAST:]
    if not kept:
        return None
    return {"median": statistics.median(f["median"] for f in kept),
            "least": min(f["least"] for f in kept), "most": max(f["most"] for f in kept),
            "rounds": sum(f["rounds"] for f in kept)}


def turned(spread):
    """So that smaller is better."""
    return {"median": -spread["median"], "least": -spread["most"], "most": -spread["least"]}


def verdict(name, old, new):
    """"worse", "better" or "same"."""
    if name in MORE_IS_BETTER:
        old, new = turned(old), turned(new)

    def is_worse(a, b):  # b than a
        step = max(abs(a["median"]) * BEYOND, LEAST.get(name, 0))
        return b["median"] - a["median"] > step and b["median"] > a["most"] \
            and a["median"] < b["least"]
    return "worse" if is_worse(old, new) else "better" if is_worse(new, old) else "same"


def compare(added, entries):
    """[(figure, old, new, verdict)] of what both have."""
    found = []
    for name, new in added["figures"].items():
        old = before(entries, added["run"], name)
        if old:
            found.append((name, old, new, verdict(name, old, new)))
    return found


def tell(added, entries):
    """Prints the comparison; True where something is worse."""
    rows = compare(added, entries)
    if not rows:
        print(f"{added['run']}: nothing to compare with: no result of it is kept for this kind of "
              f"machine ({added['machine']['cpu']}, {added['machine']['cores']} cores)")
        return False
    print(f"\n{added['run']:<26} {'before':>12} {'least–most':>19} {'now':>12} {'least–most':>19}")
    for name, old, new, result in rows:
        def ends(f):
            return f"{f['least']:.4g}–{f['most']:.4g}"
        change = (new["median"] / old["median"] - 1) * 100 if old["median"] else 0
        mark = "" if result == "same" else f"  {result.upper()} {change:+.1f} %"
        print(f"{name:<26} {old['median']:12.4g} {ends(old):>19} {new['median']:12.4g} "
              f"{ends(new):>19}{mark}")
    return any(result == "worse" for *_, result in rows)


def settle(added, options):
    """--compare and --keep of bench/run and bench/play. True where something is worse."""
    worse = options.compare and tell(added, read(file_of(added["machine"], options.history)))
    if options.keep:
        print(f"kept in {keep(added, options.history)}")
    return bool(worse)


def add_options(parser):
    parser.add_argument("--compare", action="store_true",
                        help="with what is kept for this kind of machine; ends with 1 where a "
                             "figure is over 5 %% worse beyond the noise")
    parser.add_argument("--keep", action="store_true", help="add the result to the history")
    parser.add_argument("--history", type=pathlib.Path, default=FOLDER,
                        help="folder of the history (bench/history)")
