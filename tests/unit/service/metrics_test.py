#!/usr/bin/env python3
"""docs/manual/metrics.md and a running server agree, both ways; promtool finds nothing to say.

usage: metrics_test.py SERVER PLUGIN_PATH
"""
import asyncio
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import aiohttp

ROOT = pathlib.Path(__file__).resolve().parents[3]
MANUAL = ROOT / "docs" / "manual" / "metrics.md"
SAMPLE = re.compile(r"([a-z_]+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def documented():
    """Of the manual's tables: name -> (type, {label: values or an empty set})."""
    metrics = {}
    for line in MANUAL.read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 5 or not (match := re.match(r"`((?:parlour|process)_[a-z_]+)`$", cells[0])):
            continue
        assert match[1] not in metrics, f"{match[1]} stands twice in the manual"
        labels = {}
        # `a`, `b`: `x`, `y`; `c`   ->   a, b (anything) · b: x or y · c
        for group in filter(None, cells[2].split(";")):
            names, _, values = group.partition(":")
            names = re.findall(r"`([^`]+)`", names)
            for name in names:
                labels[name] = set()
            if values:
                labels[names[-1]] = set(re.findall(r"`([^`]+)`", values))
        metrics[match[1]] = (cells[1], labels)
    return metrics


def served(text):
    """Of an exposition: name -> (type, [labels of each sample])."""
    metrics, name = {}, None
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert name not in metrics, f"{name} is served twice"
            metrics[name] = (kind, [])
        elif not line.startswith("#"):
            match = SAMPLE.match(line)
            labels = dict(LABEL.findall(match[2] or ""))
            labels.pop("le", None)
            metrics[name][1].append(labels)
    return metrics


class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.log = tempfile.NamedTemporaryFile("w+")  # pylint: disable=consider-using-with
        cls.addClassCleanup(cls.log.close)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PARLOUR_")}
        cls.server = subprocess.Popen(  # pylint: disable=consider-using-with
            [SERVER, "--plugin-path", PLUGINS, "--set", "http.port=0", "--set", "media.port=0",
             "--set", "media.listen=127.0.0.1", "--set", "log.format=text"],
            stdout=cls.log, stderr=cls.log, env=environment)
        cls.addClassCleanup(cls.stop)
        deadline = time.monotonic() + 30
        while not (ready := re.search(r"ready at (http\S+?)/? ", pathlib.Path(cls.log.name).read_text())):
            assert cls.server.poll() is None and time.monotonic() < deadline, cls.text_of_log()
            time.sleep(0.05)
        cls.url = ready[1]
        asyncio.run(cls.use())
        with urllib.request.urlopen(cls.url + "/metrics", timeout=10) as answer:
            cls.exposition = answer.read().decode()
        cls.served, cls.documented = served(cls.exposition), documented()

    @classmethod
    def text_of_log(cls):
        return pathlib.Path(cls.log.name).read_text()

    @classmethod
    def stop(cls):
        cls.server.terminate()
        try:
            cls.server.wait(15)
        except subprocess.TimeoutExpired:
            cls.server.kill()

    @classmethod
    async def use(cls):
        """Counters of requests appear with the first request of their kind."""
        async with aiohttp.ClientSession() as session:
            async with session.post(cls.url + "/whip/lobby", data="v=0\r\n",
                                    headers={"Content-Type": "application/sdp"}) as answer:
                assert answer.status == 400, answer.status
            socket = await session.ws_connect(cls.url.replace("http", "ws") + "/v1/ws",
                                              protocols=("parlour.v1",))
            await socket.send_json({"type": "join", "id": 1, "version": 1, "room": "lobby", "name": "Ada"})
            reply = json.loads((await socket.receive(10)).data)
            assert reply["type"] == "reply", reply
            await socket.send_json({"type": "leave", "id": 2})
            await socket.receive(10)
            await socket.close()

    def test_what_is_served_stands_in_the_manual(self):
        self.assertEqual(sorted(set(self.served) - set(self.documented)), [])

    def test_what_stands_in_the_manual_is_served(self):
        self.assertGreater(len(self.documented), 40)
        self.assertEqual(sorted(set(self.documented) - set(self.served)), [])

    def test_types_agree(self):
        self.assertEqual({n: kind for n, (kind, _) in self.served.items()},
                         {n: self.documented[n][0] for n in self.served})

    def test_labels_agree(self):
        for name, (_, samples) in self.served.items():
            _, labels = self.documented[name]
            for sample in samples:
                self.assertEqual(set(sample), set(labels), name)
            for label, values in labels.items():
                seen = {sample[label] for sample in samples}
                if not values:
                    continue
                self.assertLessEqual(seen, values, f"{name} {label}")
                if label != "endpoint":  # Those come with their first request.
                    self.assertEqual(seen, values, f"{name} {label}")

    def test_names_follow_the_conventions(self):
        for name, (kind, samples) in self.served.items():
            self.assertRegex(name, "^(parlour|process)_")
            self.assertEqual(name.endswith("_total"), kind == "counter", name)
            self.assertNotRegex(name, "_(ms|millis|milliseconds|kb|kilobytes|percent)(_|$)")
            for sample in samples:
                self.assertFalse({"room", "peer", "participant", "identity"} & set(sample), name)

    def test_every_rule_of_the_manual_names_a_metric_that_is_there(self):
        for name in set(re.findall(r"\b(?:parlour|process)_[a-z_]+", MANUAL.read_text())):
            self.assertIn(re.sub("_bucket$", "", name), self.served)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (apt install prometheus)")
    def test_promtool_has_nothing_to_say(self):
        done = subprocess.run(["promtool", "check", "metrics"], input=self.exposition, text=True,
                              capture_output=True, timeout=30, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_it_says_what_runs(self):
        self.assertRegex(self.exposition, r'parlour_build_info\{version="\d+\.\d+\.\d+",gstreamer="1\.\d+\.\d+"\} 1\n')

    def test_what_was_done_was_counted(self):
        self.assertIn('parlour_media_session_requests_total{endpoint="whip",outcome="bad_offer"} 1\n',
                      self.exposition)
        self.assertIn('parlour_websocket_messages_total{type="join",outcome="reply"} 1\n', self.exposition)


if __name__ == "__main__":
    SERVER, PLUGINS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)
