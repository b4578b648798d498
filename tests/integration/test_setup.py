"""DTLS roles: whoever the client wants to begin the handshake, media flows both ways."""
from .support.case import GREEN, RED, CallTest, needs_root


@needs_root()
class Setup(CallTest):
    def flows(self, offered, answered):
        ada = self.join("ada", RED)
        bob = self.join("bob", GREEN, mangle={"a=setup:actpass": f"a=setup:{offered}"})
        roles = {line for line in bob.joined["answer"].splitlines() if line.startswith("a=setup:")}
        self.assertEqual(roles, {f"a=setup:{answered}"})
        self.sees(ada, GREEN)
        self.sees(bob, RED)
        self.eventually(lambda: bob.tell("look")["channel"] == "open", "the data channel opens")

    def test_a_client_that_leaves_the_roles_open_begins(self):
        self.flows("actpass", "passive")

    def test_a_client_that_wants_to_begin_does(self):
        self.flows("active", "passive")

    def test_a_client_that_wants_to_wait_is_called(self):
        self.flows("passive", "active")
