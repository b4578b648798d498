"""The results as one HTML page that needs nothing else."""
import html

WIDTH, ROW, LEFT, RIGHT = 720, 34, 110, 60
COLOURS = {"floor": "#7a8794", "parlour": "#1565c0", "janus": "#b25b00", "janus-loops": "#8a6d00"}
STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1d2733;background:#fff}table{border-collapse:collapse}td,th{padding:.2rem .7rem;
text-align:right;border-bottom:1px solid #dfe5ea}td:first-child,th:first-child{text-align:left}
.bad{color:#b3261e}svg text{font:12px system-ui,sans-serif;fill:#1d2733}"""


def dots(rows, unit):
    """A row per series: every round as a dot, the median as a bar."""
    most = max((v for _, values in rows for v in values), default=1) * 1.08
    height = ROW * len(rows) + 26
    scale = (WIDTH - LEFT - RIGHT) / most
    out = [f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">']
    for step in range(5):
        x = LEFT + scale * most * step / 4
        out.append(f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height - 20}" stroke="#dfe5ea"/>'
                   f'<text x="{x:.1f}" y="{height - 6}" text-anchor="middle">'
                   f'{most * step / 4:.1f}</text>')
    for i, (name, values) in enumerate(rows):
        y = ROW * i + ROW / 2
        colour = COLOURS.get(name, "#555")
        out.append(f'<text x="0" y="{y + 4}">{html.escape(name)}</text>')
        for value in values:
            out.append(f'<circle cx="{LEFT + scale * value:.1f}" cy="{y}" r="4" fill="{colour}" '
                       f'fill-opacity=".5"><title>{value:.2f} {unit}</title></circle>')
        if values:
            middle = sorted(values)[len(values) // 2]
            x = LEFT + scale * middle
            out.append(f'<line x1="{x:.1f}" y1="{y - 11}" x2="{x:.1f}" y2="{y + 11}" '
                       f'stroke="{colour}" stroke-width="3"/>'
                       f'<text x="{x + 8:.1f}" y="{y - 6}">{middle:.2f}</text>')
    return "".join(out) + "</svg>"


def figure(spread, digits=2):
    if not spread:
        return "–"
    return (f"{spread['median']:.{digits}f} <small>({spread['least']:.{digits}f}–"
            f"{spread['most']:.{digits}f})</small>")


def section(scenario, summary, rounds, best_floor):
    valid = [r for r in rounds if r["parlour"]["valid"]]
    rows = [("floor", [best_floor(r["floor"]) for r in rounds]),
            ("parlour", [r["parlour"]["server"]["usPerPacket"] for r in valid])]
    for name in summary["others"]:
        rows.append((name, [r[name]["server"]["usPerPacket"] for r in rounds if r[name]["valid"]]))
    invalid = [("parlour", why) for why in summary["invalid"]]
    invalid += [(name, why) for name, s in summary["others"].items() for why in s["invalid"]]
    notes = "".join(f'<p class="bad">Invalid round of {name}: {html.escape(why)}</p>'
                    for name, why in invalid)
    return (f"<h2>{html.escape(scenario.title)}</h2>"
            f"<p>µs of server CPU per forwarded packet; {summary['valid']} of {summary['rounds']} "
            f"rounds valid.</p>{dots(rows, 'µs')}{notes}")


def table(scenarios, summaries):
    head = ("scenario", "floor µs", "Parlour µs", "ratio", "loss %", "delay p50 ms",
            "delay p99 ms", "join p50 ms", "join p99 ms")
    rows = []
    for s in scenarios:
        m = summaries[s.name]
        loss = m["lossShare"]
        cells = (html.escape(s.title), figure(m["floorUs"]), figure(m["parlourUs"]),
                 figure(m["ratio"]), f"{loss['median'] * 100:.3f}" if loss else "–",
                 figure(m["delayMs"]["p50"]), figure(m["delayMs"]["p99"]),
                 figure(m["joinMs"]["p50"], 0), figure(m["joinMs"]["p99"], 0))
        rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    return ("<table><tr>" + "".join(f"<th>{h}</th>" for h in head) + "</tr>" + "".join(rows) +
            "</table>")


def comparison(scenarios, summaries):
    """Parlour beside other servers, a row each; empty where there are none."""
    if not any(summaries[s.name]["others"] for s in scenarios):
        return ""
    head = ("scenario", "server", "µs", "Parlour / it", "loss %", "delay p50 ms", "delay p99 ms",
            "join p50 ms", "join p99 ms", "KiB each", "threads each", "descriptors each")
    rows = []
    for s in scenarios:
        whole = summaries[s.name]
        servers = {"parlour": {**whole, "us": whole["parlourUs"], "ratio": None},
                   **whole["others"]}
        for name, m in servers.items():
            loss, memory = m["lossShare"], m["each"]["rssBytes"]
            cells = (html.escape(s.title), name, figure(m["us"]), figure(m["ratio"], 3),
                     f"{loss['median'] * 100:.3f}" if loss else "–",
                     figure(m["delayMs"]["p50"]), figure(m["delayMs"]["p99"]),
                     figure(m["joinMs"]["p50"], 0), figure(m["joinMs"]["p99"], 0),
                     f"{memory['median'] / 1024:.0f}" if memory else "–",
                     figure(m["each"]["threads"], 1), figure(m["each"]["descriptors"], 1))
            rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    return ("<h2>Beside Janus' VideoRoom</h2><p>The same load in the same rounds; “janus” is as it "
            "is delivered, “janus-loops” has two event loops. “Each”: with everybody in, less "
            "than empty, by participant.</p><table><tr>" +
            "".join(f"<th>{h}</th>" for h in head) + "</tr>" + "".join(rows) + "</table>")


def write(scenarios, results, machine, best_floor):
    """`results`: scenario name → {"summary", "rounds"}."""
    summaries = {name: r["summary"] for name, r in results.items()}
    parts = [section(s, summaries[s.name], results[s.name]["rounds"], best_floor)
             for s in scenarios]
    return ("<!doctype html><html lang=en><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width'><title>Parlour: bench</title>"
            f"<style>{STYLE}</style><h1>What a forwarded packet costs</h1>"
            f"<p>{html.escape(machine)}. Medians, and least to most of the rounds. The floor is "
            "the cheapest way this machine has of encrypting and sending the same packets "
            "(parlour-floor).</p>" + table(scenarios, summaries) +
            comparison(scenarios, summaries) + "".join(parts) + "</html>\n")
