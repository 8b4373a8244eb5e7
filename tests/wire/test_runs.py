"""Runs that are cancelled, outlived or many. A folder of many files gives them something to do."""
import unittest

from editor import uri_of
from fixture import WireTest
from samples import CPP_PROJECT

AT_ONCE = 12


class Runs(WireTest):
    files = {**CPP_PROJECT, **{"many/f%d.cpp" % n: "int g%d() { return at_least(1, %d); }\n" % (n, n) for n in range(400)}}

    def setUp(self):
        super().setUp()
        self.path = self.workspace / "clamp.cpp"

    def started(self, client="vscode"):
        """(editor, requests): explanations that were asked for all at once; nothing has been waited for."""
        editor = self.editor(client)
        editor.open(self.path, "cpp")
        command = editor.pick(self.path, "Explain `at_least`", "value < low")["command"]
        ask = {"command": command["command"], "arguments": command["arguments"]}
        return editor, [editor.connection.request("workspace/executeCommand", ask) for _ in range(AT_ONCE)]

    def runs(self, editor, requests):
        editor.until(lambda: all(r in editor._responses for r in requests), "answers to %d commands" % len(requests))
        return [editor._responses[r]["result"]["run"] for r in requests]

    def ends(self, editor):
        return {token: values[-1].get("message") for token, values in editor.progress.items() if values and values[-1]["kind"] == "end"}

    def test_cancel_without_a_run_stops_them_all(self):
        editor, requests = self.started()
        editor.connection.request("workspace/executeCommand", {"command": "countersign.cancel", "arguments": []})
        self.runs(editor, requests)
        editor.message(r"cancelled")
        editor.until(lambda: len(editor.opened) + len(editor.messages) >= AT_ONCE, "a word on each run")
        self.assertEqual([], [a["title"] for a in editor.actions(self.path) if a["title"].startswith("Cancel")])

    def test_cancel_stops_the_one_that_is_named(self):
        editor, requests = self.started()
        run = self.runs(editor, requests)[-1]
        editor.execute("countersign.cancel", {"run": run})
        editor.until(lambda: len(editor.opened) + len(editor.messages) >= AT_ONCE, "a word on each run")
        self.assertLessEqual(len([m for m in editor.messages if "cancelled" in m]), 1)

    def test_cancel_by_the_editors_own_button(self):
        editor, requests = self.started()
        for run in self.runs(editor, requests):
            editor.connection.notify("window/workDoneProgress/cancel", {"token": run})
        editor.until(lambda: len(editor.opened) + len(editor.messages) >= AT_ONCE, "a word on each run")
        for values in editor.progress.values():
            self.assertLessEqual(len([v for v in values if v["kind"] == "end"]), 1)

    def test_cancel_is_offered_while_they_work(self):
        editor, requests = self.started("eglot-1.9")  # has no button for it
        asked = editor.connection.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri_of(self.path)}, "range": editor.selection(self.path, "value"), "context": {"diagnostics": []}},
        )
        editor.until(lambda: asked in editor._responses, "code actions")
        titles = [action["title"] for action in editor._responses[asked]["result"]]
        self.assertTrue([t for t in titles if t.startswith("Cancel ")], titles)
        self.runs(editor, requests)

    def test_a_session_that_ends_ends_them(self):
        editor, _ = self.started()
        self.assertEqual(0, editor.shut_down())

    def test_an_editor_that_dies_ends_them(self):
        editor, _ = self.started()
        editor.connection.close_input()
        editor.connection.wait_exit()

    def test_nothing_is_left_of_a_run_that_was_cancelled_but_its_record(self):
        editor, requests = self.started()
        editor.connection.request("workspace/executeCommand", {"command": "countersign.cancel", "arguments": []})
        self.runs(editor, requests)
        editor.until(lambda: len(editor.opened) + len(editor.messages) >= AT_ONCE, "a word on each run")
        self.assertEqual(0, editor.shut_down())
        self.assertEqual([], self.ledger("proposal", "approval", "applied"))


if __name__ == "__main__":
    unittest.main()
