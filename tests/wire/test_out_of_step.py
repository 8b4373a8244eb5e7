"""A document of which a change was lost or came out of order (Helix 25.01): nobody knows what the editor shows. The person is told once, and
nothing is proposed for it or applied to it until it is opened again.
"""
import shutil
import unittest

from editor import Refused, uri_of
from fixture import WireTest
from samples import CLAMP, CPP_PROJECT
from texts import range_of

TOLD = r"(?s)clamp\.cpp is not known any more.*open it again"


class OutOfStep(WireTest):
    files = CPP_PROJECT

    def setUp(self):
        super().setUp()
        self.path = self.workspace / "clamp.cpp"
        self.wanted = CLAMP.replace("value < low", "value <= low")
        self.number = self.store_proposal(7, {"clamp.cpp": self.wanted})

    def open(self, client="helix-25.01"):
        editor = self.editor(client)
        editor.open(self.path, "cpp")
        while not self.titles(editor, "Apply #7"):
            pass  # it is read in the background
        return editor

    def titles(self, editor, beginning):
        return [a["title"] for a in editor.actions(self.path) if a["title"].startswith(beginning)]

    def send(self, editor, version, new_text, begin=0, end=0, path=None):
        """A change as the editor's buffer had it, at whatever moment it comes."""
        path = path or self.path
        change = {"range": range_of(CLAMP, begin, end, editor.encoding), "text": new_text}
        document = {"uri": uri_of(path), "version": version}
        editor.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def type_out_of_order(self, editor, path=None):
        """Two lines, the second of which comes first."""
        first = editor.buffers[str(path or self.path)].version
        self.send(editor, first + 2, "// two\n", path=path)
        self.send(editor, first + 1, "// one\n", path=path)
        buffer = editor.buffers[str(path or self.path)]
        buffer.version, buffer.text = first + 2, "// two\n// one\n" + buffer.text

    def settle(self, editor):
        editor.execute("countersign.status")

    def reopen(self, editor):
        text = editor.buffers[str(self.path)].text
        editor.close(self.path)
        editor.open(self.path, "cpp", text)

    def test_is_said_once_and_nothing_is_applied_until_it_is_opened_again(self):
        for client in ("helix-25.01", "vscode", "neovim-0.12"):
            with self.subTest(client=client):
                editor = self.open(client)
                self.type_out_of_order(editor)
                editor.message(TOLD)
                self.send(editor, editor.buffers[str(self.path)].version - 1, "late\n")
                self.settle(editor)
                self.assertEqual(1, sum("is not known any more" in text for text in editor.messages))
                editor.messages.clear()
                editor.execute("countersign.apply", {"proposal": "7"})
                editor.message(r"#7 was not applied, nothing was changed: .*is not known any more")
                self.assertEqual(([], []), (editor.edits, self.ledger("approval")))
                text = editor.buffers[str(self.path)].text
                self.reopen(editor)
                editor.messages.clear()
                editor.execute("countersign.apply", {"proposal": "7"})
                editor.applied("7")
                self.assertEqual(text.replace("value < low", "value <= low"), editor.buffers[str(self.path)].text)
                self.assertEqual(0, editor.shut_down())
                shutil.rmtree(self.state)
                self.store_proposal(7, {"clamp.cpp": self.wanted})

    def test_nothing_is_offered_or_run_for_it(self):
        editor = self.open()
        action = editor.pick(self.path, "Refactor: invert if", "value < low")
        self.type_out_of_order(editor)
        editor.message(TOLD)
        self.assertEqual([], self.titles(editor, "Refactor") + self.titles(editor, "Explain"))
        with self.assertRaises(Refused) as refused:
            editor.run(action)
        self.assertIn("is not known any more", refused.exception.text)
        editor.messages.clear()
        editor.execute("countersign.status", {"uri": uri_of(self.path)})
        editor.message("Nothing is offered here: .*is not known any more")
        self.reopen(editor)
        self.assertNotEqual([], self.titles(editor, "Explain"))

    def test_a_run_that_began_before_is_not_applied_after(self):
        editor = self.open()
        editor.run(editor.pick(self.path, "Refactor: invert if", "value < low"))
        number = editor.proposal()
        self.type_out_of_order(editor)
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"#%s was not applied, nothing was changed" % number)
        self.assertEqual([], editor.edits)

    def test_a_change_that_came_before_an_older_open_is_a_lost_one(self):
        editor = self.editor("helix-25.01")
        self.send(editor, 5, "x")
        editor.open(self.path, "cpp")
        editor.message(TOLD)

    def test_all_of_the_text_puts_it_in_step_again(self):
        editor = self.open()
        self.type_out_of_order(editor)
        editor.message(TOLD)
        editor.set_text(self.path, "// all\n" + CLAMP)
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.applied("7")
        self.assertEqual("// all\n" + self.wanted, editor.buffers[str(self.path)].text)

    def test_a_late_change_that_all_of_the_text_already_had_loses_nothing(self):
        editor = self.open()
        editor.set_text(self.path, "// one\n" + CLAMP)
        editor.set_text(self.path, "// all\n" + CLAMP)
        self.send(editor, 2, "// one\n")
        self.settle(editor)
        self.assertEqual([], [text for text in editor.messages if "is not known" in text])
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.applied("7")

    def test_the_text_of_a_review_document_is_not_guessed_either(self):
        editor = self.open("vscode")
        editor.run(editor.pick(self.path, "Refactor: invert if", "value < low"))
        document = self.review_path(editor.proposal())
        editor.open(document, "diff")
        apply_all = editor.pick(document, "Apply all")
        discard = [a for a in editor.actions(document, range=self.line_of(editor, document, "@@ ")) if a["title"] == "Discard this hunk"]
        self.type_out_of_order(editor, path=document)
        editor.message(r"is not known any more")
        for action in (apply_all, *discard):
            editor.messages.clear()
            editor.run(action)
            editor.message(r"is not known any more")
        self.assertEqual(([], []), (editor.edits, self.ledger("approval", "discarded")))

    def line_of(self, editor, path, marker):
        here = editor.selection(path, marker)["start"]
        return {"start": here, "end": here}

    def test_what_becomes_of_an_edit_during_which_it_is_lost_is_not_claimed(self):
        editor = self.open()
        editor.before_edit = lambda: self.type_out_of_order(editor)
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.message(r"Not as approved, look at: clamp\.cpp")
        self.assertEqual(0, editor.shut_down())
        self.assertEqual([["unknown"]], [[file["outcome"] for file in fields["files"]] for _, fields in self.ledger("applied")])

    def test_an_undo_waits_too(self):
        editor = self.open()
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.applied("7")
        self.type_out_of_order(editor)
        editor.message(TOLD)
        editor.messages.clear()
        editor.execute("countersign.undo", {"proposal": "7"})
        editor.message("is not known any more")


if __name__ == "__main__":
    unittest.main()
