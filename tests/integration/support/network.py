"""Network namespaces of the test's own: hosts joined by veth pairs, with loss and outages.

Every name carries the process id, so that two runs never meet; close() removes everything.
"""
import os
import pathlib
import select
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("PARLOUR_BIN", ROOT / "build" / "src" / "parlour"))
WIRE = BIN.parents[1] / "bench" / "wire" / "parlour-wire"


def sh(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True, text=True).stdout


class Host:
    """One namespace. Commands run in it through `exec`."""

    def __init__(self, name):
        self.ns = f"plr{os.getpid() % 100000}{name}"
        sh("ip", "netns", "add", self.ns)
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command, check=True):
        return sh("ip", "netns", "exec", self.ns, *command, check=check)

    def popen(self, *command, **options):
        return subprocess.Popen(("ip", "netns", "exec", self.ns, *command), **options)

    def close(self):
        sh("ip", "netns", "delete", self.ns, check=False)


class Network:
    """Hosts that see each other: `link("a", "10.77.0.1/24", "b", "10.77.0.2/24")`."""

    def __init__(self):
        self.hosts = {}
        self.links = 0
        self.wires = []

    def host(self, name):
        if name not in self.hosts:
            self.hosts[name] = Host(name)
        return self.hosts[name]

    def link(self, one, one_address, two, two_address):
        """A cable between two hosts; returns the two device names."""
        self.links += 1
        devices = [f"v{os.getpid() % 10000}{self.links}{side}" for side in "ab"]
        sh("ip", "link", "add", devices[0], "type", "veth", "peer", "name", devices[1])
        for device, host, address in zip(devices, (one, two), (one_address, two_address)):
            owner = self.host(host)
            sh("ip", "link", "set", device, "netns", owner.ns)
            for each in address.split():
                owner.run("ip", "address", "add", each, "dev", device, *(["nodad"] if ":" in each else []))
            owner.run("ip", "link", "set", device, "up")
        return devices

    def lose(self, host, percent):
        """Loses that share of the UDP packets that arrive at a host; 0: the line is clean again.

        nftables does it, which every kernel here has; netem is a module that some lack.
        """
        owner = self.host(host)
        owner.run("nft", "flush", "ruleset")
        if percent:
            owner.run("nft", "add", "table", "inet", "line")
            owner.run("nft", "add", "chain", "inet", "line", "in",
                      "{ type filter hook input priority 0; }")
            some = [] if percent >= 100 else ["numgen", "random", "mod", "100", "<", str(percent)]
            owner.run("nft", "add", "rule", "inet", "line", "in", "meta", "l4proto", "udp", *some,
                      "drop")

    def wire(self, one, one_address, two, two_address, **qualities):
        """A bad cable, see bench/wire: `wire(..., delay=40, jitter=20, loss=3, rate=1000)`."""
        self.links += 1
        device = f"w{os.getpid() % 10000}{self.links}"
        cable = Wire(self.host(one), self.host(two), device, qualities)
        self.wires.append(cable)
        for host, address in ((one, one_address), (two, two_address)):
            self.host(host).run("ip", "address", "add", address, "dev", device)
            self.host(host).run("ip", "link", "set", device, "up")
        return cable

    def close(self):
        for wire in self.wires:
            wire.close()
        for host in self.hosts.values():
            host.close()


class Wire:
    """A running parlour-wire."""

    def __init__(self, one, two, device, qualities):
        self.process = subprocess.Popen(
            (str(WIRE), "--one", f"{one.ns}:{device}", "--two", f"{two.ns}:{device}",
             "--both", " ".join(f"{k}={v}" for k, v in qualities.items())),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.line() != "ready":
            raise RuntimeError(f"parlour-wire ended with {self.process.wait()}")

    def line(self, timeout=5):
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        if not ready:
            raise TimeoutError("parlour-wire says nothing")
        return self.process.stdout.readline().strip()

    def change(self, way="both", **qualities):
        """`way`: forth (from one to two), back or both."""
        self.process.stdin.write(f"{way} {' '.join(f'{k}={v}' for k, v in qualities.items())}\n")
        self.process.stdin.flush()
        if self.line() != "ok":
            raise RuntimeError("parlour-wire refuses these qualities")

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
