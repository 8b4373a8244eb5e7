"""Our requests against the vendors' own types: each body of a whole conversation is assigned to the SDK's type, and tsc judges."""
import json
import subprocess
import unittest

from stand_in import APIS, CONVERSATION, MODULES, Aimock, Mangler, ModelTest, need_modules, node

TYPES = {
    "anthropic": ('import Anthropic from "@anthropic-ai/sdk";', "Anthropic.MessageCreateParamsStreaming"),
    "openai": ('import OpenAI from "openai";', "OpenAI.Chat.ChatCompletionCreateParamsStreaming"),
    "openai-responses": ('import OpenAI from "openai";', "OpenAI.Responses.ResponseCreateParamsStreaming"),
    "ollama": ('import type { ChatRequest } from "ollama";', "ChatRequest & { stream: true }"),
}


class Requests(ModelTest):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock", "@anthropic-ai/sdk", "openai", "ollama", "typescript")

    def tsc(self, sources):
        folder = self.root / "types"
        folder.mkdir(exist_ok=True)
        (folder / "node_modules").unlink(missing_ok=True)
        (folder / "node_modules").symlink_to(MODULES)
        (folder / "package.json").write_text('{"type": "module"}')
        for name, text in sources.items():
            (folder / name).write_text(text)
        return subprocess.run(
            [node(), str(MODULES / "typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", *sources],
            cwd=folder, capture_output=True, text=True,
        )

    def source(self, provider, body):
        imported, type_ = TYPES[provider]
        return "%s\nexport const body: %s = %s;\n" % (imported, type_, json.dumps(body, indent=1))

    def test_every_body_has_the_vendors_type(self):
        mangler = self.standing_in(Mangler(self.standing_in(Aimock(CONVERSATION)).port))
        sources = {}
        # The types of Ollama's client lack fields that its own documentation of the API has, as the id of a call.
        for provider in (each for each in APIS if each != "ollama"):
            mangler.requests.clear()
            self.run_action(provider, mangler.port)
            self.assertEqual(3, len(mangler.requests))
            for number, (_, _, body) in enumerate(mangler.requests):
                sources["%s_%d.ts" % (provider.replace("-", "_"), number)] = self.source(provider, body)
        done = self.tsc(sources)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_a_wrong_body_is_found(self):
        tool = {"name": "x", "description": "d", "parameters": {"type": "object"}}
        body = {"model": "m", "max_tokens": 1, "stream": True, "tools": [tool], "messages": [{"role": "user", "content": [{"type": "tool_result", "tool_call_id": "a"}]}]}
        done = self.tsc({"wrong.ts": self.source("anthropic", body)})
        self.assertNotEqual(0, done.returncode)
        self.assertIn("tool", done.stdout)


if __name__ == "__main__":
    unittest.main()
