"""A review document that somebody edited, and texts that replace others: nothing but the proposal's own files and hunks is ever applied."""
import json
import unittest

from cases import from_cases
from hostile import HostileTest

from editor import Refused, uri_of

ZERO = {"line": 0, "character": 0}


@from_cases("patches")
class PatchCases(HostileTest):
    files = {"a.txt": "one\ntwo\nthree\n", "crlf.txt": "one\r\ntwo\r\nthree\r\n", "twice.txt": "x\ny\nx\n", "run.sh": "#!/bin/sh\n"}

    def propose(self):
        model = self.scripted([("edit_file", {"path": "a.txt", "old_text": "two", "new_text": "TWO"})], "Done.")
        editor = self.editor("vscode", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        path = self.workspace / "a.txt"
        editor.open(path, "plaintext")
        editor.execute("countersign.ask", {"uri": uri_of(path), "range": {"start": ZERO, "end": ZERO}, "instruction": "go"})
        number = editor.proposal()
        document = self.review_path(number)
        editor.open(document, "diff")
        return editor, number, document

    def assert_refused(self, edit):
        """What becomes of it when somebody edits the document so and applies it: nothing."""
        editor, number, document = self.propose()
        text = editor.buffers[str(document)].text
        changed = edit(text)
        self.assertNotEqual(text, changed)
        editor.set_text(document, changed)
        said = ""
        try:
            editor.run(editor.pick(document, "Apply all"))
            editor.until(lambda: editor.messages, "a word on what became of it")
        except Refused as refused:
            said = refused.text
        said += " ".join(editor.messages)
        self.assertEqual([], editor.edits, said)
        self.assertNotIn("applied #", said.replace("not applied #", ""))
        self.assertTrue(said)
        self.assertEqual(0, editor.shut_down())

    def test_patch_002(self):
        self.assert_refused(lambda text: text.replace("+++ b/a.txt", "+++ /etc/passwd"))
        self.assert_refused(lambda text: text.replace("--- a/a.txt", "--- /etc/passwd").replace("+++ b/a.txt", "+++ /etc/passwd"))

    def test_patch_003(self):
        self.assert_refused(lambda text: text.replace("--- a/a.txt", "rename from a.txt\nrename to ../y\n--- a/a.txt"))
        self.assert_refused(lambda text: text.replace("--- a/a.txt\n", "similarity index 90%\nrename from a.txt\nrename to ../y\n--- a/a.txt\n").replace("+++ b/a.txt", "+++ b/../y"))

    def test_patch_004(self):
        self.assert_refused(lambda text: text.replace("--- a/a.txt", "new file mode 120000\n--- /dev/null"))
        self.assert_refused(lambda text: text + "\ndiff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n")

    def test_patch_008(self):
        self.assert_refused(lambda text: text + "\ndiff --git a/b.bin b/b.bin\nGIT binary patch\nliteral 1000000000\nzcmV\n\n")

    def test_patch_009(self):
        """The mode is no part of a proposal: the document is refused, or what is applied is the text alone."""
        editor, number, document = self.propose()
        text = editor.buffers[str(document)].text
        editor.set_text(document, text.replace("--- a/a.txt", "old mode 100755\nnew mode 104755\n--- a/a.txt"))
        try:
            editor.run(editor.pick(document, "Apply all"))
            editor.until(lambda: editor.messages or editor.edits, "a word on what became of it")
        except Refused:
            pass
        for edit in editor.edits:
            self.assertNotIn("mode", json.dumps(edit))
            self.assertNotIn("04755", json.dumps(edit))
        self.assertEqual(0, editor.shut_down())

    def test_patch_010(self):
        self.assert_refused(lambda text: "!touch pwned\n1,3d\nw\nq\n")
        self.assert_refused(lambda text: text[: text.index("--- a/")] + "*** a.txt\n--- a.txt\n***************\n1d\n!id\n.\n")
        self.assertFalse((self.workspace / "pwned").exists())

    def test_patch_011(self):
        self.assert_refused(lambda text: text.replace("--- a/a.txt", '--- "a/\\056\\056/x"').replace("+++ b/a.txt", '+++ "b/\\056\\056/x"'))

    def test_patch_012(self):
        for person in self.each_person():
            self.give_to(person)
            _, printed, model = self.run_model(person, [("edit_file", {"path": "twice.txt", "old_text": "x\n", "new_text": "z\n"})])
            self.assertRegex(model.results()[0], "^ambiguous: ")
            self.assertEqual([], printed["changes"])

    def test_patch_013(self):
        for person in self.each_person():
            self.write("crlf.txt", self.files["crlf.txt"])
            self.give_to(person)
            call = [("edit_file", {"path": "crlf.txt", "old_text": "one\ntwo\n", "new_text": "one\nTWO\nnew\n"})]
            self.run_model(person, call, options=["--apply"], answers="y\n")
            self.assertEqual(b"one\r\nTWO\r\nnew\r\nthree\r\n", (self.workspace / "crlf.txt").read_bytes())


if __name__ == "__main__":
    unittest.main()
