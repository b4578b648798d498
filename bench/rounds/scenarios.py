"""The shapes that are measured: what the load is told, and the floor of the same shape."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    load: tuple   # Arguments of parlour-load.
    floor: tuple  # Arguments of parlour-floor.


def video(subscribers):
    return Scenario(
        f"video-1-{subscribers}", f"1 publisher → {subscribers}, 30 × 5 × 1100 bytes",
        ("--video", "--publishers", "1", "--subscribers", str(subscribers)),
        ("--subscribers", str(subscribers)))


def audio(subscribers):
    # A viewer has three audio slots, so three of the ten are forwarded.
    return Scenario(
        f"audio-10-{subscribers}", f"10 microphones → {subscribers}, 50 × 100 bytes",
        ("--audio", "--publishers", "10", "--subscribers", str(subscribers)),
        ("--subscribers", str(subscribers), "--sources", "3", "--rate", "50", "--burst", "1",
         "--packet", "100"))


ALL = (
    video(50),
    video(100),
    video(200),
    Scenario("meeting-10", "10 × 10 meeting, all video",
             ("--video", "--meeting", "--publishers", "10"),
             # Each of ten pictures goes to nine others.
             ("--subscribers", "9", "--sources", "10")),
    audio(30),
    audio(300),
)


def named(names):
    known = {s.name: s for s in ALL}
    unknown = [n for n in names if n not in known]
    if unknown:
        raise ValueError(f"no scenario {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[n] for n in names] or list(ALL)
