"""The same scripted conversation, two calls side by side, an edit and a last word, over each API gives the same proposal."""
import pathlib
import sys
import unittest

from stand_in import APIS, CONVERSATION, Aimock, Mangler, ModelTest, need_modules

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wire"))


class Conversation(ModelTest):
    def setUp(self):
        super().setUp()
        need_modules(self, "@copilotkit/aimock")
        self.aimock = self.standing_in(Aimock(CONVERSATION))
        self.mangler = self.standing_in(Mangler(self.aimock.port))

    def test_every_api_gives_the_same_proposal(self):
        proposals = {}
        for provider in APIS:
            with self.subTest(provider):
                status, printed, errors = self.run_action(provider, self.mangler.port)
                self.assertEqual(0, status, errors)
                self.assertEqual("done", printed["ended"])
                self.assertEqual("I added a comment \u2014 nothing else.", printed["text"])
                self.assertEqual((3, 3), (printed["steps"], printed["tool_calls"]))
                proposals[provider] = printed["diff"]
        self.assertEqual(1, len(set(proposals.values())), proposals)
        self.assertIn("+    int n = 0; // caf\u00e9 \U0001f600\n", next(iter(proposals.values())))

    def test_calls_and_results_come_in_pairs_and_nothing_is_lost(self):
        for provider in APIS:
            with self.subTest(provider):
                self.mangler.requests.clear()
                self.run_action(provider, self.mangler.port)
                self.assertEqual(3, len(self.mangler.requests))
                path, headers, last = self.mangler.requests[-1]
                text = str(last)
                for expected in ("Let me look \u2014 first.", "int count_of", "edited src/count.cpp"):
                    self.assertIn(expected, text)
                if provider == "anthropic":
                    self.assertEqual(["user", "assistant"] * 2 + ["user"], [m["role"] for m in last["messages"]])
                    results = [b for b in last["messages"][2]["content"] if b["type"] == "tool_result"]
                    self.assertEqual(["call_read_1", "call_outline_2"], [r["tool_use_id"] for r in results])
                    self.assertEqual("2023-06-01", headers["anthropic-version"])
                    self.assertEqual("sk-test-anthropic-key", headers["x-api-key"])
                elif provider == "openai":
                    tools = [m for m in last["messages"] if m["role"] == "tool"]
                    self.assertEqual(["call_read_1", "call_outline_2", "call_edit_3"], [m["tool_call_id"] for m in tools])
                    self.assertEqual("Bearer sk-test-openai-key", headers["authorization"])
                elif provider == "openai-responses":
                    outputs = [i for i in last["input"] if i["type"] == "function_call_output"]
                    self.assertEqual(["call_read_1", "call_outline_2", "call_edit_3"], [i["call_id"] for i in outputs])
                    self.assertIs(False, last["store"])
                else:
                    self.assertNotIn("authorization", headers)
                    self.assertEqual(32768, last["options"]["num_ctx"])
                    self.assertEqual(["read_file", "outline", "edit_file"], [m["tool_name"] for m in last["messages"] if m["role"] == "tool"])

    def test_the_key_is_written_nowhere(self):
        for provider in APIS:
            _, printed, errors = self.run_action(provider, self.mangler.port, "--log-level", "debug")
            self.assertNotIn("sk-test", errors + str(printed))
        self.assertNotIn(b"sk-test", self.everything_written())

    def test_the_editor_gets_the_same_proposal_as_the_command_line(self):
        import fixture

        for provider in APIS:
            with self.subTest(provider):
                _, printed, _ = self.run_action(provider, self.mangler.port)

                class Editing(fixture.WireTest):
                    files = {"src/count.cpp": (self.workspace / "src" / "count.cpp").read_text()}

                    def runTest(test):
                        editor = test.editor(
                            COUNTERSIGN_PROVIDER=provider,
                            COUNTERSIGN_BASE_URL="http://127.0.0.1:%d%s" % (self.mangler.port, APIS[provider]),
                            ANTHROPIC_API_KEY="sk-test",
                            OPENAI_API_KEY="sk-test",
                        )
                        editor.open(test.workspace / "src" / "count.cpp", "cpp")
                        uri = "file://%s" % str(test.workspace / "src" / "count.cpp").replace(" ", "%20")
                        here = {"line": 2, "character": 6}
                        argument = {"uri": uri, "range": {"start": here, "end": here}, "instruction": "say what n is"}
                        editor.execute("countersign.refactor", argument)
                        number = editor.proposal()
                        test.assertEqual({"src/count.cpp": printed["changes"][0]["new_text"]}, test.proposed(editor, number))

                result = unittest.TestResult()
                Editing().run(result)
                self.assertEqual([], [text for _, text in result.errors + result.failures])


if __name__ == "__main__":
    unittest.main()
