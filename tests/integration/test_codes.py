"""Error codes of docs/protocol.md as clients get them."""
import json

from .support.case import GREEN, CallTest, needs_root

FRAGMENT = "a=ice-ufrag:newu\r\na=ice-pwd:newpwdnewpwdnewpwdnewpwd\r\n"


@needs_root()
class Codes(CallTest):
    settings = {"rooms.maxRooms": 1}

    def ask(self, method, path, *headers, body=None):
        """Status and `code` of the problem JSON."""
        options = [x for header in headers for x in ("-H", header)]
        if body is not None:
            options += ["--data-binary", body]
        out = self.network.host("srv").run("curl", "-s", "-m", "5", "-X", method, "-w", "\n%{http_code}", *options,
                                           f"http://127.0.0.1:8080{path}")
        text, status = out.rsplit("\n", 1)
        return int(status), json.loads(text)["code"] if text.startswith("{") else None

    def test_http_errors_carry_their_codes(self):
        self.assertEqual(self.ask("PUT", "/healthz"), (405, "method_not_allowed"))
        self.assertEqual(self.ask("GET", "/v1/nothing"), (404, "not_found"))
        self.assertEqual(self.ask("GET", "/v1/ws"), (426, "not_websocket"))
        self.assertEqual(self.ask("POST", "/whip/lobby", "Content-Type: text/plain", body="v=0"),
                         (415, "wrong_media_type"))
        self.assertEqual(self.ask("DELETE", "/whip/lobby/nobody"), (404, "no_such_session"))
        self.assertEqual(self.ask("GET", "/v1/rooms"), (401, "auth_required"))

    def test_a_restart_needs_the_sessions_tag(self):
        studio = self.peer()
        reply = studio.tell("whip", url=self.server.url + "/whip/lobby", colour=GREEN)
        self.assertEqual(reply["status"], 201, reply)
        fragment = "Content-Type: application/trickle-ice-sdpfrag"
        self.assertEqual(self.ask("PATCH", reply["location"], fragment, body=FRAGMENT), (428, "etag_required"))
        self.assertEqual(self.ask("PATCH", reply["location"], fragment, 'If-Match: "other"', body=FRAGMENT),
                         (412, "stale_etag"))

    def test_a_room_too_many_is_refused_as_server_full(self):
        self.join("ada")
        sdp = self.peer().tell("raw_join", url=self.server.url, room="another", name="bob", sdp="")
        self.assertEqual((sdp["type"], sdp["code"], sdp["action"]), ("error", "server_full", "wait"), sdp)
