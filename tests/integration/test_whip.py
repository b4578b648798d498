"""WHIP in and WHEP out, beside people in the room."""
from .support.case import BLUE, GREEN, RED, CallTest, needs_root


@needs_root()
class Whip(CallTest):
    def test_a_whip_publisher_is_seen_by_people_and_by_a_whep_player(self):
        ada = self.join("ada", RED)
        studio = self.peer()
        reply = studio.tell("whip", url=self.server.url + "/whip/lobby?name=Studio", colour=GREEN)
        self.assertEqual((reply["status"], reply["type"]), (201, "application/sdp"), reply)
        self.assertTrue(reply["location"].startswith("/"))
        self.assertTrue(reply["etag"])
        self.sees(ada, GREEN)
        joined = self.eventually(lambda: ada.events("participantJoined"), "ada is told")
        self.assertEqual(joined[0]["data"]["participant"]["via"], "whip")
        player = self.peer()
        reply = player.tell("whep", url=self.server.url + "/whep/lobby?participant="
                            + joined[0]["data"]["participant"]["id"])
        self.assertEqual(reply["status"], 201, reply)
        self.sees(player, GREEN)
        self.assertEqual(player.tell("delete", base=self.server.url), 200)
        ada.events(clear=True)
        self.assertEqual(studio.tell("delete", base=self.server.url), 200)
        self.eventually(lambda: ada.events("participantLeft"), "the publisher has left")
        self.assertEqual(studio.tell("delete", base=self.server.url), 404)

    def test_a_whep_player_follows_who_is_there(self):
        self.join("ada", BLUE)
        player = self.peer()
        self.assertEqual(player.tell("whep", url=self.server.url + "/whep/lobby")["status"], 201)
        self.sees(player, BLUE)

    def test_whep_without_anybody_live_says_so(self):
        reply = self.peer().tell("whep", url=self.server.url + "/whep/empty")
        self.assertEqual(reply["status"], 409, reply)


@needs_root()
class Codecs(CallTest):
    def test_h264_alone_is_forwarded_as_it_is(self):
        ada = self.join("ada", RED)
        bob = self.join("bob", GREEN, codec="video/H264")
        self.sees(ada, GREEN)
        self.sees(bob, RED)
        room = str(self.server.get("/v1/rooms/lobby"))
        self.assertIn("H264", room)
        self.assertIn("VP8", room)

    def test_somebody_without_camera_and_microphone_takes_part(self):
        ada = self.join("ada", RED)
        bob = self.join("bob", None, audio=False)
        self.sees(bob, RED)
        bob.tell("send_data", payload="hello")
        self.eventually(lambda: any("hello" in m for m in ada.tell("channel")), "ada hears of it")
