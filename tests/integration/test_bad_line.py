"""Calls over lines with delay, jitter, loss and little room."""
import time

from .support.case import BLUE, GREEN, RED, CallTest, needs_root


@needs_root()
class BadLine(CallTest):
    """ada is on a good line, bob on a bad one."""

    def setUp(self):
        super().setUp()
        self.wire = self.network.wire("srv", "10.78.0.1/24", "far", "10.78.0.2/24")

    def call(self):
        ada = self.join("ada", RED)
        good, self.server.ip = self.server.ip, "10.78.0.1"
        bob = self.join("bob", GREEN, host="far")
        self.server.ip = good
        self.sees(ada, GREEN)
        self.sees(bob, RED)
        return ada, bob

    settings = {"http.listen": "0.0.0.0"}

    def rate_of(self, peer, colour, seconds=6):
        before, begin = self.frames(peer, colour), time.monotonic()
        time.sleep(seconds)
        return (self.frames(peer, colour) - before) / (time.monotonic() - begin)

    def test_delay_and_jitter_cost_no_pictures(self):
        ada, bob = self.call()
        clean = min(self.rate_of(ada, GREEN), self.rate_of(bob, RED))
        self.wire.change(delay=60, jitter=40)
        time.sleep(2)
        self.assertGreater(self.rate_of(ada, GREEN), clean * 0.8)
        self.assertGreater(self.rate_of(bob, RED), clean * 0.8)

    def test_overtaking_packets_are_no_losses(self):
        ada, bob = self.call()
        self.wire.change(delay=30, jitter=6, reorder=1)
        self.sees(ada, GREEN)
        self.sees(bob, RED)

    def test_loss_on_a_long_line_is_repaired(self):
        ada, bob = self.call()
        self.wire.change(delay=50, jitter=10, loss=5)
        before = self.frames(bob, RED), self.frames(ada, GREEN)
        self.eventually(lambda: self.frames(bob, RED) > before[0] + 60 and
                        self.frames(ada, GREEN) > before[1] + 60,
                        "pictures go on both ways at 5 % loss and 100 ms", 30)
        stats = self.server.get("/v1/rooms/lobby/stats")
        self.assertGreater(sum(t["retransmitted"] for p in stats["participants"] for t in p["out"]), 0)

    def test_a_slow_line_of_one_disturbs_nobody_else(self):
        ada, bob = self.call()
        eve = self.join("eve", BLUE)
        self.sees(ada, BLUE)
        clean = self.rate_of(ada, BLUE)
        # Far less than the pictures need: bob's queue is full all the time.
        self.wire.change("forth", rate=100, queue=300)
        time.sleep(2)
        self.assertGreater(self.rate_of(ada, BLUE), clean * 0.8)
        self.wire.change("forth", rate=0)
        self.sees(bob, RED, 20)
        self.sees(bob, BLUE, 20)
