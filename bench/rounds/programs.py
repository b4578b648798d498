"""One measurement each of the floor and of a server under load."""
import json
import subprocess

from . import janus
from .server import Server

INVALID = 3
SPARE_S = 120  # For joins, pauses and the end, on top of what is measured.


class Machine:
    """Where things run: the server and the floor on one core, the load and the readers on another."""

    def __init__(self, build, server_cpu, load_cpu, nice):
        self.build = build
        self.server_cpu, self.load_cpu, self.nice = server_cpu, load_cpu, nice

    def prefix(self, cpu):
        return ["nice", "-n", str(self.nice), "taskset", "-c", str(cpu)]

    def floor(self, scenario, seconds):
        out = self.run(self.server_cpu, "floor/parlour-floor", seconds * 8, *scenario.floor,
                       "--receiver-cpu", str(self.load_cpu), "--seconds", str(seconds), "--json")
        return json.loads(out)

    def parlour(self, scenario, seconds):
        settings = {"media.threads": 1}  # One core is one of them.
        with Server(self.build, self.prefix(self.server_cpu), settings) as server:
            return self.load("parlour", server, scenario, seconds)

    def janus(self, scenario, seconds, event_loops):
        """`event_loops`: threads that all handles share; 0: one for each, as Janus is delivered."""
        with janus.Janus(self.prefix(self.server_cpu), event_loops) as server:
            return self.load("janus", server, scenario, seconds)

    def load(self, kind, server, scenario, seconds):
        out = self.run(self.load_cpu, "load/parlour-load", seconds, *scenario.load, "--server",
                       kind, "--url", server.url, "--server-pid", str(server.pid), "--seconds",
                       str(seconds), "--json")
        return json.loads(out)

    def run(self, cpu, program, seconds, *arguments):
        """Standard output of a program of bench/. It may call its own run invalid."""
        run = subprocess.run([*self.prefix(cpu), str(self.build / "bench" / program), *arguments],
                             capture_output=True, text=True, timeout=seconds + SPARE_S, check=False)
        if run.returncode not in (0, INVALID):
            raise RuntimeError(f"{program} ended with {run.returncode}: {run.stderr}{run.stdout}")
        return run.stdout
