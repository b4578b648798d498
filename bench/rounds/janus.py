"""A Janus process with its VideoRoom alone, for one measurement.

Janus leaves loopback interfaces out when it gathers candidates, so it needs an address on another:
`enter_loop` gives this process and its children a network of their own with such an address.
Packets to a local address take the loopback device all the same.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

READY_S = 30
STOP_S = 20
ADDRESS = "192.0.2.1"  # RFC 5737: of nobody.
CLONE_NEWNET = 0x40000000
PLUGIN = "plugins/libjanus_videoroom.so"
TRANSPORT = "transports/libjanus_websockets.so"


def missing():
    """Why Janus cannot be measured here; empty where it can."""
    if not shutil.which("janus") or not modules():
        return "janus is not installed (Debian: apt-get install --no-install-recommends janus)"
    if os.geteuid() != 0:
        return "Janus needs a network namespace with an address of its own, and that needs root"
    return ""


def modules():
    """Where the package has its plugins and transports; None where it is not complete."""
    for folder in sorted(pathlib.Path("/usr").glob("lib*/**/janus")):
        if (folder / PLUGIN).exists() and (folder / TRANSPORT).exists():
            return folder
    return None


def enter_loop():
    """A network of our own: loopback, and ADDRESS on a device that is not. For good."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for command in ("link set lo up", "link add bench0 type veth peer name bench1",
                    f"address add {ADDRESS}/24 dev bench0", "link set bench0 up",
                    "link set bench1 up"):
        subprocess.run(["ip", *command.split()], check=True)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def write_configuration(folder, port, event_loops):
    """Nothing but the VideoRoom and its WebSocket; everything else as the package has it."""
    source = modules()
    for module in (PLUGIN, TRANSPORT):
        link = folder / module
        link.parent.mkdir()
        link.symlink_to(source / module)
    for empty in ("events", "loggers"):
        (folder / empty).mkdir()
    loops = f"event_loops = {event_loops}" if event_loops else ""
    (folder / "janus.jcfg").write_text(f"""general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/events"
  loggers_folder = "{folder}/loggers"
  log_to_stdout = false
  log_to_file = "{folder}/janus.log"
  debug_level = 3
  debug_colors = false
  interface = "{ADDRESS}"
  {loops}
}}
nat: {{
  ice_lite = true
  ice_enforce_list = "{ADDRESS}"
}}
""")
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: {\n}\n")
    (folder / "janus.transport.websockets.jcfg").write_text(f"""general: {{
  json = "compact"
  ws = true
  ws_port = {port}
  ws_ip = "127.0.0.1"
}}
""")


class Janus:
    """Starts on a free port; `url` and `pid` are known once it is ready. Needs enter_loop()."""

    def __init__(self, prefix=(), event_loops=0):
        self.folder = tempfile.TemporaryDirectory(prefix="parlour-janus-")
        folder = pathlib.Path(self.folder.name)
        self.log_file = folder / "janus.log"
        port = free_port()
        self.url = f"ws://127.0.0.1:{port}/"
        write_configuration(folder, port, event_loops)
        with open(folder / "output", "wb") as output:
            self.process = subprocess.Popen([*prefix, "janus", "--configs-folder", str(folder)],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.pid = self.process.pid  # taskset and nice become the program they run.
        try:
            self.wait_until_ready(port)
        except Exception:
            self.close()
            raise

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def wait_until_ready(self, port):
        """Janus loads its transports last: who listens is ready."""
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Janus ended:\n{self.log()[-3000:]}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"Janus is not ready after {READY_S} s:\n{self.log()[-3000:]}")

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
