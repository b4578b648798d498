"""A parlour process in a namespace, its log, and what it costs."""
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.request

from .network import BIN


class Server:
    def __init__(self, host, ip, settings=None, environment=None):
        self.host, self.ip, self.port = host, ip, 8080
        self.settings = {
            "http.listen": f"{ip},127.0.0.1",
            "http.port": self.port,
            "auth.iKnowThisIsOpen": "true",
            "auth.openModerators": "true",
            "admin.token": "admin-token-of-the-tests-0123456789",
            "log.format": "json",
            "limits.joinsPerSecond": 1000,
            "limits.joinBurst": 1000,
            **(settings or {}),
        }
        self.log_path = pathlib.Path(f"/tmp/parlour-test-{os.getpid()}-{id(self)}.log")
        self.environment = {**os.environ, **(environment or {}),
                            "GST_PLUGIN_PATH": str(BIN.parent.parent / "plugins" / "parloursfu")}
        for name in [n for n in self.environment if n.startswith("PARLOUR_")]:
            del self.environment[name]
        self.start()

    @property
    def url(self):
        host = f"[{self.ip}]" if ":" in self.ip else self.ip
        return f"http://{host}:{self.port}"

    def start(self):
        options = [x for k, v in self.settings.items() for x in ("--set", f"{k}={v}")]
        self.log_file = self.log_path.open("ab")
        self.process = self.host.popen(str(BIN), *options, stdout=self.log_file,
                                       stderr=self.log_file, env=self.environment)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{self.log()}")
            if '"ready at' in self.log():
                return
            time.sleep(0.05)
        raise RuntimeError(f"the server is not ready:\n{self.log()}")

    @property
    def pid(self):
        """`ip netns exec` becomes the program it runs."""
        return self.process.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def get(self, path):
        """GET from inside the server's namespace, as the administrator."""
        out = self.host.run("curl", "-s", "-m", "5", "-H", "Connection: close", "-H",
                            f"Authorization: Bearer {self.settings['admin.token']}",
                            f"http://127.0.0.1:{self.port}{path}")
        return json.loads(out) if out.startswith(("{", "[")) else out

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def rss_kib(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def stop(self, timeout=20):
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.log_file.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log_file.close()
        self.log_path.unlink(missing_ok=True)
