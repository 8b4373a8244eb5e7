"""The vendors' own clients read the same bytes: the same text and the same calls, but where we are stricter."""
import json
import subprocess
import unittest

from stand_in import APIS, CONVERSATION, FOLDER, Aimock, Mangler, ModelTest, need_modules, node
from test_mangled import SAME, SAME_SSE, drop_last_piece


class Sdks(ModelTest):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock", "@anthropic-ai/sdk", "openai", "ollama")
        # The first turn again and again: one reply is compared.
        self.aimock = self.standing_in(Aimock([{"match": {}, "response": CONVERSATION[-1]["response"]}]))
        self.mangler = self.standing_in(Mangler(self.aimock.port))

    def theirs(self, provider):
        base = "http://127.0.0.1:%d%s" % (self.mangler.port, APIS[provider])
        done = subprocess.run([node(), str(FOLDER / "sdk_reply.mjs"), provider, base], capture_output=True, text=True, timeout=120)
        return json.loads(done.stdout)

    def ours(self, provider):
        """The first reply as the run's transcript has it; an error if it has none."""
        for path in (self.root / "home").rglob("*.jsonl"):
            path.unlink()
        self.run_action(provider, self.mangler.port, "--max-steps", "1")
        [transcript] = (self.root / "home").rglob("runs/*.jsonl")
        for line in transcript.read_text().splitlines():
            entry = json.loads(line)
            if entry["kind"] == "reply":
                message = entry["reply"]["message"]
                calls = [{"name": call["name"], "arguments": call["arguments"]} for call in message.get("calls", [])]
                return {"text": message.get("text", ""), "calls": calls}
        return {"error": "no reply"}

    def test_the_same_bytes_mean_the_same(self):
        for provider in APIS:
            for name, mangle in {"clean": lambda body, path: [body], **SAME, **({} if provider == "ollama" else SAME_SSE)}.items():
                # Their NDJSON reader takes no byte order mark.
                if provider == "ollama" and name == "a byte order mark":
                    continue
                # OpenAI's client ends at an event that it does not know, which no server may rely on.
                if provider.startswith("openai") and name == "unknown events and fields":
                    continue
                with self.subTest(provider, mangle=name):
                    self.mangler.mangle = mangle
                    theirs = self.theirs(provider)
                    theirs.pop("stop", None)
                    self.assertEqual(theirs, self.ours(provider))

    def test_we_are_stricter_where_they_lose_something(self):
        """A cut Chat stream is a message to them; a call cut off by the limit is, to Anthropic's, one without arguments."""
        self.mangler.mangle = lambda body, path: [body[: body.index(b"tool_calls\":[{\"index\":0") + 20].rsplit(b"\n\n", 1)[0] + b"\n\n"]
        self.assertEqual({"error": "no reply"}, self.ours("openai"))
        cut = lambda body, path: [drop_last_piece(body, b"input_json_delta").replace(b'"stop_reason":"tool_use"', b'"stop_reason":"max_tokens"')]
        self.mangler.mangle = cut
        self.assertEqual(1, len(self.ours("anthropic")["calls"]), "the whole call is kept, the cut one is none")


if __name__ == "__main__":
    unittest.main()
