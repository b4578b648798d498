"""Reaching the server from elsewhere: families, interfaces, NAT, TLS."""
import json
import subprocess
import time

from .support.case import BLUE, GREEN, RED, CallTest, PeerProcess, needs_root
from .support.network import Network
from .support.server import Server


@needs_root()
class Families(CallTest):
    def setUp(self):
        self.network = Network()
        self.addCleanup(self.network.close)
        self.people = []
        self.addCleanup(lambda: [p.close() for p in self.people])

    def serve(self, ip, settings=None):
        self.server = Server(self.network.host("srv"), ip, settings)
        self.addCleanup(self.server.close)

    def test_ipv6_alone_is_enough(self):
        self.network.link("srv", "fd00:77::1/64", "cli", "fd00:77::2/64")
        self.serve("fd00:77::1")
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.sees(bob, RED)

    def test_ipv4_alone_is_enough(self):
        self.network.link("srv", "10.77.0.1/24", "cli", "10.77.0.2/24")
        self.network.host("srv").run("sysctl", "-w", "net.ipv6.conf.all.disable_ipv6=1", check=False)
        self.serve("10.77.0.1", {"media.listen": "0.0.0.0"})
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)

    def test_replies_leave_from_the_address_they_came_to(self):
        # Two networks; the second is only reachable over its own interface.
        self.network.link("srv", "10.77.0.1/24", "cli", "10.77.0.2/24")
        self.network.link("srv", "10.78.0.1/24 10.78.0.9/24", "far", "10.78.0.2/24")
        self.serve("10.77.0.1,10.78.0.9", {"http.listen": "10.77.0.1,10.78.0.9,127.0.0.1",
                                           "media.advertise": "10.77.0.1,10.78.0.9"})
        self.server.ip = "10.77.0.1"
        ada = self.join("ada", RED)
        self.server.ip = "10.78.0.9"
        bob = self.join("bob", GREEN, host="far")
        # .9 is not the interface's first address: without IP_PKTINFO replies would come from .1.
        self.sees(bob, RED)
        self.sees(ada, GREEN)

    def test_an_interface_that_appears_later_is_named_in_answers(self):
        self.network.link("srv", "10.77.0.1/24", "cli", "10.77.0.2/24")
        self.serve("10.77.0.1", {"http.listen": "10.77.0.1,127.0.0.1"})
        ada = self.join("ada", RED)
        self.assertNotIn("10.79.0.1", ada.joined["answer"])
        self.network.link("srv", "10.79.0.1/24", "late", "10.79.0.2/24")
        bob = self.join("bob", GREEN)
        self.assertIn("10.79.0.1", bob.joined["answer"])

    def test_a_client_behind_a_nat_is_reached(self):
        self.network.link("srv", "10.77.0.1/24", "nat", "10.77.0.2/24")
        inner = self.network.link("nat", "10.88.0.1/24", "cli", "10.88.0.2/24")
        router = self.network.host("nat")
        router.run("sysctl", "-w", "net.ipv4.ip_forward=1")
        router.run("nft", "add", "table", "ip", "nat")
        router.run("nft", "add", "chain", "ip", "nat", "out", "{ type nat hook postrouting priority 100; }")
        router.run("nft", "add", "rule", "ip", "nat", "out", "ip", "saddr", "10.88.0.0/24", "masquerade")
        self.network.host("cli").run("ip", "route", "add", "default", "via", "10.88.0.1")
        self.serve("10.77.0.1", {"http.listen": "10.77.0.1,127.0.0.1"})
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        stats = self.server.get("/v1/rooms/lobby/stats")
        self.assertIn("10.77.0.2:", json.dumps(stats))
        self.assertTrue(inner)

    def test_a_server_behind_one_to_one_nat_names_its_public_address(self):
        self.network.link("srv", "10.77.0.1/24", "cli", "10.77.0.2/24")
        self.serve("10.77.0.1", {"media.advertise": "203.0.113.7", "http.listen": "10.77.0.1,127.0.0.1"})
        ada = self.join("ada", RED)
        self.assertIn(" 203.0.113.7 8443 typ host", ada.joined["answer"])
        self.assertNotIn(" 10.77.0.1 ", ada.joined["answer"])

    def test_https_from_another_host(self):
        self.network.link("srv", "10.77.0.1/24", "cli", "10.77.0.2/24")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-days", "1", "-subj", "/CN=srv", "-addext", "subjectAltName=IP:10.77.0.1",
                        "-keyout", "/tmp/parlour-test-key.pem", "-out", "/tmp/parlour-test-cert.pem"],
                       check=True, capture_output=True)
        self.serve("10.77.0.1", {"http.tls.certificate": "/tmp/parlour-test-cert.pem",
                                 "http.tls.key": "/tmp/parlour-test-key.pem"})
        page = self.network.host("cli").run("curl", "-sS", "-m", "5", "--cacert", "/tmp/parlour-test-cert.pem",
                                            "-o", "/dev/null", "-w", "%{http_code} %{ssl_verify_result}",
                                            "https://10.77.0.1:8080/healthz")
        self.assertEqual(page, "200 0")


@needs_root()
class Moving(CallTest):
    def test_a_peer_whose_address_changes_is_followed(self):
        ada = self.join("ada", RED)
        relay = self.network.host("cli").popen("/usr/bin/python3", "-c", RELAY, "10.77.0.1", "8443", "9000",
                                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(lambda: (relay.kill(), relay.wait(), relay.stdin.close(), relay.stdout.close()))
        relay.stdout.readline()
        bob = self.peer()
        reply = bob.tell("join", url=self.server.url, room="lobby", name="bob", colour=GREEN,
                         candidate="10.77.0.2 9000")
        self.assertEqual(reply["type"], "reply", reply)
        self.sees(ada, GREEN)
        self.sees(bob, RED)
        relay.stdin.write(b"move\n")
        relay.stdin.flush()
        relay.stdout.readline()
        time.sleep(1)
        self.sees(bob, RED, 25)
        self.sees(ada, GREEN, 25)
        self.assertIn("moved to", self.server.log())


# Passes datagrams on to the server from a socket that it exchanges when told, as a NAT that rebinds.
RELAY = """
import select, socket, sys
server, inside = (sys.argv[1], int(sys.argv[2])), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
inside.bind(("10.77.0.2", int(sys.argv[3])))
outside, client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), None
print("ready", flush=True)
while True:
    for ready in select.select([inside, outside, sys.stdin], [], [])[0]:
        if ready is inside:
            data, client = inside.recvfrom(2048)
            outside.sendto(data, server)
        elif ready is outside:
            data = outside.recv(2048)
            if client: inside.sendto(data, client)
        else:
            sys.stdin.readline()
            outside.close()
            outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            print("moved", flush=True)
            break
"""
