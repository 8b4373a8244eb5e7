"""The review document is a view of the proposal that a person may edit, and decide from."""
import os
import stat
import unittest

from editor import Refused
from fixture import WireTest
from samples import CPP_PROJECT


class ReviewDocument(WireTest):
    files = CPP_PROJECT

    def setUp(self):
        super().setUp()
        self.source = self.workspace / "report.cpp"

    def propose(self, client="vscode"):
        editor = self.editor(client)
        editor.open(self.source, "cpp")
        editor.run(editor.pick(self.source, "Refactor `report`", "int sum = 0"))
        number = editor.proposal()
        return editor, number

    def open_review(self, editor, number, language="diff"):
        editor.execute("countersign.review", {"proposal": number})
        document = self.review_path(number)
        if editor.behaviour.opens_documents == "yes":
            editor.until(lambda: str(document) in editor.opened, "showDocument of " + str(document))
        editor.open(document, language)
        return document

    def test_is_a_private_file_that_patch_can_read(self):
        editor, number = self.propose()
        path = self.review_path(number)
        self.assertEqual(0, stat.S_IMODE(os.stat(path).st_mode) & 0o077)
        self.assertEqual(0, stat.S_IMODE(os.stat(self.state).st_mode) & 0o077)
        self.assertIn("report.cpp", self.proposed(editor, number))
        self.assertIn(str(self.workspace), self.review_text(number))

    def test_a_client_that_cannot_be_shown_a_document_is_told_its_path(self):
        for client in ("neovim-0.7", "eglot-1.9", "plain"):
            with self.subTest(client=client):
                editor, number = self.propose(client)
                editor.execute("countersign.review", {"proposal": number})
                editor.message(r"%s\.\d+\.diff" % number)

    def test_offers_decisions_on_itself(self):
        editor, number = self.propose()
        document = self.open_review(editor, number)
        hunk = self.review_text(number).index("@@ ")
        line = self.review_text(number)[:hunk].count("\n") + 1
        here = {"line": line, "character": 0}
        titles = [a["title"] for a in editor.actions(document, range={"start": here, "end": here})]
        for title in ("Apply all", "Apply this file", "Apply this hunk", "Discard this hunk", "Discard"):
            self.assertTrue(any(t.startswith(title) for t in titles), (title, titles))

    def test_offers_nothing_else_on_itself(self):
        editor, number = self.propose()
        document = self.open_review(editor, number)
        titles = [a["title"] for a in editor.actions(document)]
        self.assertFalse([t for t in titles if t.startswith(("Explain", "Refactor", "Add tests"))], titles)

    def test_is_known_by_its_path_whatever_the_language(self):
        """eglot 1.9 may call it python."""
        editor, number = self.propose()
        document = self.open_review(editor, number, language="python")
        self.assertTrue([a for a in editor.actions(document) if a["title"].startswith("Apply all")])

    def test_applies_as_proposed_from_the_document(self):
        editor, number = self.propose()
        expected = self.proposed(editor, number)["report.cpp"]
        document = self.open_review(editor, number)
        editor.run(editor.pick(document, "Apply all"))
        editor.applied(number)
        self.assertEqual(expected, editor.buffers[str(self.source)].text)

    def test_applies_one_hunk_from_the_document(self):
        editor, number = self.propose()
        before, whole = editor.buffers[str(self.source)].text, self.proposed(editor, number)["report.cpp"]
        document = self.open_review(editor, number)
        text = editor.buffers[str(document)].text
        line = text[: text.rindex("\n@@ ")].count("\n") + 2
        here = {"line": line, "character": 0}
        editor.run(editor.pick(document, "Apply this hunk", range={"start": here, "end": here}))
        editor.applied(number)
        after = editor.buffers[str(self.source)].text
        self.assertEqual(before[: before.index("int sum")], after[: after.index("int sum")])
        self.assertEqual(whole[whole.index("int sum") :], after[after.index("int sum") :])

    def test_applies_what_the_person_made_of_it(self):
        editor, number = self.propose()
        document = self.open_review(editor, number)
        text = editor.buffers[str(document)].text
        added = next(l for l in text.splitlines() if l.startswith("+") and not l.startswith("+++") and len(l.strip()) > 3)
        edited = text.replace(added + "\n", added + " // by hand\n", 1)
        editor.set_text(document, edited)
        editor.run(editor.pick(document, "Apply all"))
        editor.applied(number)
        self.assertIn(added[1:] + " // by hand\n", editor.buffers[str(self.source)].text)

    def test_an_edit_of_the_document_that_makes_no_sense_is_refused_with_its_line(self):
        editor, number = self.propose()
        document = self.open_review(editor, number)
        text = editor.buffers[str(document)].text
        at = text.index("\n@@ ") + 1
        editor.set_text(document, text[:at] + "@@ nonsense @@\n" + text[text.index("\n", at) + 1 :])
        line = text[:at].count("\n") + 1
        try:
            editor.run(editor.pick(document, "Apply all"))
            editor.message(r"\b%d\b" % line)
        except Refused as refused:
            self.assertRegex(refused.text, r"\b%d\b" % line)
        self.assertEqual([], editor.edits)

    def test_a_document_that_names_other_files_reaches_none_of_them(self):
        editor, number = self.propose()
        document = self.open_review(editor, number)
        text = editor.buffers[str(document)].text
        for target in ("../outside.cpp", "clamp.cpp", "/etc/passwd"):
            with self.subTest(target=target):
                editor.set_text(document, text.replace("report.cpp", target))
                try:
                    editor.run(editor.pick(document, "Apply all"))
                    editor.message(r".+")
                except (Refused, AssertionError):
                    pass
                self.assertEqual([], editor.edits)
                editor.messages.clear()

    def test_discards_from_the_document(self):
        editor, number = self.propose()
        document = self.open_review(editor, number)
        discard = [a for a in editor.actions(document) if a["title"].startswith("Discard") and "hunk" not in a["title"]]
        editor.run(discard[0])
        editor.message(r"(?i)discarded")
        self.assertEqual([], editor.edits)
        self.assertFalse([a for a in editor.actions(self.source, "int sum") if "#" + number in a["title"]])


if __name__ == "__main__":
    unittest.main()
