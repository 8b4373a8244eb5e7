"""State directories that this version did not write, or that somebody wrote into: refused by name, left as they are."""
import json
import sqlite3
import unittest

from fixture import WireTest, fingerprint
from samples import CLAMP, CPP_PROJECT


class State(WireTest):
    files = CPP_PROJECT

    def setUp(self):
        super().setUp()
        self.path = self.workspace / "clamp.cpp"
        self.number = self.store_proposal(7, {"clamp.cpp": CLAMP.replace("value < low", "value <= low")})

    def stored(self, number="7"):
        return self.state / "proposals" / ("%s.json" % number)

    def change(self, **fields):
        path = self.stored()
        path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))

    def open(self):
        editor = self.editor("helix-25.07")
        editor.open(self.path, "cpp")
        return editor

    def offered(self, editor):
        """Whether the proposal is offered once all that was handed to the background before is done."""
        editor.execute("countersign.undo", {})
        editor.message(r"nothing was applied|cannot|another version")
        editor.messages.clear()
        return [a["title"] for a in editor.actions(self.path) if "#7" in a["title"]]

    def test_a_proposal_of_a_newer_version_is_left_as_it_is(self):
        self.change(format=2, something="new")
        before = self.stored().read_bytes()
        editor = self.open()
        self.assertEqual([], self.offered(editor))
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.message(r"no open proposal")
        self.assertEqual((before, []), (self.stored().read_bytes(), editor.edits))

    def test_a_ledger_of_a_newer_version_lets_nothing_pass(self):
        self.store_proposal(8, {"report.cpp": "int other;\n"})
        first = self.open()
        while not [a for a in first.actions(self.path) if "#8" in a["title"]]:
            pass
        first.execute("countersign.discard", {"proposal": "8"})
        first.message(r"discarded #8")
        self.assertEqual(0, first.shut_down())
        database = sqlite3.connect(self.state / "ledger.db")
        database.execute("PRAGMA user_version = 999")
        database.close()
        editor = self.open()
        while not [a for a in editor.actions(self.path) if "#7" in a["title"]]:
            pass
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.message(r"#7 was not applied.*(version|newer)")
        self.assertEqual(([], CLAMP), (editor.edits, editor.buffers[str(self.path)].text))

    def test_a_checkpoint_of_a_newer_version_is_left_as_it_is(self):
        editor = self.open()
        while not [a for a in editor.actions(self.path) if "#7" in a["title"]]:
            pass
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.applied("7")
        self.assertEqual(0, editor.shut_down())
        record = self.state / "checkpoints" / "1.json"
        record.write_text(json.dumps({**json.loads(record.read_text()), "format": 2}))
        before = fingerprint(self.state / "checkpoints")
        again = self.editor("helix-25.07")
        again.execute("countersign.undo", {"proposal": "7"})
        again.message(r"nothing of #7 was applied in this workspace")
        self.assertEqual(before, fingerprint(self.state / "checkpoints"))

    def test_a_stored_proposal_that_reaches_outside_is_not_offered(self):
        outside = self.root / "outside.txt"
        outside.write_text("mine\n")
        for path in ("../outside.txt", str(outside), "a/../../outside.txt"):
            files = json.loads(self.stored().read_text())["files"]
            self.change(files=[{**files[0], "path": path}])
            editor = self.open()
            self.assertEqual([], self.offered(editor))
        self.assertEqual("mine\n", outside.read_text())

    def test_an_approval_that_is_said_twice_is_one(self):
        editor = self.open()
        while not [a for a in editor.actions(self.path) if "#7" in a["title"]]:
            pass
        pick = editor.pick(self.path, "Apply #7:")
        editor.run(pick)
        editor.applied("7")
        text = editor.buffers[str(self.path)].text
        for _ in range(3):
            editor.messages.clear()
            editor.run(pick)
            editor.message(r"no open proposal #7")
        # Nor by the document of a revision that was decided, nor by one that was kept from before.
        self.assertEqual((1, text, 1), (len(editor.edits), editor.buffers[str(self.path)].text, len(self.ledger("approval"))))

    def test_a_clock_that_jumped_back_changes_no_order(self):
        editor = self.open()
        while not [a for a in editor.actions(self.path) if "#7" in a["title"]]:
            pass
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.applied("7")
        self.assertEqual(0, editor.shut_down())
        record = self.state / "checkpoints" / "1.json"
        record.write_text(json.dumps({**json.loads(record.read_text()), "time": "2099-01-01T00:00:00.000Z"}))
        again = self.editor("helix-25.07")
        again.open(self.path, "cpp", text=editor.buffers[str(self.path)].text)
        again.execute("countersign.undo", {})
        undo = again.proposal()
        again.execute("countersign.apply", {"proposal": undo})
        again.applied(undo)
        self.assertEqual(CLAMP, again.buffers[str(self.path)].text)


if __name__ == "__main__":
    unittest.main()
