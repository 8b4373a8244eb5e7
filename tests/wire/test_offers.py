"""What is offered where. Offers come from memory: no run begins, no file is written."""
import unittest

from editor import uri_of
from fixture import WireTest
from samples import CPP_PROJECT, PYTHON


class Offers(WireTest):
    files = {**CPP_PROJECT, "clamp.py": PYTHON, "notes.xyz": "just words\n"}

    def titles(self, editor, path, marker=None, **where):
        return {a["title"]: a for a in editor.actions(self.workspace / path, marker, **where)}

    def opened(self, path, language, client="vscode"):
        editor = self.editor(client)
        editor.open(self.workspace / path, language)
        return editor

    def test_a_cpp_function(self):
        titles = self.titles(self.opened("clamp.cpp", "cpp"), "clamp.cpp", "value < low")
        for title in ("Explain `at_least`", "Refactor `at_least`", "Add tests for `at_least`", "Refactor: invert if"):
            self.assertIn(title, titles)
            self.assertNotIn("disabled", titles[title])
        self.assertTrue(any(t.startswith("Countersign: status") for t in titles))

    def test_a_python_function(self):
        titles = self.titles(self.opened("clamp.py", "python"), "clamp.py", "value < low")
        for title in ("Explain `at_least`", "Refactor `at_least`", "Add tests for `at_least`"):
            self.assertIn(title, titles)
            self.assertNotIn("disabled", titles[title])

    def test_a_language_nobody_knows_still_offers_explain_and_says_why_not_more(self):
        titles = self.titles(self.opened("notes.xyz", "xyz"), "notes.xyz", "words")
        self.assertTrue(any(t.startswith("Explain") and "disabled" not in a for t, a in titles.items()))
        refused = [a["disabled"]["reason"] for t, a in titles.items() if t.startswith("Refactor") and "disabled" in a]
        self.assertTrue(refused and all(refused), titles)

    def test_disabled_actions_only_for_clients_that_draw_them(self):
        titles = self.titles(self.opened("notes.xyz", "xyz", "eglot-1.9"), "notes.xyz", "words")
        self.assertEqual([], [t for t, a in titles.items() if "disabled" in a])

    def test_status_says_why_nothing_else_is_offered(self):
        editor = self.opened("notes.xyz", "xyz", "eglot-1.9")
        action = editor.pick(self.workspace / "notes.xyz", "Countersign: status", "words")
        editor.run(action)
        self.assertTrue(editor.message(r".+"))

    def test_fix_is_offered_for_a_problem_of_any_server(self):
        editor = self.opened("clamp.cpp", "cpp")
        where = editor.selection(self.workspace / "clamp.cpp", "return low", 10)
        problem = {"range": where, "severity": 1, "source": "clangd", "code": "x", "message": "use of undeclared identifier 'low'"}
        titles = self.titles(editor, "clamp.cpp", "return low", diagnostics=[problem])
        self.assertTrue(any(t.startswith("Fix") and "disabled" not in a for t, a in titles.items()), titles)

    def test_ask_comes_from_a_comment(self):
        editor = self.editor()
        path = self.workspace / "clamp.cpp"
        editor.open(path, "cpp", self.text("clamp.cpp").replace("    if (", "    // countersign: make this branchless\n    if ("))
        titles = self.titles(editor, "clamp.cpp", "// countersign")
        self.assertTrue(any(t.startswith("Ask") and "branchless" in t for t in titles), titles)

    def test_only_of_the_kinds_that_were_asked_for(self):
        editor = self.opened("clamp.cpp", "cpp")
        path = self.workspace / "clamp.cpp"
        for only in (["source.organizeImports"], ["source"], ["quickfix"], ["refactor.extract"], ["refactor.rewrite"], ["refactor"]):
            with self.subTest(only=only):
                context = {"diagnostics": [], "only": only}
                parameters = {"textDocument": {"uri": uri_of(path)}, "range": editor.selection(path, "value < low"), "context": context}
                kinds = [a["kind"] for a in editor.call("textDocument/codeAction", parameters) or [] if "kind" in a]
                for kind in kinds:
                    self.assertTrue(any(kind == wanted or kind.startswith(wanted + ".") for wanted in only), (kind, only))
                self.assertEqual(bool(kinds), any(wanted in ("refactor", "refactor.rewrite") for wanted in only) or bool(kinds) and "quickfix" in only)

    def test_commands_that_are_offered_are_announced(self):
        editor = self.opened("clamp.cpp", "cpp")
        announced = editor.server["capabilities"]["executeCommandProvider"]["commands"]
        for action in editor.actions(self.workspace / "clamp.cpp", "value < low"):
            if "command" in action:
                self.assertIn(action["command"]["command"], announced)

    def test_a_command_of_another_server_is_refused_gently(self):
        from editor import Refused

        editor = self.editor()
        try:
            editor.execute("pylsp.doSomething", {"a": 1})
        except Refused as refused:
            self.assertIn(refused.code, (-32601, -32602))
        self.assertEqual([], editor.messages)

    def test_a_file_outside_every_folder_gets_no_run(self):
        outside = self.root / "outside.cpp"
        outside.write_text("int f()\n{\n    return 1;\n}\n")
        editor = self.editor()
        editor.open(outside, "cpp")
        for action in editor.actions(outside, "return 1"):
            if "command" in action and action["command"]["command"] != "countersign.status":
                self.fail("offered outside the workspace: %r" % action)

    def test_a_file_that_is_not_open_is_answered(self):
        editor = self.editor()
        found = editor.call(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": uri_of(self.workspace / "clamp.cpp")},
                "range": {"start": {"line": 5, "character": 4}, "end": {"line": 5, "character": 4}},
                "context": {"diagnostics": []},
            },
        )
        self.assertTrue(found is None or isinstance(found, list))


if __name__ == "__main__":
    unittest.main()
