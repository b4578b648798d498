"""The dashboards as files: what is in them, and whether Grafana would take them."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOARDS = sorted((ROOT / "config/grafana").glob("*.json"))
RULES = ROOT / "config/prometheus/parlour.rules.yml"
CASES = ROOT / "config/prometheus/parlour.rules.test.yml"
MANUAL = ROOT / "docs/manual/metrics.md"
WIDTH = 24
KINDS = {"row", "stat", "timeseries", "table"}
# What Prometheus itself knows of a target.
BUILT_IN = {"up"}


class Query:
    def __init__(self, board, panel, target):
        self.board, self.panel, self.legend = board, panel, target["legendFormat"]
        self.text = target["expr"]

    def __str__(self):
        return f"{self.board}: {self.panel['title']}: {self.text}"

    def filled(self, interval):
        """As Grafana would send it, for all servers."""
        return self.text.replace("$__rate_interval", interval).replace("$instance", ".+")


def read(path):
    return json.loads(path.read_text())


def queries():
    found = []
    for path in BOARDS:
        for panel in read(path)["panels"]:
            found += [Query(path.stem, panel, t) for t in panel.get("targets", [])]
    return found


def overlaps(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
            and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


def panel_mistakes(panel):
    place = panel["gridPos"]
    if panel["type"] not in KINDS:
        yield f"{panel['title']}: unknown type {panel['type']}"
    if place["x"] < 0 or place["x"] + place["w"] > WIDTH or place["h"] < 1:
        yield f"{panel['title']}: outside the grid"
    if panel["type"] == "row":
        return
    if not panel["targets"]:
        yield f"{panel['title']}: asks nothing"
    if "unit" not in panel["fieldConfig"]["defaults"]:
        yield f"{panel['title']}: no unit"
    refs = [t["refId"] for t in panel["targets"]]
    if len(set(refs)) != len(refs):
        yield f"{panel['title']}: two queries of one name"
    for target in panel["targets"]:
        if "rate(" in target["expr"] and "[$__rate_interval]" not in target["expr"] \
                and "increase(" not in target["expr"]:
            yield f"{panel['title']}: a rate over a fixed time: {target['expr']}"
        if '$instance"' not in target["expr"]:
            yield f"{panel['title']}: not of the chosen server: {target['expr']}"
    sources = [panel["datasource"], *(t["datasource"] for t in panel["targets"])]
    if any(s["uid"] != "${DS_PROMETHEUS}" for s in sources):
        yield f"{panel['title']}: tied to one installation's data source"


def board_mistakes(board):
    panels = board["panels"]
    ids = [p["id"] for p in panels]
    if len(set(ids)) != len(ids):
        yield "two panels of one id"
    if {v["name"] for v in board["templating"]["list"]} != {"DS_PROMETHEUS", "instance"}:
        yield "variables are not DS_PROMETHEUS and instance"
    for i, panel in enumerate(panels):
        yield from panel_mistakes(panel)
        for other in panels[i + 1:]:
            if overlaps(panel["gridPos"], other["gridPos"]):
                yield f"{panel['title']} lies on {other['title']}"


def mistakes():
    if len(BOARDS) < 3:
        yield f"only {len(BOARDS)} dashboards in config/grafana"
    boards = [read(path) for path in BOARDS]
    if len({b["uid"] for b in boards}) != len(boards):
        yield "two dashboards of one uid"
    for path, board in zip(BOARDS, boards):
        yield from (f"{path.name}: {m}" for m in board_mistakes(board))


def documented():
    names = set()
    for line in MANUAL.read_text().splitlines():
        row = re.match(r"\| `(\w+)` \| (\w+) \|", line)
        if row:
            name, kind = row.groups()
            names.add(name)
            if kind == "histogram":
                names |= {name + part for part in ("_bucket", "_count", "_sum")}
    return names


def used(expression):
    """Names of metrics: words that are no function, keyword or label."""
    bare = re.sub(r'"[^"]*"', "", expression)
    return set(re.findall(r"\b(?:parlour|process)_\w+\b|\bup\b", bare))


def unknown_metrics(expressions):
    known = documented() | BUILT_IN
    for where, expression in expressions:
        names = used(expression)
        if not names:
            yield f"{where}: no metric in {expression}"
        yield from (f"{where}: {name} is not in {MANUAL.name}" for name in sorted(names - known))
