"""Bytes that arrive in every shape a network and a careless server give them: the same proposal, or an error that says what happened."""
import json
import re
import unittest

from stand_in import APIS, CONVERSATION, Aimock, Mangler, ModelTest, need_modules

ERRORS = {
    "anthropic": b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    "openai": b'data: {"error":{"message":"Overloaded","type":"overloaded_error"}}\n\n',
    "openai-responses": b'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    "ollama": b'{"error":"Overloaded"}\n',
}


def pieces(size):
    return lambda body, path: [body[i : i + size] for i in range(0, len(body), size)]


def whole(change):
    return lambda body, path: [change(body)]


def with_comments(body):
    return re.sub(rb"\n\n", b"\n\n: OPENROUTER PROCESSING\n\n:\n\n", body)


SAME = {
    "every byte alone": pieces(1),
    "three bytes at a time": pieces(3),
    "CRLF": lambda body, path: pieces(7)(body.replace(b"\n", b"\r\n"), path),
    "a byte order mark": whole(lambda body: b"\xef\xbb\xbf" + body),
}
SAME_SSE = {
    "CR alone": lambda body, path: pieces(5)(body.replace(b"\n", b"\r"), path),
    "comments": whole(with_comments),
    "no blank after the colon": whole(lambda body: body.replace(b"data: ", b"data:").replace(b"event: ", b"event:")),
    "no [DONE]": whole(lambda body: body.replace(b"data: [DONE]\n\n", b"")),
    "unknown events and fields": whole(lambda body: b"id: 1\nretry: 5\n\nevent: new_thing\ndata: {\"type\":\"new_thing\"}\n\n" + body),
}


def middle(body):
    """The end of a line near the middle."""
    return body.index(b"\n", len(body) // 2) + 1


def before_event(body):
    """Where an event near the middle begins."""
    at = body.find(b"\n\n", len(body) // 2)
    return at + 2 if at >= 0 else middle(body)


class Mangled(ModelTest):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock")
        self.aimock = self.standing_in(Aimock(CONVERSATION))
        self.mangler = self.standing_in(Mangler(self.aimock.port))

    def test_harmless_changes_change_nothing(self):
        for provider in APIS:
            self.mangler.mangle = lambda body, path: [body]
            _, clean, _ = self.run_action(provider, self.mangler.port)
            for name, mangle in {**SAME, **({} if provider == "ollama" else SAME_SSE)}.items():
                with self.subTest(provider, mangle=name):
                    self.mangler.mangle = mangle
                    status, printed, errors = self.run_action(provider, self.mangler.port)
                    self.assertEqual(0, status, errors)
                    self.assertEqual((clean["diff"], clean["text"]), (printed["diff"], printed["text"]))

    def failing(self, provider, mangle, expected, retried=True):
        """Only the turn with the edit is mangled; every attempt at it fails in the same way."""
        self.mangler.requests.clear()
        self.mangler.mangle = lambda body, path: mangle(body) if len(self.mangler.requests) >= 2 else [body]
        status, printed, errors = self.run_action(provider, self.mangler.port)
        self.assertEqual(3, status, errors)
        self.assertEqual("failed", printed["ended"])
        self.assertEqual("", printed["diff"], "nothing half-done is proposed")
        self.assertIn("provider", printed["error"] + "provider")
        self.assertRegex(printed["error"], "^%s %s" % (provider, expected))
        self.assertEqual(2 + (2 if retried else 0), len(self.mangler.requests))

    def test_a_cut_stream_is_no_result(self):
        for provider in APIS:
            for share in (0.1, 0.5, 0.7, 0.9):
                with self.subTest(provider, share=share):
                    self.failing(provider, lambda body: [body[: int(len(body) * share)]], "(ended its answer before it was complete|sent an answer that cannot be read)")

    def test_a_malformed_line_is_an_error(self):
        for provider in APIS:
            with self.subTest(provider):
                junk = b'{"model": oops\n' if provider == "ollama" else b'data: {"type": oops\n\n'
                self.failing(provider, lambda body: [body[: before_event(body)] + junk + body[before_event(body) :]], "sent an answer that cannot be read")

    def test_an_error_in_the_stream_is_an_error(self):
        for provider in APIS:
            with self.subTest(provider):
                self.failing(provider, lambda body: [body[: before_event(body)] + ERRORS[provider]], "(is overloaded|failed).*: Overloaded")

    def test_vllms_flat_error_is_an_error_though_done_follows(self):
        flat = b'data: {"object":"error","message":"no tool parser","type":"BadRequestError","code":400}\n\ndata: [DONE]\n\n'
        self.failing("openai", lambda body: [flat], "refused the request: no tool parser", retried=False)

    def test_a_sentinel_with_more_behind_it_is_none(self):
        self.failing("openai", lambda body: [body.replace(b"[DONE]", b"[DONE]xyz")], "sent an answer that cannot be read")

    def test_arguments_that_the_limit_cut_off_are_never_carried_out(self):
        """The edit's arguments are short of their end, and the reason is the length: the run goes on and asks again."""
        cuts = {
            "anthropic": lambda body: re.sub(rb'"stop_reason":"tool_use"', b'"stop_reason":"max_tokens"', drop_last_piece(body, b"input_json_delta")),
            "openai": lambda body: body.replace(b'"finish_reason":"tool_calls"', b'"finish_reason":"length"'),
        }
        for provider, change in cuts.items():
            with self.subTest(provider):
                self.mangler.requests.clear()
                self.mangler.mangle = lambda body, path: [change(body)] if len(self.mangler.requests) == 2 else [body]
                _, printed, _ = self.run_action(provider, self.mangler.port)
                self.assertIn("cut off", json.dumps(self.mangler.requests[2][2]))
                self.assertEqual(1, printed["diff"].count("+    int n = 0;"), "asked again it is whole, and carried out once")

    def test_a_passing_trouble_is_got_over(self):
        for provider in APIS:
            with self.subTest(provider):
                self.mangler.requests.clear()
                self.mangler.mangle = lambda body, path: [body[:40]] if len(self.mangler.requests) == 2 else [body]
                status, printed, errors = self.run_action(provider, self.mangler.port)
                self.assertEqual(0, status, errors)
                self.assertEqual(4, len(self.mangler.requests))
                self.assertIn("+    int n = 0; //", printed["diff"])


def drop_last_piece(body, kind):
    """The stream without the last event that holds `kind`."""
    events = body.split(b"\n\n")
    last = max(i for i, event in enumerate(events) if kind in event)
    return b"\n\n".join(events[:last] + events[last + 1 :])


if __name__ == "__main__":
    unittest.main()
