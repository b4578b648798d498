"""Medians and spreads of rounds, and what has become worse than a baseline."""
import statistics

WORSE = 1.10  # A ratio that grew by more than a tenth is a regression.


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


def regressions(now, baseline):
    """Sentences about scenarios whose ratio to the floor grew by more than a tenth."""
    found = []
    for name, summary in now.items():
        before = baseline.get(name, {}).get("ratio")
        after = summary["ratio"]
        if before and after and after["median"] > before["median"] * WORSE:
            found.append(f"{name}: {after['median']:.2f} × floor, it was {before['median']:.2f}")
    return found
