"""What /metrics says of a call is what happens in it."""
import json
import pathlib
import re
import time

import jsonschema

from .support.case import GREEN, RED, CallTest, needs_root

ROOT = pathlib.Path(__file__).resolve().parents[2]


@needs_root()
class Metrics(CallTest):
    def metrics(self):
        """{name{labels}: value} of one scrape."""
        return {key: float(value) for key, value in
                re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", self.server.get("/metrics"), re.M)}

    def test_a_call_of_two_is_counted(self):
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.sees(bob, RED)
        got = self.eventually(
            lambda: (m := self.metrics()) and m['parlour_join_duration_seconds_count{phase="total"}'] == 2
            and m['parlour_loss_ratio_count{direction="out"}'] > 4 and m, "joins and reports are counted")
        self.assertEqual(got['parlour_peers{state="connected"}'], 2)
        self.assertEqual(got["parlour_publishers"], 2)
        for kind in ("audio", "video"):
            self.assertEqual(got[f'parlour_tracks{{kind="{kind}"}}'], 2)
            self.assertEqual(got[f'parlour_streams{{kind="{kind}"}}'], 2)
            self.assertEqual(got[f'parlour_subscriptions{{kind="{kind}"}}'], 2)
        self.assertEqual((got['parlour_slots{kind="audio"}'], got['parlour_slots{kind="video"}']), (6, 4))
        for phase in ("answer", "ice", "dtls", "media"):
            self.assertEqual(got[f'parlour_join_duration_seconds_count{{phase="{phase}"}}'], 2)
        phases = {p: got[f'parlour_join_duration_seconds_sum{{phase="{p}"}}']
                  for p in ("answer", "ice", "dtls", "media", "total")}
        # Where media came before the news of the keys, that phase counts as nothing.
        total = phases.pop("total")
        self.assertAlmostEqual(sum(phases.values()), total, delta=0.05)
        self.assertGreater(got["parlour_forwarding_delay_seconds_count"], 50)
        self.assertLess(got["parlour_forwarding_delay_seconds_sum"] /
                        got["parlour_forwarding_delay_seconds_count"], 0.1)
        self.assertGreater(got['parlour_jitter_seconds_count{direction="in"}'], 4)
        self.assertGreater(got["parlour_round_trip_seconds_count"], 0)
        self.assertGreater(got["parlour_key_frame_requests_sent_total"], 0)
        self.assertGreater(got["parlour_transport_received_bytes_total"], 10_000)
        self.assertGreater(got["parlour_egress_bytes_total"], 10_000)
        self.assertGreater(sum(v for k, v in got.items() if k.startswith("parlour_media_cpu_seconds")), 0)

        bob.tell("request", type="leave")
        self.eventually(lambda: self.metrics()['parlour_leaves_total{reason="left"}'] == 1, "the leave is counted")
        left = self.metrics()
        self.assertEqual((left["parlour_publishers"], left['parlour_subscriptions{kind="video"}']), (1, 0))

    def test_waiting_alone_is_no_part_of_a_join(self):
        ada = self.join("ada", audio=False)
        self.eventually(lambda: self.metrics()['parlour_peers{state="connected"}'] == 1, "ada is connected")
        time.sleep(1)
        self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.eventually(lambda: self.metrics()['parlour_join_duration_seconds_count{phase="total"}'] == 1,
                        "bob's join is counted")
        got = self.metrics()
        self.assertEqual(got['parlour_join_duration_seconds_count{phase="dtls"}'], 2)
        self.assertLess(got['parlour_join_duration_seconds_sum{phase="media"}'], 1)

    def test_statistics_say_who_sends_what_to_whom(self):
        ada, bob = self.join("ada", RED), self.join("bob", GREEN)
        self.sees(ada, GREEN)
        self.sees(bob, RED)

        def complete():
            stats = {p["id"]: p for p in self.server.get("/v1/rooms/lobby/stats")["participants"]}
            mine, theirs = stats[ada.id], stats[bob.id]
            return "totalMs" in mine["join"] and all(
                t["bitsPerSecond"] > 1000 for t in mine["in"]) and theirs["rttMs"] > 0 and (mine, theirs)

        mine, theirs = self.eventually(complete, "the figures are there")
        schema = json.loads((ROOT / "web/sdk/schema/protocol.schema.json").read_text())
        for name, answer in (("roomStats", {"participants": [mine, theirs]}),
                             ("roomList", self.server.get("/v1/rooms"))):
            jsonschema.validate(answer, {**schema, "oneOf": [{"$ref": f"#/definitions/{name}"}]})
        self.assertEqual((mine["identity"], mine["connection"]), ("ada", "connected"))
        sent = {t["source"]: t for t in mine["in"]}
        self.assertEqual(set(sent), {"microphone", "camera"})
        camera = sent["camera"]
        self.assertEqual((camera["width"], camera["height"]), (320, 180))
        self.assertGreater(camera["frames"], 10)
        self.assertGreaterEqual(camera["keyFrames"], 1)
        self.assertNotIn("frames", sent["microphone"])
        shown = [s for s in theirs["out"] if s["reason"] == "shown"]
        self.assertEqual({(s["participant"], s["source"], s["track"], s["codec"]) for s in shown},
                         {(ada.id, t["source"], t["track"], t["codec"]) for t in mine["in"]})
        self.assertEqual([s["height"] for s in shown if s["kind"] == "video"], [180])
        self.assertEqual({s["reason"] for s in theirs["out"] if s not in shown}, {"empty"})

        before = self.server.get("/v1/rooms")["rooms"][0]["media"]
        self.assertEqual((before["publishers"], before["tracks"], before["subscriptions"]), (2, 4, 4))
        bob.tell("request", type="leave")
        self.eventually(lambda: self.server.get("/v1/rooms")["rooms"][0]["participants"] == 1, "bob has left")
        after = self.server.get("/v1/rooms")["rooms"][0]["media"]
        for name in ("packetsIn", "bytesIn", "packetsOut", "bytesOut"):
            self.assertGreaterEqual(after[name], before[name], name)
        self.assertEqual((after["publishers"], after["subscriptions"]), (1, 0))


@needs_root()
class MetricsOfABadLine(CallTest):
    settings = {"http.listen": "0.0.0.0"}
    metrics = Metrics.metrics

    def test_loss_jitter_and_repairs_are_counted_on_both_ways(self):
        wire = self.network.wire("srv", "10.78.0.1/24", "far", "10.78.0.2/24")
        self.server.ip = "10.78.0.1"
        ada, bob = self.join("ada", RED, host="far"), self.join("bob", GREEN, host="far")
        self.sees(ada, GREEN)
        self.sees(bob, RED)
        before = self.metrics()
        wire.change(delay=30, jitter=10, loss=10)

        def grew(name):
            return self.metrics()[name] - before[name]

        for way in ("in", "out"):
            self.eventually(lambda w=way: grew(f'parlour_loss_ratio_sum{{direction="{w}"}}') > 0.1,
                            f"loss is reported ({way})", 30)
            self.assertGreater(grew(f'parlour_jitter_seconds_sum{{direction="{way}"}}'), 0)
        for name in ("parlour_nacks_sent_total", "parlour_nacks_received_total",
                     "parlour_recovered_packets_total", "parlour_egress_retransmitted_total"):
            self.eventually(lambda n=name: grew(n) > 0, f"{name} grows", 30)
