"""A real Prometheus that reads a real server while real load is on it."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from boards import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from rounds.server import Server  # noqa: E402  (the path comes first)

BUILD = pathlib.Path(os.environ.get("PARLOUR_BIN", ROOT / "build/src/parlour")).resolve().parents[1]
LOAD = BUILD / "bench/load/parlour-load"
DEMO = BUILD / "src/demo/parlour-demo"
WAIT_S = 30
LOAD_S = 90
STREAM_S = 8
# So short that what takes a minute with people happens here.
SETTINGS = {"http.headersTimeoutMs": 1000, "timeouts.reconnectingMs": 1000, "timeouts.goneMs": 2000,
            "timeouts.resumeMs": 2000, "media.threads": 2}
CHURN = ("people=24", "rooms=3", "seconds=14", "churn.joinsPerSecond=3")
BAD = ("seconds=10", *(f"line.stages.{i}.seconds=1.6" for i in range(5)))


class Prometheus:
    def __init__(self, folder, target):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        config = folder / "prometheus.yml"
        config.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": "parlour", "static_configs": [{"targets": [target]}]}]}))
        self.log = folder / "prometheus.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address={self.url[7:]}"], stdout=log, stderr=log)
        try:
            self.wait()
        except Exception:
            self.close()
            raise

    def wait(self):
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            try:
                if self.ask("up == 1", time.time() - 1, time.time()):
                    return
            except OSError:
                pass  # It does not listen yet.
            time.sleep(0.1)
        raise RuntimeError(f"Prometheus reads nothing: {self.log.read_text()[-2000:]}")

    def ask(self, query, begin, end):
        """Series of one query between two times: [(labels, [(time, value)])]."""
        arguments = urllib.parse.urlencode({"query": query, "start": begin, "end": end, "step": 1})
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/query_range?{arguments}",
                                        timeout=10) as answer:
                result = json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{query}: {error.read().decode()}") from error
        return [(s["metric"], [(float(t), float(v)) for t, v in s["values"]])
                for s in result["data"]["result"]]

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def load(server, scenario, sets):
    arguments = [x for s in sets for x in ("--set", s)]
    run = subprocess.run([str(LOAD), "run", scenario, *arguments, "--url", server.url,
                          "--server-pid", str(server.pid), "--room", scenario],
                         capture_output=True, text=True, timeout=LOAD_S, check=False)
    if run.returncode not in (0, 1, 3):  # Whether objectives are met is another test.
        raise RuntimeError(f"parlour-load ended with {run.returncode}:\n{run.stdout}{run.stderr}")


def refuse(request):
    try:
        urllib.request.urlopen(request, timeout=5).close()
    except urllib.error.HTTPError:
        return
    raise RuntimeError(f"{request.full_url} took an offer that is none")


def speak_wrongly(address):
    """A WebSocket whose first message is no join (RFC 6455: masked, here with zeros)."""
    text = b'{"type": "ping", "id": 1}'
    with socket.create_connection(address, timeout=5) as client:
        client.sendall(b"GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                       b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                       b"Sec-WebSocket-Protocol: parlour.v1\r\n\r\n")
        client.recv(4096)
        client.sendall(bytes([0x81, 0x80 | len(text)]) + bytes(4) + text)
        client.recv(4096)


def dawdle(address):
    """Half a request, until the server has enough of it."""
    with socket.create_connection(address, timeout=10) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        slow.recv(1024)


def offend(server):
    """What an operator sees of clients that do wrong."""
    host, port = server.url[7:].split(":")
    for path in ("/whip/dashboards", "/whep/dashboards"):
        refuse(urllib.request.Request(server.url + path, data=b"no offer",
                                      headers={"Content-Type": "application/sdp"}))
    speak_wrongly((host, int(port)))
    dawdle((host, int(port)))


def offend_again_and_again(server):
    """A counter that comes into being with its first event has no rate before the second."""
    for _ in range(4):
        time.sleep(2)
        offend(server)


def stream(server):
    """Somebody over WHIP, for a while."""
    run = subprocess.run([str(DEMO), f"--server={server.url}", "--room=whip", "--participants=1",
                          "--no-video", f"--duration={STREAM_S}"],
                         capture_output=True, text=True, timeout=LOAD_S, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"parlour-demo ended with {run.returncode}:\n{run.stdout}{run.stderr}")


def drive(server, bad_line):
    """All of it at once; ends when the load does."""
    failures = []

    def attempt(work, *arguments):
        try:
            work(server, *arguments)
        except Exception as error:  # noqa: BLE001  (told below, by the thread that waits)
            failures.append(error)

    works = [(load, "churn", CHURN), (stream,), (offend_again_and_again,)]
    if bad_line:
        works.append((load, "bad-network", BAD))
    threads = [threading.Thread(target=attempt, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LOAD_S + 10)
    if failures:
        raise failures[0]


def start():
    everywhere = {"http.listen": "0.0.0.0", "media.listen": "0.0.0.0", "auth.iKnowThisIsOpen": "true"}
    return Server(BUILD, (), SETTINGS | (everywhere if os.geteuid() == 0 else {}))
