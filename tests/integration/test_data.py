"""The data channel's bounds come from the settings."""
import json

from .support.case import CallTest, needs_root


@needs_root()
class DataRate(CallTest):
    settings = {"limits.dataPerSecond": 1, "limits.dataBurst": 4}

    def test_messages_over_the_configured_rate_are_dropped_and_the_sender_is_told_once(self):
        ada, bob = self.join("ada"), self.join("bob")
        for peer in (ada, bob):
            self.eventually(lambda p=peer: p.tell("look")["channel"] == "open", "the data channel opens")
        for number in range(20):
            bob.tell("send_data", payload=str(number))
        told = self.eventually(lambda: bob.tell("channel"), "bob is told")
        self.assertEqual(json.loads(told[0]), {"error": "rate"})
        # A later message passes again: everything before it has been decided on.
        self.eventually(lambda: bob.tell("send_data", payload="last") is None and any(
            json.loads(m).get("payload") == "last" for m in ada.tell("channel")), "the rate recovers")
        first = [json.loads(m)["payload"] for m in ada.tell("channel")]
        self.assertEqual(first[:4], ["0", "1", "2", "3"])
        self.assertLess(len([p for p in first if p != "last"]), 12)
