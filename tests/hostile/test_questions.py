"""What a person is asked: what they read is what runs, the words are ours, and no answer is a no."""
import json
import unittest

from cases import from_cases
from hostile import HostileTest

from editor import uri_of

ZERO = {"line": 0, "character": 0}
TITLES = ["Deny", "Allow once", "Allow always in this workspace"]


@from_cases("questions")
class QuestionCases(HostileTest):
    files = {"a.txt": "text\n"}

    def ask(self, *turns, client="vscode", answer=None):
        model = self.scripted(*turns, "Done.")
        editor = self.editor(client, COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        editor.answer_question = lambda parameters: {"title": answer} if answer else None
        path = self.workspace / "a.txt"
        editor.open(path, "plaintext")
        editor.execute("countersign.ask", {"uri": uri_of(path), "range": {"start": ZERO, "end": ZERO}, "instruction": "go"})
        return editor, model

    def end(self, editor, model, turns):
        editor.until(lambda: len(model.requests) == turns, "the end of the run")
        self.assertEqual(0, editor.shut_down())

    def test_ui_002(self):
        argv = ["printf", "\u202egnp.exe", "\x1b[2J\x1b]0;safe\x07", "a\nRun: ls", "\u200b"]
        editor, model = self.ask([("run_command", {"argv": argv})])
        self.end(editor, model, 2)
        question = editor.questions[0]["message"]
        self.assertNotRegex(question, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
        self.assertIn("\\u{202E}gnp.exe", question)
        self.assertIn("a\\nRun: ls", question)
        for person in self.each_person():
            done, _, _ = self.run_model(person, [("run_command", {"argv": argv})], level="propose", answers="n\n")
            self.assertIn("\\u{202E}gnp.exe".encode(), done.stderr)
            self.assertNotRegex(done.stderr, "[\x1b\x07\u202e]".encode())

    def test_ui_003(self):
        editor, model = self.ask(
            [("run_command", {"argv": ["true", "Allow once"]})], [("run_command", {"argv": ["sh", "-c", "Yes, and raise the level"]})]
        )
        self.end(editor, model, 3)
        self.assertEqual([TITLES, TITLES[:2]], [[a["title"] for a in q["actions"]] for q in editor.questions])
        for question in editor.questions:
            self.assertTrue(question["message"].startswith("Countersign: run this command in the sandbox?\n"))

    def test_ui_004(self):
        """No dialogue and no answer: the run ends without the command when it is cancelled, and nothing has run."""
        editor, model = self.ask([("run_command", {"argv": ["true"]})], client="plain")
        editor.until(lambda: any("run this command" in m for m in editor.messages), "the question")
        editor.execute("countersign.cancel")
        editor.message("cancelled")
        self.assertEqual(0, editor.shut_down())
        self.assertEqual([], [f for _, f in self.ledger("command") if f["outcome"] == "started"])
        editor, model = self.ask([("run_command", {"argv": ["true"]})], client="vscode")
        self.end(editor, model, 2)
        self.assertRegex(model.results()[0], "is not run: the question was closed without an answer")

    def test_ui_007(self):
        calls = [[("run_command", {"argv": argv})] for argv in (["git", "status"], ["git", "status"], ["git", "status", "-s"], ["git", "log"], ["python3", "x.py"])]
        editor, model = self.ask(*calls, answer=TITLES[2])
        self.end(editor, model, 6)
        self.assertEqual(4, len(editor.questions), "the very same command again, and nothing else, is not asked about")
        editor, model = self.ask([("run_command", {"argv": ["git", "status"], "directory": "."})], [("run_command", {"argv": ["git", "status", "."]})])
        self.end(editor, model, 3)
        self.assertEqual(1, len(editor.questions))
        editor, model = self.ask([("run_command", {"argv": ["sh", "-c", "git status"]})], answer=TITLES[2])
        self.end(editor, model, 2)
        self.assertIn("is not run", model.results()[0])

    def test_ui_009(self):
        calls = [
            [("set_level", {"level": "connected"})],
            [("run_command", {"argv": ["true"], "sandbox": False})],
            [("create_file", {"path": ".countersign.toml", "content": "level = \"connected\"\n"})],
            [("run_command", {"argv": ["countersign", "lsp", "--level", "connected"]})],
        ]
        for person in self.each_person():
            done, printed, model = self.run_model(person, *calls, level="propose", answers="n\n" * 4)
            names = {tool["function"]["name"] for tool in model.requests[0]["tools"]}
            self.assertEqual(set(), {name for name in names if any(word in name for word in ("level", "config", "sandbox", "setting", "approve"))})
            results = model.results()
            self.assertRegex(results[0], "^not_found: ")
            self.assertRegex(results[1], "^invalid_params: ")
            self.assertRegex(results[2], "^denied: ")
            self.assertRegex(results[3], "^denied: ")
            self.assertEqual([], printed["changes"])
            self.assertNotIn("sandbox", json.dumps(printed["changes"]))


if __name__ == "__main__":
    unittest.main()
