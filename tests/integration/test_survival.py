"""Peers that vanish, lie, shout and come back."""
import os
import signal
import socket
import time

from .support.case import BLUE, GREEN, RED, CallTest, needs_root


@needs_root()
class Vanishing(CallTest):
    def test_a_killed_peer_is_gone_within_ten_seconds_and_others_go_on(self):
        ada, bob, eve = self.join("ada", RED), self.join("bob", GREEN), self.join("eve", BLUE)
        self.sees(ada, GREEN)
        self.sees(ada, BLUE)
        bob.signal(signal.SIGKILL)
        begin = time.monotonic()
        before = self.frames(ada, BLUE)
        self.eventually(lambda: [e for e in ada.events("participantLeft") if e["data"]["id"] == bob.id],
                        "ada is told that bob left", 12)
        self.assertLess(time.monotonic() - begin, 12)
        # Pictures came all the time; how many is a matter of the machine.
        self.assertGreater(self.frames(ada, BLUE) - before, 3 * (time.monotonic() - begin))

    def test_a_stopped_peer_comes_back_with_its_identity(self):
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        bob.signal(signal.SIGSTOP)
        self.eventually(lambda: ada.events("participantLeft"), "bob is gone for ada", 13)
        ada.events(clear=True)
        bob.signal(signal.SIGCONT)
        back = self.eventually(lambda: ada.events("participantJoined"), "bob is back", 10)
        self.assertEqual(back[0]["data"]["participant"]["id"], bob.id)
        self.sees(ada, GREEN)

    def test_lost_packets_of_a_line_are_repaired(self):
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.network.lose("srv", 5)
        self.network.lose("cli", 5)
        self.sees(ada, GREEN)
        before = self.frames(ada, GREEN)
        self.eventually(lambda: self.frames(ada, GREEN) > before + 60, "pictures go on at 5 % loss both ways", 25)
        stats = self.server.get("/v1/rooms/lobby/stats")
        streams = {side: [t for p in stats["participants"] for t in p[side]] for side in ("in", "out")}
        self.assertGreater(sum(t["nacks"] for t in streams["in"]), 0, "we asked publishers again")
        self.assertGreater(sum(t["retransmitted"] for t in streams["out"]), 0, "we repeated for viewers")

    def test_a_line_that_is_cut_and_mended_goes_on(self):
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.network.lose("cli", 100)
        self.network.lose("srv", 100)
        time.sleep(7)
        self.network.lose("cli", 0)
        self.network.lose("srv", 0)
        self.sees(ada, GREEN)


@needs_root()
class Lying(CallTest):
    def test_another_certificate_than_promised_gets_nothing(self):
        ada = self.join("ada", RED)
        eve = self.peer()
        offer = {"a=fingerprint:sha-256 ": "a=fingerprint:sha-256 00:"}
        # A fingerprint of the right length that is not ours: the last pair falls off.
        reply = eve.tell("join", url=self.server.url, room="lobby", name="eve", colour=GREEN,
                         mangle=self.shifted_fingerprint(eve, offer))
        self.assertEqual(reply["type"], "reply", reply)
        ended = self.eventually(lambda: eve.events("ended"), "eve is told", 10)
        self.assertEqual(ended[0]["data"]["reason"], "failed")
        self.assertEqual(eve.tell("look")["channel"], "connecting")
        self.assertEqual(self.frames(eve), 0)
        self.assertEqual(self.frames(ada, GREEN), 0)
        self.assertIn("fingerprint", self.server.log())

    def shifted_fingerprint(self, peer, _):
        # All of aiortc's fingerprints change: every pair that ends in a hex letter gets another.
        return {f":{a}{b}:": f":{b}{a}:" for a in "0123456789" for b in "ABCDEF"}

    def test_garbage_and_replays_do_not_disturb_a_call(self):
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.assertGreater(bob.tell("record", seconds=1.0), 20)
        self.shout()
        bob.tell("replay", times=5, timeout=40)
        self.sees(ada, GREEN)
        metrics = self.server.get("/metrics")
        self.assertGreater(self.dropped(metrics, "replayed"), 50)
        self.assertGreater(self.dropped(metrics, "unknown_peer") + self.dropped(metrics, "bad_stun"), 500)

    def dropped(self, metrics, reason):
        for line in metrics.splitlines():
            if line.startswith(f'parlour_transport_receive_dropped_total{{reason="{reason}"}}'):
                return float(line.split()[-1])
        return 0

    def shout(self):
        """1000 random datagrams of every first byte, from the client's host."""
        script = ("import os,socket\n"
                  "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
                  "for i in range(1000):\n"
                  "  s.sendto(bytes([i%256])+os.urandom(20+i),('10.77.0.1',8443))\n")
        self.network.host("cli").run("/usr/bin/python3", "-c", script)

    def test_the_newer_of_two_with_one_identity_wins(self):
        first = self.join("ada", RED)
        second = self.join("ada", GREEN)
        ended = self.eventually(lambda: first.events("ended"), "the older is told", 5)
        self.assertEqual(ended[0]["data"]["reason"], "replaced")
        self.assertTrue(self.eventually(lambda: first.events("closed"), "and closed", 5))
        self.assertEqual(first.events("closed")[0]["code"], 4001)
        self.assertEqual(second.events("ended"), [])


@needs_root()
class Offers(CallTest):
    def offer_of(self, **media):
        peer = self.peer()
        peer.tell("prepare", **media) if False else None
        return peer

    def refuse(self, sdp, code):
        reply = self.peer().tell("raw_join", url=self.server.url, room="lobby", name="eve", sdp=sdp)
        self.assertEqual((reply["type"], reply.get("code")), ("error", code), reply)
        self.assertTrue(reply["message"])

    def test_absurd_offers_are_refused_with_a_reason(self):
        head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
        line = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\na=rtpmap:111 opus/48000/2\r\na=recvonly\r\na=rtcp-mux\r\n"
        transport = ("a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
                     "a=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\n")
        self.refuse("", "bad_offer")
        self.refuse("nonsense", "bad_offer")
        self.refuse(head + "".join(line.format(i) for i in range(500)), "bad_offer")
        self.refuse(head + transport + line.format(0) + line.format(1), "unsupported_offer")
        self.refuse(head + "a=group:BUNDLE 0\r\n" + line.format(0), "unsupported_offer")
        self.join("ada", RED)

    def test_a_peer_that_never_answers_is_forgotten_and_disturbs_nobody(self):
        head = ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
                "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
                "a=recvonly\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
                "a=setup:actpass\r\na=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\n")
        eve = self.peer()
        self.assertEqual(eve.tell("raw_join", url=self.server.url, room="lobby", name="eve", sdp=head)["type"], "reply")
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        eve.signal(signal.SIGKILL)
        self.eventually(lambda: ada.events("participantLeft"), "eve is gone", 15)
