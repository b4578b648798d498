"""The fixture: two hosts, a server on one, peers on the other."""
import json
import os
import pathlib
import select
import signal
import subprocess
import time
import unittest

from .network import Network
from .server import Server

PEER = pathlib.Path(__file__).with_name("peer.py")
RED, GREEN, BLUE = [76, 85, 255], [150, 44, 21], [29, 255, 107]


class PeerProcess:
    """Drives a Peer in a process of its own."""

    def __init__(self, host):
        self.process = host.popen("/usr/bin/python3", str(PEER), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def tell(self, do, timeout=25, **arguments):
        extra = {"clear": True} if do == "events" and arguments.pop("clear", False) else {}
        self.process.stdin.write(json.dumps({"do": do, "with": arguments, **extra}).encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        if not ready:
            raise TimeoutError(f"a peer does not answer '{do}'")
        answer = json.loads(self.process.stdout.readline())
        if not answer["ok"]:
            raise RuntimeError(f"{do}: {answer['error']}")
        return answer["result"]

    def events(self, name=None, clear=False):
        return [e for e in self.tell("events", clear=clear)
                if name is None or e.get("name") == name or e["type"] == name]

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        for number in (signal.SIGCONT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()


class CallTest(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.network = Network()
        self.addCleanup(self.network.close)
        self.devices = self.network.link("srv", "10.77.0.1/24", "cli", "10.77.0.2/24")
        self.server = Server(self.network.host("srv"), "10.77.0.1", self.settings)
        self.addCleanup(self.server.close)
        self.people = []
        self.addCleanup(lambda: [p.close() for p in self.people])

    def peer(self, host="cli"):
        self.people.append(PeerProcess(self.network.host(host)))
        return self.people[-1]

    def join(self, name, colour=None, room="lobby", host="cli", **media):
        peer = self.peer(host)
        reply = peer.tell("join", url=self.server.url, room=room, name=name, colour=colour, **media)
        self.assertEqual(reply["type"], "reply", reply)
        peer.id = reply["result"]["self"]["id"]
        peer.joined = reply["result"]
        return peer

    def eventually(self, check, what, seconds=15):
        deadline = time.monotonic() + seconds
        while True:
            got = check()
            if got:
                return got
            if time.monotonic() > deadline:
                self.fail(f"{what}: not within {seconds} s\n{self.server.log()[-3000:]}")
            time.sleep(0.1)

    def frames(self, peer, colour=None):
        """Decoded frames of all video slots that show `colour` (of any without one)."""
        slots = peer.tell("look")["slots"].values()
        return sum(s["frames"] for s in slots if s["kind"] == "video" and (
            colour is None or (s["colour"] and all(abs(a - b) < 24 for a, b in zip(s["colour"], colour)))))

    def sees(self, peer, colour, seconds=15):
        before = self.frames(peer, colour)
        self.eventually(lambda: self.frames(peer, colour) > before + 10, "the picture is seen", seconds)


def needs_root():
    return unittest.skipUnless(os.geteuid() == 0, "network namespaces need root")
