"""Joins and leaves in a row leave nothing behind."""
import os
import re
import time

from .support.case import GREEN, RED, CallTest, needs_root

HEAD = ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n")
LINES = ("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
         "a=recvonly\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
         "a=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\n"
         "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\na=sendonly\r\n"
         "a=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
         "a=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\n")


@needs_root()
class Churn(CallTest):
    settings = {"rooms.emptyTimeoutS": 1}

    def setUp(self):
        os.environ["GST_TRACERS"] = "leaks"
        os.environ["GST_DEBUG"] = "GST_TRACER:7"
        os.environ["GST_LEAKS_TRACER_SIG"] = ""
        try:
            super().setUp()
        finally:
            for name in ("GST_TRACERS", "GST_DEBUG", "GST_LEAKS_TRACER_SIG"):
                del os.environ[name]

    def settled(self):
        """Threads and descriptors once nobody is here any more."""
        self.eventually(lambda: self.server.get("/v1/rooms") and "lobby" not in str(self.server.get("/v1/rooms")),
                        "the room closes", 20)
        # GLib keeps idle pool threads for 15 s.
        time.sleep(17)
        return self.server.threads(), self.server.descriptors()

    def come_and_go(self, whole, half):
        for _ in range(whole):
            peer = self.join("ada", GREEN)
            self.eventually(lambda p=peer: p.tell("look")["channel"] == "open", "the data channel opens")
            peer.tell("request", type="leave")
            self.people.remove(peer)
            peer.close()
        for number in range(half):
            peer = self.peer()
            reply = peer.tell("raw_join", url=self.server.url, room="lobby", name=f"half{number}", sdp=HEAD + LINES)
            self.assertEqual(reply["type"], "reply", reply)
            for _ in range(9):  # The same process joins again: much cheaper than a new one.
                peer.tell("request", type="leave")
                reply = peer.tell("raw_join", url=self.server.url, room="lobby", name=f"half{number}", sdp=HEAD + LINES)
                self.assertEqual(reply["type"], "reply", reply)
            peer.tell("request", type="leave")
            self.people.remove(peer)
            peer.close()

    def test_two_hundred_joins_and_leaves_leave_nothing_behind(self):
        self.come_and_go(3, 1)
        threads, descriptors = self.settled()
        memory = self.server.rss_kib()
        self.come_and_go(40, 16)
        self.assertEqual(self.settled(), (threads, descriptors))
        self.assertLess(self.server.rss_kib() - memory, 40 * 1024)
        self.assertEqual(self.server.stop(), 0)
        alive = re.findall(r"object-alive, type-name=\(string\)([A-Za-z]\w*)", self.server.log())
        # GStreamer's own DTLS keeps its first, generated certificate for the life of the process.
        left = [name for name in alive if name != "GstDtlsAgent"]
        self.assertEqual(left, [], f"{len(left)} objects are left:\n{left}")
