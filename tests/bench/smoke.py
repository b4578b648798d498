"""parlour-load against a server: one publisher, five subscribers, not a packet lost.

Usage: smoke.py BUILD [janus]; the server is the built one, or Janus, where that can be had. What the run says of its own timing is printed and not judged: tests share
their machine. Nobody may fail to join, and nothing may be lost.
"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from rounds import janus  # noqa: E402
from rounds.server import Server  # noqa: E402  (the path comes first)

LOAD_S = 15
INVALID = 3
SKIPPED = 77


def janus_server():
    if why := janus.missing():
        print("skipped:", why)
        sys.exit(SKIPPED)
    janus.enter_loop()
    return janus.Janus()


def main(build, kind="parlour"):
    with janus_server() if kind == "janus" else Server(build) as server:
        run = subprocess.run(
            [str(build / "bench" / "load" / "parlour-load"), "--server", kind, "--url", server.url,
             "--server-pid", str(server.pid), "--publishers", "1", "--subscribers", "5",
             "--video", "--audio", "--seconds", "2", "--settle", "0.2", "--json"],
            capture_output=True, text=True, timeout=LOAD_S, check=False)
    if run.returncode not in (0, INVALID):
        sys.exit(f"parlour-load ended with {run.returncode}: {run.stderr}")
    report = json.loads(run.stdout)
    packets, joins = report["packets"], report["joinMs"]
    # 5 viewers x 2 s x (30 x 5 + 50), less what a busy machine publishes late.
    checks = {
        "all joined": joins["joined"] == joins["clients"] == 6,
        "packets came": packets["received"] > 1000,
        "none was lost": packets["lost"] == 0 and packets["received"] == packets["expected"],
        "none came twice, out of order or changed":
            packets["late"] == packets["foreign"] == packets["malformed"] == 0,
        "delays are between 0 and 5 s": 0 < report["delayMs"]["p50"] <= report["delayMs"]["max"] < 5000,
        "the server's cost was read": report["server"]["usPerPacket"] > 0,
    }
    for why in report["invalid"]:
        print("note:", why)
    failures = [what for what, holds in checks.items() if not holds]
    if failures:
        sys.exit("not so: " + "; ".join(failures) + "\n" + run.stdout)
    print(f"{packets['received']} packets received, 0 lost")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), *sys.argv[2:])
