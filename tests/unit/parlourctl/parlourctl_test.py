"""parlourctl against a server of this file: what it asks for, what it prints, how it ends.
Usage: parlourctl_test.py PARLOURCTL"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = sys.argv.pop(1)
TOKEN = "an admin token of some length"
SECRET = "a secret of thirty-two bytes ..."

ROOM = {"name": "lobby", "locked": True, "participants": [
    {"participant": {"id": "p_1", "identity": "ada", "name": "Ada", "via": "websocket",
                     "connection": "connected", "joinedAt": "2026-01-01T00:00:00.000Z",
                     "tracks": [{"source": "camera", "codec": "VP8", "muted": False},
                                {"source": "microphone", "codec": "opus", "muted": True},
                                {"source": "screen", "codec": "VP8", "mutedByHost": True}]},
     "slots": []},
    {"participant": {"id": "p_2", "identity": "p_1", "name": "日本\u001b[2J", "via": "whip",
                     "connection": "connected", "joinedAt": "x", "tracks": []}, "slots": []}]}
STATS = {"participants": [{"id": "p_1", "remoteAddress": "192.0.2.1:4", "iceState": "connected",
                           "dtlsState": "connected", "rttMs": 12.34,
                           "in": [{"mid": "1", "rid": "h", "codec": "VP8", "packets": 12345678,
                                   "bytes": 5, "lost": 1, "nacks": 2, "plis": 3,
                                   "retransmitted": 4, "jitterMs": 0.55, "bitsPerSecond": 1234567,
                                   "lossRatio": 0.25, "source": "camera", "width": 640, "height": 360}],
                           "out": [{"mid": "2", "reason": "shown", "participant": "p_2", "source": "screen"},
                                   {"mid": "3", "reason": "empty"},
                                   {"mid": "4", "reason": "muted", "participant": "p_2", "source": "camera"}]}]}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from `answers`; notes what was asked in `asked`."""
    answers, asked = {}, []
    wanted = f"Bearer {TOKEN}"

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.asked.append((self.command, self.path, body, self.headers.get("Accept")))
        status, answer = 404, {"code": "no_such_room", "detail": "There is no call."}
        if self.path != "/readyz" and self.headers.get("Authorization") != self.wanted:
            status, answer = 401, {"code": "auth_required", "detail": "A token is needed here."}
        elif (self.command, self.path) in self.answers:
            status, answer = self.answers[self.command, self.path]
        data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = serve

    def log_message(self, *arguments):
        pass


class UnixServer(socketserver.ThreadingUnixStreamServer):
    def get_request(self):
        return self.socket.accept()[0], ("local", 0)


class ParlourctlTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Handler.asked = []
        Handler.answers = {
            ("GET", "/v1/rooms"): (200, {"rooms": [{"name": "lobby", "participants": 2,
                                                    "locked": True}]}),
            ("GET", "/v1/rooms/lobby"): (200, ROOM),
            ("GET", "/v1/rooms/lobby/stats"): (200, STATS),
            ("GET", "/v1/rooms/lobby/graph"): (200, "digraph pipeline {}"),
            ("POST", "/v1/rooms/lobby/moderate"): (200, {}),
            ("DELETE", "/v1/rooms/lobby"): (204, ""),
            ("GET", "/readyz"): (200, {"ready": True, "calls": True, "tokens": True}),
        }

    def run_ctl(self, *arguments, code=0, token=TOKEN, server=True, **environment):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PARLOUR_")}
        clean |= {"LC_ALL": "C.UTF-8", "no_proxy": "*"} | environment
        if token:
            clean["PARLOUR_ADMIN_TOKEN"] = token
        if server:
            clean["PARLOUR_SERVER"] = self.url
        done = subprocess.run([PROGRAM, *arguments], env=clean, capture_output=True, text=True,
                              timeout=15, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def write(self, name, text):
        (self.directory / name).write_text(text)
        return str(self.directory / name)

    def test_rooms_are_a_table_or_json(self):
        self.assertEqual(self.run_ctl("rooms"),
                         "ROOM    PARTICIPANTS   LOCKED\nlobby   2              yes\n")
        self.assertEqual(json.loads(self.run_ctl("rooms", "-o", "json"))["rooms"][0]["name"],
                         "lobby")
        Handler.answers["GET", "/v1/rooms"] = (200, {"rooms": []})
        self.assertEqual(self.run_ctl("rooms"), "There are no rooms.\n")

    def test_a_room_shows_its_people_and_nobody_moves_the_cursor(self):
        lines = self.run_ctl("room", "lobby").splitlines()
        self.assertEqual(lines[0], "The room is locked.")
        self.assertIn("camera VP8, microphone opus (muted), screen VP8 (muted by host)", lines[2])
        self.assertIn("日本?[2J", lines[3])
        self.assertNotIn("\x1b", "".join(lines))

    def test_stats_have_figures(self):
        text = self.run_ctl("stats", "lobby")
        self.assertIn("192.0.2.1:4", text)
        self.assertRegex(text, r"p_1 +in +1/h +VP8 +12345678 +5 +1 +2 +3 +4 +0\.[56] +1235 +25.0 +640x360 +camera\n")
        self.assertRegex(text, r"p_1 +out +2 .* screen of p_2\n")
        self.assertRegex(text, r"p_1 +out +3 .* empty\n")
        self.assertRegex(text, r"p_1 +out +4 .* camera of p_2: muted\n")

    def test_top_prints_one_frame_where_there_is_no_terminal(self):
        text = self.run_ctl("top", "-i", "0.2")
        self.assertRegex(text, r"^1 room, 2 participants.*\nROOM +PEOPLE .*LOCKED\nlobby +2 .* yes\n$")
        self.assertEqual([a[1] for a in Handler.asked], ["/v1/rooms"] * 2)
        self.assertRegex(self.run_ctl("top", "lobby", "--once", "-i", "0.2"), r"\n- +- +12 .* 25\.0 .* 360p +1/3 .* p_1\n")
        self.assertIn("no_such_room", self.run_ctl("top", "attic", code=5))
        self.run_ctl("top", "--once", code=4, token=None)

    def test_names_are_coded_in_paths(self):
        self.assertIn("no_such_room", self.run_ctl("room", "../a b?", code=5))
        self.assertEqual(Handler.asked[0][1], "/v1/rooms/..%2Fa%20b%3F")

    def test_graph_is_passed_through(self):
        self.assertEqual(self.run_ctl("graph", "lobby"), "digraph pipeline {}")
        self.run_ctl("graph", "lobby", "--svg")
        self.assertEqual([a[3] for a in Handler.asked], ["text/vnd.graphviz", "image/svg+xml"])

    def test_moderation_takes_ids_before_identities(self):
        self.run_ctl("kick", "lobby", "p_1")
        self.run_ctl("mute", "lobby", "ada", "--source", "camera")
        self.run_ctl("unmute", "lobby", "p_2")
        self.run_ctl("lock", "lobby")
        self.run_ctl("unlock", "lobby")
        self.assertEqual([json.loads(a[2]) for a in Handler.asked if a[0] == "POST"], [
            {"act": "remove", "participant": "p_1"},
            {"act": "mute", "participant": "p_1", "source": "camera"},
            {"act": "unmute", "participant": "p_2"}, {"act": "lock"}, {"act": "unlock"}])
        self.assertIn("nobody in lobby", self.run_ctl("kick", "lobby", "eve", code=5))
        self.run_ctl("mute", "lobby", "ada", "--source", "nose", code=2)

    def test_a_call_can_be_ended(self):
        self.assertEqual(self.run_ctl("end", "lobby"), "The call in lobby has ended.\n")
        self.assertEqual(Handler.asked[0][:2], ("DELETE", "/v1/rooms/lobby"))

    def test_health_says_why_not(self):
        self.assertIn("takes calls", self.run_ctl("health", token=None))
        Handler.answers["GET", "/readyz"] = (503, {"ready": False, "calls": False, "tokens": True})
        self.assertIn("takes no calls now: it is starting or draining",
                      self.run_ctl("health", code=6, token=None))

    def test_refusals_have_their_exit_codes(self):
        self.assertIn("A token is needed here. (auth_required)",
                      self.run_ctl("rooms", code=4, token=None))
        Handler.answers["GET", "/v1/rooms"] = (500, "<html>")
        self.assertIn("status 500", self.run_ctl("rooms", code=1))
        Handler.answers["GET", "/v1/rooms"] = (200, "<html>")
        self.assertIn("is it a Parlour server?", self.run_ctl("rooms", code=1))
        self.assertIn("no server answers at http://127.0.0.1:1",
                      self.run_ctl("rooms", "--server", "http://127.0.0.1:1", code=3))

    def test_wrong_usage_ends_with_2(self):
        for arguments in ([], ["dance"], ["room"], ["room", "a", "b"], ["rooms", "x"],
                          ["rooms", "-o", "xml"], ["rooms", "--server", "ftp://x"],
                          ["rooms", "--server", "http://x", "--socket", "/x"],
                          ["rooms", "--token-file", "/nonexistent"], ["rooms", "--colour"],
                          ["rooms", "--config", "/nonexistent"], ["top", "-i", "0"],
                          ["top", "-i", "soon"], ["top", "-i", "nan"], ["top", "a", "b"]):
            self.assertNotEqual(self.run_ctl(*arguments, code=2), "")
        self.assertEqual(Handler.asked, [])

    def test_every_command_has_help(self):
        names = [line.split()[0] for line in self.run_ctl("--help").splitlines()
                 if line.startswith("  ")]
        self.assertEqual(len(names), 13)
        for name in names:
            self.assertIn(f"parlourctl {name}", self.run_ctl(name, "--help"))

    def test_the_token_comes_from_a_file_or_the_settings(self):
        token = self.write("token", TOKEN + "\n")
        self.run_ctl("rooms", "--token-file", token, token="wrong token of some length")
        self.run_ctl("rooms", token=None, PARLOUR_ADMIN_TOKEN_FILE=token)
        config = self.write("parlour.yaml", f"http: {{port: {self.server.server_port}}}\n"
                                            "admin: {tokenFile: token}\nmedia: {port: many}\n")
        self.run_ctl("rooms", "--config", config, token=None, server=False)

    def test_the_admin_socket_needs_no_token(self):
        path = str(self.directory / "socket")
        handler = type("Open", (Handler,), {"wanted": None})
        with UnixServer(path, handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            try:
                self.assertIn("lobby", self.run_ctl("rooms", "--socket", path, token=None))
                self.assertIn("lobby", self.run_ctl("rooms", token=None, server=False,
                                                    PARLOUR_SOCKET=path))
            finally:
                server.shutdown()

    def claims_of(self, token):
        head, payload, signature = token.strip().split(".")
        decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        wanted = hmac.digest(SECRET.encode(), f"{head}.{payload}".encode(), hashlib.sha256)
        self.assertEqual(decode(signature), wanted)
        self.assertEqual(json.loads(decode(head)), {"alg": "HS256", "typ": "JWT"})
        return json.loads(decode(payload))

    def test_tokens_are_signed_and_say_what_was_asked(self):
        secret = self.write("secret", SECRET + "\n")
        claims = self.claims_of(self.run_ctl(
            "token", "--room", "lobby", "--identity", "ada", "--name", "Ada", "--ttl", "8h",
            "--secret-file", secret, "--can-publish=false", "--moderator"))
        self.assertAlmostEqual(claims["iat"], time.time(), delta=60)
        self.assertEqual(claims.pop("exp") - claims.pop("iat"), 8 * 3600)
        self.assertEqual(claims, {"sub": "ada", "name": "Ada", "room": "lobby",
                                  "grants": {"canPublish": False, "moderator": True}})
        config = self.write("parlour.yaml", "auth: {mode: jwt, secretFile: secret, "
                                            "issuer: here, audience: parlour}\n")
        claims = self.claims_of(self.run_ctl("token", "--admin", "--identity", "ops", "-c", config))
        self.assertEqual((claims["iss"], claims["aud"], claims["grants"]),
                         ("here", "parlour", {"admin": True}))
        self.assertNotIn("room", claims)

    def test_tokens_that_would_be_wrong_are_not_made(self):
        right = ["token", "--room", "r", "--identity", "i"]
        for arguments in (right[:3], ["token", "--identity", "i"], right + ["--ttl", "0"],
                          right + ["--ttl", "soon"], right + ["--ttl", "400d"],
                          right + ["--moderator=perhaps"], right + ["extra"]):
            self.run_ctl(*arguments, code=2, PARLOUR_AUTH_SECRET=SECRET)
        self.assertIn("no key to sign with", self.run_ctl(*right, code=2))
        self.assertIn("32", self.run_ctl(*right, code=2, PARLOUR_AUTH_SECRET="short"))


if __name__ == "__main__":
    unittest.main(verbosity=1)
