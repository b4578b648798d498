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


def summarise(rounds):
    """`rounds`: dicts with `floor` and `parlour`, the reports of one round. Invalid ones do not count."""
    valid = [r for r in rounds if r["parlour"]["valid"]]
    cost = [r["parlour"]["server"]["usPerPacket"] for r in valid]
    floor = [best_floor(r["floor"]) for r in rounds]
    summary = {
        "rounds": len(rounds), "valid": len(valid),
        "invalid": sorted({why for r in rounds for why in r["parlour"]["invalid"]}),
        "floorUs": spread(floor),
        "parlourUs": spread(cost),
        "ratio": spread([r["parlour"]["server"]["usPerPacket"] / best_floor(r["floor"])
                         for r in valid]),
        "lossShare": spread([r["parlour"]["loss"]["share"] for r in valid]),
    }
    for name in ("delayMs", "wireDelayMs"):
        summary[name] = {q: spread([r["parlour"][name][q] for r in valid])
                         for q in ("p50", "p99", "p999")}
    summary["joinMs"] = {q: spread([r["parlour"]["joinMs"]["total"][q] for r in valid])
                         for q in ("p50", "p99")}
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
