"""Medians and spreads of rounds."""
import statistics


def spread(values):
    values = sorted(values)
    if not values:
        return None
    return {"median": statistics.median(values), "least": values[0], "most": values[-1],
            "rounds": len(values)}


def best_floor(floor):
    """The cheapest way of sending on this machine."""
    return min(way["usPerPacket"] for way in floor["ways"])


def us_per_packet(report):
    return report["server"]["usPerPacket"]


def people(report):
    """Participants, however many connections each has."""
    scenario = report["scenario"]
    return scenario["publishers"] + scenario["subscribers"]


def each(report, what):
    """How much more of `what` the server has with everybody in, by participant."""
    server = report["server"]
    return (server[what] - server["idle"][what]) / people(report)


def of_server(reports):
    """What a server did in the rounds that are valid."""
    valid = [r for r in reports if r["valid"]]
    summary = {
        "rounds": len(reports), "valid": len(valid),
        "invalid": sorted({why for r in reports for why in r["invalid"]}),
        "us": spread([us_per_packet(r) for r in valid]),
        "lossShare": spread([r["loss"]["share"] for r in valid]),
        "joinMs": {q: spread([r["joinMs"]["total"][q] for r in valid]) for q in ("p50", "p99")},
        "each": {what: spread([each(r, what) for r in valid])
                 for what in ("rssBytes", "threads", "descriptors")},
    }
    for name in ("delayMs", "wireDelayMs"):
        summary[name] = {q: spread([r[name][q] for r in valid]) for q in ("p50", "p99", "p999")}
    return summary


def summarise(rounds, others=()):
    """`rounds`: dicts with `floor`, `parlour` and each of `others`, the reports of one round."""
    summary = of_server([r["parlour"] for r in rounds])
    summary["parlourUs"] = summary.pop("us")
    summary["floorUs"] = spread([best_floor(r["floor"]) for r in rounds])
    summary["ratio"] = spread([us_per_packet(r["parlour"]) / best_floor(r["floor"])
                               for r in rounds if r["parlour"]["valid"]])
    summary["others"] = {}
    for name in others:
        other = of_server([r[name] for r in rounds])
        other["ratio"] = spread([us_per_packet(r["parlour"]) / us_per_packet(r[name])
                                 for r in rounds if r["parlour"]["valid"] and r[name]["valid"]])
        summary["others"][name] = other
    return summary


def figures(summary):
    """What is kept of one scenario: ratios, not times, where the machine has a say in them."""
    kept = {"ratioToFloor": summary["ratio"], "lossShare": summary["lossShare"],
            "delayP50Ms": summary["delayMs"]["p50"], "delayP99Ms": summary["delayMs"]["p99"],
            "joinP50Ms": summary["joinMs"]["p50"], "joinP99Ms": summary["joinMs"]["p99"],
            "bytesEach": summary["each"]["rssBytes"], "threadsEach": summary["each"]["threads"],
            "descriptorsEach": summary["each"]["descriptors"]}
    for name, other in summary["others"].items():
        kept[f"shareOf{name.title().replace('-', '')}"] = other["ratio"]
    return kept
