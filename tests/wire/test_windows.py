"""Several servers on one state directory: two windows on one workspace, and an editor that starts a process of its own for the diff."""
import json
import unittest

from fixture import WireTest


class WindowsTest(WireTest):
    files = {name: "".join("%s %d\n" % (name, i) for i in range(1, 21)) for name in ("a.txt", "b.txt")}

    def setUp(self):
        super().setUp()
        self.a, self.b = self.workspace / "a.txt", self.workspace / "b.txt"
        self.changes = {
            "a.txt": self.text("a.txt").replace("a.txt 5\n", "A five\n").replace("a.txt 15\n", ""),
            "b.txt": self.text("b.txt").replace("b.txt 10\n", "b.txt 10\nB ten\n"),
        }
        self.number = self.store_proposal(7, self.changes)

    def window(self, client="vscode", open_files=True, **how):
        editor = self.editor(client, **how)
        if open_files:
            for path in (self.a, self.b):
                editor.open(path)
            self.until_offered(editor)
        return editor

    def offers(self, editor, path):
        return [a["title"] for a in editor.actions(path) if "#7" in a["title"]]

    def until_offered(self, editor):
        while not self.offers(editor, self.a):
            pass  # it is read in the background

    def texts(self, editor):
        return {path.name: editor.buffers[str(path)].text for path in (self.a, self.b)}


class Windows(WindowsTest):
    def test_what_is_applied_in_one_window_is_gone_in_the_other(self):
        one, two = self.window(), self.window("helix-25.07")
        one.execute("countersign.apply", {"proposal": self.number})
        one.applied(self.number)
        two.message(r"#7 was decided in another window")
        self.assertEqual([], self.offers(two, self.a))
        two.execute("countersign.apply", {"proposal": self.number})
        two.message(r"no open proposal #7")
        self.assertEqual([], two.edits)
        self.assertEqual(1, len(self.ledger("approval")))

    def test_windows_may_each_take_a_part(self):
        one, two = self.window(), self.window("helix-25.07")
        one.execute("countersign.applyHunk", {"proposal": self.number, "hunks": ["1.1"]})
        one.applied(self.number)
        two.message(r"a part of #7 was decided in another window; 2 left")
        two.execute("countersign.discard", {"proposal": self.number, "hunks": ["1.2"]})
        one.message(r"a part of #7 was decided in another window; 1 left")
        one.messages.clear()
        one.execute("countersign.apply", {"proposal": self.number})
        one.applied(self.number)
        two.message(r"#7 was decided in another window")
        wanted = {"a.txt": self.files["a.txt"].replace("a.txt 5\n", "A five\n"), "b.txt": self.changes["b.txt"]}
        self.assertEqual(wanted, self.texts(one))

    def test_two_windows_never_apply_the_same_proposal_at_once(self):
        one, two = self.window("neovim-0.12"), self.window("neovim-0.12")
        refusals = []

        def other_window():
            if not refusals:
                two.execute("countersign.apply", {"proposal": self.number})
                refusals.append(two.message(r"being applied in another window")[0])

        one.before_edit = other_window
        one.execute("countersign.apply", {"proposal": self.number})
        one.applied(self.number)
        self.assertEqual((1, []), (len(refusals), two.edits))
        two.message(r"#7 was decided in another window")

    def test_hunks_follow_each_windows_own_text(self):
        one, two = self.window(), self.window("helix-25.07")
        one.set_text(self.a, "one\n" + self.files["a.txt"])
        two.set_text(self.a, "two\nlines\n" + self.files["a.txt"])
        one.execute("countersign.applyFile", {"proposal": self.number, "files": ["a.txt"]})
        one.applied(self.number)
        two.message(r"2 left|1 left")
        two.messages.clear()
        two.execute("countersign.applyFile", {"proposal": self.number, "files": ["b.txt"]})
        two.applied(self.number)
        self.assertEqual({"a.txt": "one\n" + self.changes["a.txt"], "b.txt": self.files["b.txt"]}, self.texts(one))
        self.assertEqual({"a.txt": "two\nlines\n" + self.files["a.txt"], "b.txt": self.changes["b.txt"]}, self.texts(two))

    def test_what_one_window_proposes_the_other_shows(self):
        one = self.window("vscode")
        two = self.window("helix-25.07")
        one.execute("countersign.apply", {"proposal": self.number})
        one.applied(self.number)
        one.messages.clear()
        one.execute("countersign.undo", {"proposal": self.number})
        undo = one.proposal()
        while not any("#" + undo in a["title"] for a in two.actions(self.a)):
            pass
        self.assertEqual([], two.edits)


class DiffProcess(WindowsTest):
    """An editor that starts a second process of ours for the review document: that one has none of the files' buffers."""

    def document(self, editor, revision):
        path = self.review_path(self.number, revision)
        while not path.exists():
            editor.execute("countersign.status")
        return path

    def shown_by(self, diff, path, text=None):
        diff.open(path, "diff", text)
        while not any(a["title"].startswith("Apply all") for a in diff.actions(path)):
            pass
        return path

    def owner_with_unsaved_text(self):
        owner = self.window("neovim-0.12")
        owner.set_text(self.a, "not saved\n" + self.files["a.txt"])
        return owner, self.document(owner, 2)

    def test_decisions_there_are_carried_out_by_the_owner_of_the_buffers(self):
        owner, path = self.owner_with_unsaved_text()
        diff = self.window("neovim-0.12", open_files=False, folders=[])
        self.shown_by(diff, path)
        diff.run(diff.pick(path, "Apply all"))
        owner.applied(self.number)
        self.assertEqual({"a.txt": "not saved\n" + self.changes["a.txt"], "b.txt": self.changes["b.txt"]}, self.texts(owner))
        self.assertEqual([], diff.edits)

    def test_nor_does_it_edit_from_the_disk_when_it_has_the_folder(self):
        owner, path = self.owner_with_unsaved_text()
        diff = self.window("neovim-0.12", open_files=False)
        self.shown_by(diff, path)
        diff.run(diff.pick(path, "Apply all"))
        owner.applied(self.number)
        self.assertEqual("not saved\n" + self.changes["a.txt"], self.texts(owner)["a.txt"])
        self.assertEqual([], diff.edits)

    def test_what_the_person_edited_in_the_diff_is_what_is_applied(self):
        owner, path = self.owner_with_unsaved_text()
        diff = self.window("neovim-0.12", open_files=False, folders=[])
        edited = path.read_text().replace("+A five", "+A five, mine")
        self.shown_by(diff, path, edited)
        diff.run(diff.pick(path, "Apply all"))
        owner.applied(self.number)
        self.assertEqual("not saved\n" + self.changes["a.txt"].replace("A five", "A five, mine"), self.texts(owner)["a.txt"])

    def test_one_hunk_of_it(self):
        owner, path = self.owner_with_unsaved_text()
        diff = self.window("neovim-0.12", open_files=False, folders=[])
        self.shown_by(diff, path)
        diff.run(diff.pick(path, "Apply this hunk", "+B ten"))
        owner.applied(self.number)
        self.assertEqual({"a.txt": "not saved\n" + self.files["a.txt"], "b.txt": self.changes["b.txt"]}, self.texts(owner))

    def test_without_an_owner_it_says_how_to_go_on(self):
        owner = self.window("neovim-0.12")
        owner.execute("countersign.discard", {"proposal": self.number, "hunks": ["1.2"]})
        path = self.document(owner, 2)
        owner.connection.process.kill()
        owner.connection.process.wait()
        self.connections.remove(owner.connection)
        diff = self.window("neovim-0.12", open_files=False, folders=[])
        self.shown_by(diff, path)
        diff.run(diff.pick(path, "Apply all"))
        diff.message(r"no editor has that folder open")
        self.assertEqual([], diff.edits)
        self.assertEqual(1, len(list((self.state / "servers").iterdir())), "the dead one's folder is gone")

    def test_letters_that_make_no_sense_are_no_decisions(self):
        owner, _ = self.owner_with_unsaved_text()
        before = self.texts(owner)
        folder = next((self.state / "servers").iterdir())
        letters = [b"", b"{}", b"[]", b"{", b'{"letter": 7}', b"\xff\xfe", b"[" * 100_000, b'{"letter": "changed", "proposal": "../../x"}', b"\0" * 1000]
        letters += [b'{"letter": "apply", "id": "../../../evil"}', b'{"letter": "apply", "id": "' + b"a" * 5000 + b'"}']
        for i, letter in enumerate(letters):
            self.send(folder, "%03d" % i, letter)
        for i, more in enumerate(({"workspace": "/elsewhere"}, {"proposal": "9"}, {"proposal": 7}, {"one_open_of": ["c.txt"]})):
            letter = {"letter": "apply", "id": "%x" % i, "proposal": "7", "workspace": str(self.workspace), **more}
            self.send(folder, "%03d" % (900 + i), json.dumps(letter).encode())
            answer = folder / ("%x.answer" % i)
            while not answer.exists():
                owner.execute("countersign.status")
            self.assertEqual("{}", answer.read_text())
        self.assertEqual((before, []), (self.texts(owner), owner.edits))
        self.assertEqual([], [p for p in self.root.rglob("evil*")])

    def send(self, folder, name, letter):
        """As another server would; several letters of nonsense must not keep those behind them from being read."""
        (folder / (name + ".tmp")).write_bytes(letter)
        (folder / (name + ".tmp")).rename(folder / (name + ".letter"))


if __name__ == "__main__":
    unittest.main()
