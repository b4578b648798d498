"""A parlour process for one measurement, on loopback alone."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

READY_S = 60
STOP_S = 20


class Server:
    """Starts on free ports; `url` and `pid` are known once it is ready."""

    def __init__(self, build, prefix=(), settings=None):
        build = pathlib.Path(build)
        settings = {"http.listen": "127.0.0.1", "http.port": 0,
                    "media.listen": "127.0.0.1", "media.port": 0,
                    "rooms.maxParticipants": 2000,
                    "limits.joinsPerSecond": 100000, "limits.joinBurst": 100000,
                    "timeouts.drainMs": 0, "log.format": "json",
                    **(settings or {})}
        options = [x for k, v in settings.items() for x in ("--set", f"{k}={v}")]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PARLOUR_")}
        environment["GST_PLUGIN_PATH"] = str(build / "plugins" / "parloursfu")
        # A file, not a pipe: nobody has to read it while the server is measured.
        self.log_file = tempfile.TemporaryFile()
        self.process = subprocess.Popen([*prefix, str(build / "src" / "parlour"), *options],
                                        stdout=self.log_file, stderr=self.log_file, env=environment)
        self.pid = self.process.pid  # taskset and nice become the program they run.
        try:
            self.url = self.wait_until_ready()
        except Exception:
            self.close()
            raise

    def log(self):
        return os.pread(self.log_file.fileno(), 1 << 24, 0).decode(errors="replace")

    def wait_until_ready(self):
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            found = re.search(r"ready at (http://[^/ ]+)/", self.log())
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{self.log()[-3000:]}")
            time.sleep(0.05)
        raise RuntimeError(f"the server is not ready after {READY_S} s:\n{self.log()[-3000:]}")

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.log_file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
