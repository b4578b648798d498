"""The unit file: correct, tight, roomy enough, and the server runs under what it forbids.
Usage: unit_file_test.py SOURCE_ROOT SERVER PLUGIN_DIRECTORY"""
import configparser
import ctypes
import mmap
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

ROOT, SERVER, PLUGINS = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
del sys.argv[1:]
UNIT = ROOT / "config/parlour.service"
MOST_EXPOSURE = 2.0
PEERS, PER_PEER = 1000, 4

# prctl(2): refuses memory that is writable and executable, as MemoryDenyWriteExecute= does, and
# is kept over execve. Linux 6.3 and later.
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1


def deny_write_execute():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0):
        os._exit(77)


def can_deny_write_execute():
    return subprocess.run(["true"], preexec_fn=deny_write_execute, check=False).returncode == 0


def settings():
    """Of the service; a name that is repeated has its last value, filters all of them."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(UNIT)
    return parser["Service"]


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class AnalyzedUnit(unittest.TestCase):
    def test_its_exposure_is_low(self):
        report = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT],
                                capture_output=True, text=True, check=True).stdout
        found = re.search(r"Overall exposure level for parlour.service: ([0-9.]+)", report)
        self.assertIsNotNone(found, report)
        self.assertLessEqual(float(found[1]), MOST_EXPOSURE, report)

    def test_systemd_finds_nothing_wrong(self):
        with tempfile.TemporaryDirectory() as directory:
            unit = pathlib.Path(directory) / "parlour.service"
            # The server is not installed here.
            unit.write_text(UNIT.read_text().replace("/usr/bin/parlour", "/usr/bin/true"))
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                                  capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Unit(unittest.TestCase):
    def test_a_thousand_participants_fit(self):
        self.assertGreaterEqual(int(settings()["LimitNOFILE"]), PEERS * PER_PEER + 256)
        self.assertGreaterEqual(int(settings()["TasksMax"]), PEERS * PER_PEER + 256)

    def test_draining_ends_before_systemd_kills(self):
        shipped = (ROOT / "config/parlour.yaml").read_text()
        drain_s = int(re.search(r"#drainMs: (\d+)", shipped)[1]) / 1000
        self.assertGreater(int(settings()["TimeoutStopSec"]), drain_s + 10)

    def test_it_is_watched_and_not_restarted_for_wrong_settings(self):
        unit = settings()
        self.assertEqual(unit["Type"], "notify")
        self.assertGreaterEqual(int(unit["WatchdogSec"]), 20)
        self.assertEqual(unit["RestartPreventExitStatus"], "2")

    @unittest.skipUnless(shutil.which("systemd-sysusers") and os.geteuid() == 0,
                         "needs systemd-sysusers and root")
    def test_user_and_directories_can_be_made(self):
        with tempfile.TemporaryDirectory() as root:
            (pathlib.Path(root) / "etc").mkdir()
            for program, file in (("systemd-sysusers", "parlour.sysusers"),
                                  ("systemd-tmpfiles", "parlour.tmpfiles")):
                create = ["--create"] if program == "systemd-tmpfiles" else []
                done = subprocess.run([program, *create, f"--root={root}", ROOT / "config" / file],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
            mode = (pathlib.Path(root) / "etc/parlour/secrets").stat().st_mode & 0o777
            self.assertEqual(mode, 0o700)


@unittest.skipUnless(can_deny_write_execute(), "this kernel has no PR_SET_MDWE (Linux 6.3)")
class WithoutWritableCode(unittest.TestCase):
    """MemoryDenyWriteExecute=yes with Environment=ORC_CODE=backup."""

    def environment(self, **more):
        clean = {k: v for k, v in os.environ.items()
                 if not k.startswith(("PARLOUR_", "GST_", "ORC_"))}
        return clean | {"ORC_CODE": "backup",
                        "GST_REGISTRY": os.path.join(self.directory.name, "registry")} | more

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def test_the_restriction_bites(self):
        code = "import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)"
        done = subprocess.run([sys.executable, "-c", code], preexec_fn=deny_write_execute,
                              capture_output=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC).close()

    def test_the_unit_sets_both(self):
        self.assertEqual(settings()["MemoryDenyWriteExecute"], "yes")
        self.assertIn("Environment=ORC_CODE=backup", UNIT.read_text().splitlines())

    @unittest.skipUnless(shutil.which("gst-launch-1.0"), "gst-launch-1.0 is not installed")
    def test_elements_that_use_orc_work(self):
        pipeline = ("audiotestsrc num-buffers=20 ! audioconvert ! audioresample ! volume volume=0.5"
                    " ! audio/x-raw,format=S16LE,rate=16000,channels=2 ! fakesink"
                    " videotestsrc num-buffers=5 ! videoconvert ! videoscale"
                    " ! video/x-raw,format=I420,width=64,height=64 ! fakesink")
        done = subprocess.run(["gst-launch-1.0", "-q", *pipeline.split()], timeout=60,
                              preexec_fn=deny_write_execute, env=self.environment(),
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_server_becomes_ready_is_watched_and_stops(self):
        path = os.path.join(self.directory.name, "notify")
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(path)
        manager.settimeout(60)
        self.addCleanup(manager.close)
        log = open(os.path.join(self.directory.name, "log"), "w+", encoding="utf-8")
        self.addCleanup(log.close)
        server = subprocess.Popen(
            [SERVER, "--plugin-path", PLUGINS, "--set", "http.port=0", "--set", "media.port=0",
             "--set", "media.listen=127.0.0.1", "--set", "log.format=text"],
            preexec_fn=deny_write_execute, stderr=log,
            env=self.environment(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000"))
        self.addCleanup(lambda: server.poll() is None and server.kill())
        try:
            heard = ""
            while "READY=1" not in heard or "WATCHDOG=1" not in heard:
                heard += manager.recv(4096).decode() + "\n"
            log.seek(0)
            url = re.search(r"ready at (http://\S+)", log.read())[1]
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    url.rstrip("/") + "/readyz", timeout=10) as answer:
                self.assertEqual(answer.status, 200)
            server.send_signal(signal.SIGTERM)
            while "STOPPING=1" not in heard:
                heard += manager.recv(4096).decode() + "\n"
            self.assertEqual(server.wait(30), 0)
        except (TimeoutError, AssertionError, subprocess.TimeoutExpired, urllib.error.URLError):
            log.seek(0)
            print(log.read(), file=sys.stderr)
            raise


if __name__ == "__main__":
    unittest.main(verbosity=1)
