"""Every panel drawn from what Prometheus has, as one page to look at."""
import html
import math

WIDTH, HEIGHT, LEFT, BOTTOM = 420, 190, 56, 18
COLOURS = ("#4e9a06", "#3465a4", "#cc0000", "#c17d11", "#75507b", "#06989a", "#888a85", "#c4a000")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Parlour's dashboards</title>
<style>body{font:14px system-ui;margin:20px;background:#f5f5f5;color:#222}h2{margin:28px 0 8px}
.board{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0;background:#fff;border:1px solid #ddd;
border-radius:6px;padding:10px;width:420px}figcaption{font-weight:600}p{margin:2px 0 4px;color:#555;
font-size:12px}.key{font-size:11px;display:flex;flex-wrap:wrap;gap:2px 10px}</style>"""
SCALES = {"s": "s", "bytes": "B", "bps": "bit/s", "pps": "/s", "cps": "/s", "reqps": "/s",
          "percentunit": "%"}


def amount(value, unit):
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ")):
        if abs(value) >= size:
            return f"{value / size:.3g} {prefix}{SCALES.get(unit, '')}"
    return "0"


def name(legend, labels):
    for key, value in labels.items():
        legend = legend.replace("{{" + key + "}}", value)
    return legend or "value"


def path(points, begin, end, top):
    parts, pen = [], "M"
    for at, value in points:
        if math.isnan(value) or math.isinf(value):
            pen = "M"
            continue
        x = LEFT + (at - begin) / (end - begin) * (WIDTH - LEFT)
        y = (HEIGHT - BOTTOM) * (1 - value / top) + 4
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(parts)


def figure(panel, series, begin, end):
    unit = panel["fieldConfig"]["defaults"]["unit"]
    values = [v for _, points in series for _, v in points if math.isfinite(v)]
    top = max(values, default=0) * 1.05 or 1
    lines, keys = [], []
    for i, (label, points) in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        lines.append(f'<path d="{path(points, begin, end, top)}" fill="none" stroke="{colour}" '
                     'stroke-width="1.5"/>')
        keys.append(f'<span style="color:{colour}">■ {html.escape(label)}</span>')
    ticks = "".join(
        f'<text x="{LEFT - 4}" y="{(HEIGHT - BOTTOM) * (1 - share) + 9}" font-size="10" '
        f'text-anchor="end" fill="#555">{amount(top * share, unit)}</text>'
        for share in (0, 0.5, 1))
    return (f"<figure><figcaption>{html.escape(panel['title'])}</figcaption>"
            f"<p>{html.escape(panel['description'])}</p>"
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(panel["title"])}">'
            f'<path d="M{LEFT} 4V{HEIGHT - BOTTOM + 4}H{WIDTH}" fill="none" stroke="#bbb"/>'
            f'{ticks}{"".join(lines)}</svg><div class="key">{"".join(keys)}</div></figure>')


def page(answers, begin, end):
    """`answers`: [(Query, series)] in the order of the dashboards."""
    panels = {}
    for query, series in answers:
        drawn = panels.setdefault((query.board, query.panel["id"]), (query.panel, []))[1]
        drawn += [(name(query.legend, labels), points) for labels, points in series]
    parts, board = [PAGE], None
    for (where, _), (panel, series) in panels.items():
        if where != board:
            parts.append(f'{"</div>" if board else ""}<h2>{html.escape(where)}</h2><div class="board">')
            board = where
        parts.append(figure(panel, series, begin, end))
    return "\n".join(parts) + "</div></html>\n"
