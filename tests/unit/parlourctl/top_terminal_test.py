"""parlourctl top in a terminal of its own (a pty), against a server of this file.
Usage: top_terminal_test.py PARLOURCTL"""
import fcntl
import http.server
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import unittest

PROGRAM = sys.argv.pop(1)
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
DEADLINE = 10


def room(name, people, out):
    return {"name": name, "participants": people, "locked": False,
            "media": {"publishers": 1, "tracks": 2, "subscriptions": 3, "packetsIn": 0, "bytesIn": 0,
                      "packetsOut": 0, "bytesOut": out, "lossIn": 0, "lossOut": 0}}


class Handler(http.server.BaseHTTPRequestHandler):
    """Rooms whose figures grow with time; `gone`: the lobby has ended; `mute`: no answers."""
    gone = mute = False
    began = time.monotonic()

    def do_GET(self):
        if Handler.mute:
            time.sleep(20)
            return
        grown = int((time.monotonic() - Handler.began) * 125_000)  # 1 Mbit/s
        status, answer = 404, {"code": "no_such_room"}
        if self.path == "/v1/rooms":
            status, answer = 200, {"rooms": [room("attic", 1, 0)] + (
                [] if Handler.gone else [room("lobby", 3, grown)])}
        elif self.path == "/v1/rooms/lobby/stats" and not Handler.gone:
            status, answer = 200, {"participants": [
                {"id": "p_1", "identity": "ada", "name": "Ada", "connection": "connected", "in": [], "out": []}]}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


class Screen:
    """The program on a pty of a size, and what the newest full frame looks like."""

    def __init__(self, url, *arguments, width=80, height=24, **environment):
        self.master, self.slave = pty.openpty()
        self.resize(width, height, tell=False)
        self.settings = termios.tcgetattr(self.slave)
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PARLOUR_")}
        clean |= {"LC_ALL": "C.UTF-8", "TERM": "xterm", "PARLOUR_SERVER": url, "no_proxy": "*"} | environment
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [PROGRAM, "top", "-i", "0.3", *arguments], stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env=clean, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.output = b""

    def resize(self, width, height, tell=True):
        self.width, self.height = width, height
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        if tell:
            self.process.send_signal(signal.SIGWINCH)

    def read(self):
        while select.select([self.master], [], [], 0.02)[0]:
            try:
                self.output += os.read(self.master, 65536)
            except OSError:  # The other end is closed.
                return

    def frame(self):
        """Lines of the last frame that is complete, without colours."""
        frames = self.output.split(b"\x1b[H")
        text = frames[-1].split(LEAVE)[0].decode(errors="replace")
        return [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line) for line in re.split("\r+\n", text)]

    def until(self, holds, what):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            self.read()
            if holds():
                return
        raise AssertionError(f"{what}: not within {DEADLINE} s; the screen:\n" + "\n".join(self.frame()))

    def shows(self, pattern):
        self.until(lambda: re.search(pattern, "\n".join(self.frame()), re.M), f"/{pattern}/ is shown")

    def press(self, keys):
        os.write(self.master, keys.encode())

    def ends(self):
        code = self.process.wait(DEADLINE)
        self.read()
        return code

    def restored(self):
        """The program gave the terminal back: modes, cursor, screen."""
        tail = self.output.rsplit(LEAVE, 1)
        return (len(tail) == 2 and ENTER not in tail[1] and b"\x1b[?25h" in tail[0][-40:] and
                termios.tcgetattr(self.slave) == self.settings)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class TopTerminalTest(unittest.TestCase):
    def setUp(self):
        Handler.gone = Handler.mute = False
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.serving = True
        self.addCleanup(self.stop_serving)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop_serving(self):
        if self.serving:
            self.server.shutdown()
            self.server.server_close()
        self.serving = False

    def screen(self, *arguments, **more):
        screen = Screen(self.url, *arguments, **more)
        self.addCleanup(screen.close)
        return screen

    def test_rates_appear_and_the_biggest_room_comes_first(self):
        screen = self.screen()
        screen.shows(r"^2 rooms, 4 participants")
        screen.shows(r"^lobby +3 .* (9\d\dk|1\.\d\dM) [\s\S]*^attic ")
        lines = screen.frame()
        self.assertEqual(len(lines), 24)
        self.assertLessEqual({len(line) for line in lines}, {80})
        screen.press("q")
        self.assertEqual(screen.ends(), 0)
        self.assertTrue(screen.restored(), screen.output[-200:])

    def test_a_room_is_opened_and_left_again(self):
        screen = self.screen()
        screen.shows(r"^lobby .*[\s\S]*^attic ")
        screen.press("\r")
        screen.shows(r"^room lobby: 1 participant;")
        screen.shows(r"^Ada +connected")
        screen.press("\x1b")
        screen.shows(r"^2 rooms")
        screen.press("\x1b[B\r")
        screen.shows(r"! the server answers|! the call in attic is over")
        screen.press("q")
        self.assertEqual(screen.ends(), 0)

    def test_a_call_that_ends_leads_back_to_the_rooms(self):
        screen = self.screen("lobby")
        screen.shows(r"^Ada ")
        Handler.gone = True
        screen.shows(r"^1 room,[\s\S]*! the call in lobby is over")

    def test_another_size_is_another_frame(self):
        screen = self.screen(width=140, height=40)
        screen.shows("LOCKED")
        screen.resize(40, 8)
        screen.until(lambda: len(screen.frame()) == 8 and {len(x) for x in screen.frame()} == {40},
                     "the frame has the new size")
        self.assertNotIn("LOCKED", "".join(screen.frame()))
        for size in ((3, 2), (1, 1), (200, 50)):
            screen.resize(*size)
            screen.until(lambda: len(screen.frame()) == screen.height, f"a frame of {size}")
        screen.press("q")
        self.assertEqual(screen.ends(), 0)

    def test_signals_give_the_terminal_back(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            screen = self.screen()
            screen.shows("^lobby ")
            screen.process.send_signal(number)
            self.assertEqual(screen.ends(), 128 + number)
            self.assertTrue(screen.restored(), number)

    def test_a_crash_gives_the_terminal_back(self):
        screen = self.screen()
        screen.shows("^lobby ")
        screen.process.send_signal(signal.SIGSEGV)
        self.assertEqual(screen.ends(), -signal.SIGSEGV)
        self.assertTrue(screen.restored())

    def test_ctrl_c_ends_it_also_while_the_server_does_not_answer(self):
        screen = self.screen()
        screen.shows("^lobby ")
        Handler.mute = True
        time.sleep(1)
        screen.press("\x03")
        self.assertEqual(screen.ends(), 130)
        self.assertTrue(screen.restored())

    def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(self):
        screen = self.screen()
        screen.shows("^lobby ")
        screen.process.send_signal(signal.SIGTSTP)
        screen.until(screen.restored, "the terminal is given back")
        screen.until(lambda: os.waitid(os.P_PID, screen.process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT),
                     "it has stopped")
        screen.output = b""
        screen.process.send_signal(signal.SIGCONT)
        screen.until(lambda: ENTER in screen.output, "the screen is taken again")
        screen.shows("^lobby ")
        screen.press("q")
        self.assertEqual(screen.ends(), 0)
        self.assertTrue(screen.restored())

    def test_a_server_that_goes_away_is_waited_for(self):
        screen = self.screen()
        screen.shows("^lobby ")
        self.stop_serving()
        screen.shows("! no answer: ")
        self.assertIn("lobby", "".join(screen.frame()))  # What was known stays.
        screen.press("q")
        self.assertEqual(screen.ends(), 0)

    def test_an_unreachable_server_is_said_before_the_screen_is_taken(self):
        self.stop_serving()
        screen = self.screen()
        self.assertEqual(screen.ends(), 3)
        self.assertIn(b"no server answers at http://127.0.0.1", screen.output)
        self.assertNotIn(ENTER, screen.output)

    def test_a_dumb_terminal_and_once_print_one_frame(self):
        for arguments, environment in (((), {"TERM": "dumb"}), (("--once",), {})):
            screen = self.screen(*arguments, **environment)
            self.assertEqual(screen.ends(), 0)
            self.assertIn(b"lobby ", screen.output)
            self.assertNotIn(b"\x1b", screen.output)


if __name__ == "__main__":
    unittest.main(verbosity=1)
