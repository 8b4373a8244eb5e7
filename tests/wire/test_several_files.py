"""A proposal over several files, in editors that carry out a part of it, or show a part of what they did."""
import shutil
import unittest

from editor import BEHAVIOURS, CAN_APPLY
from fixture import WireTest


class SeveralFiles(WireTest):
    """A proposal over three files, one of them new, and editors that carry out a part of it."""

    files = {name: "".join("%s %d\n" % (name, i) for i in range(1, 21)) for name in ("a.txt", "b.txt")}

    def propose(self, client, shown=("a.txt", "b.txt")):
        for connection in self.connections:  # one window at a time
            connection.close_input()
            connection.wait_exit()
        self.changes = {
            "a.txt": self.text("a.txt").replace("a.txt 5\n", "A five\n").replace("a.txt 15\n", ""),
            "b.txt": self.text("b.txt").replace("b.txt 10\n", "b.txt 10\nB ten\n"),
            "c.txt": "all new\n",
        }
        if (self.state / "proposals").exists():
            shutil.rmtree(self.state / "proposals")
        number = self.store_proposal(7, self.changes)
        editor = self.editor(client)
        for path in shown:
            editor.open(self.workspace / path)
        self.wait_for_offers(editor, number)
        return editor, number

    def wait_for_offers(self, editor, number):
        while not any("#" + number in a["title"] for a in editor.actions(self.workspace / "a.txt")):
            pass  # it is read in the background

    def now(self, editor, path):
        buffer = editor.buffers.get(str(self.workspace / path))
        return buffer.text if buffer else ""

    def skip(self, editor, *paths):
        out = [str(self.workspace / path) for path in paths]
        editor.skips = lambda path: path in out

    def test_marks_what_is_proposed_also_in_a_file_that_is_opened_later(self):
        editor, number = self.propose("neovim-0.12", shown=["a.txt"])
        path = str(self.workspace / "b.txt")
        self.assertNotIn(path, editor.diagnostics)
        editor.open(path)
        editor.until(lambda: editor.diagnostics.get(path), "mark")
        (mark,) = editor.diagnostics[path]
        self.assertIn("#%s proposes a change here" % number, mark["message"])
        self.assertEqual(10, mark["range"]["start"]["line"])

    def test_is_applied_as_a_whole_in_every_client(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, number = self.propose(client)
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                for path, text in self.changes.items():
                    self.assertEqual(text, self.now(editor, path))

    def test_what_an_editor_did_only_in_part_is_taken_back(self):
        for client in CAN_APPLY:
            if client == "vscode":
                continue  # there the person ticks a part
            for skipped in (["a.txt"], ["b.txt"], ["c.txt"], ["a.txt", "c.txt"]):
                with self.subTest(client=client, skipped=skipped):
                    editor, number = self.propose(client)
                    self.skip(editor, *skipped)
                    editor.execute("countersign.apply", {"proposal": number})
                    editor.message(r"#%s was not applied" % number)
                    for path in ("a.txt", "b.txt", "c.txt"):
                        self.assertEqual(self.files.get(path, ""), self.now(editor, path))
                    self.skip(editor)
                    editor.messages.clear()
                    editor.execute("countersign.apply", {"proposal": number})
                    editor.message(r"applied #%s|c\.txt" % number)

    def test_what_an_editor_does_in_a_buffer_that_it_does_not_show_is_not_called_undone(self):
        """Helix and eglot open a file of a kind that no server is set up for, change it, answer "applied", and tell nobody."""
        for client in ("neovim-0.12", "eglot-30"):
            with self.subTest(client=client):
                editor, number = self.propose(client, shown=["a.txt"])
                self.skip(editor, "b.txt")
                editor.execute("countersign.apply", {"proposal": number})
                editor.message(r"#%s was applied in part\. The editor does not show this server what became of b\.txt: look there.*apply #%s again" % (number, number))
                self.assertEqual(self.changes["a.txt"], self.now(editor, "a.txt"))
                self.assertEqual(self.changes["c.txt"], self.now(editor, "c.txt"))
                (self.workspace / "b.txt").write_text(self.changes["b.txt"])  # the person saves it
                self.skip(editor)
                editor.messages.clear()
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                (self.workspace / "b.txt").write_text(self.files["b.txt"])
                self.watch_disk()

    def test_what_an_editor_does_in_a_buffer_that_it_does_not_show_is_looked_at_when_the_rest_is_taken_back(self):
        editor, number = self.propose("neovim-0.12", shown=["a.txt"])
        self.skip(editor, "b.txt", "c.txt")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"#%s was not applied: the editor did not change c\.txt as approved.*look at: b\.txt" % number)
        self.assertEqual(self.files["a.txt"], self.now(editor, "a.txt"))
        self.assertEqual(0, editor.shut_down())
        again = self.editor("neovim-0.12")
        again.open(self.workspace / "a.txt")
        self.wait_for_offers(again, number)
        self.assertEqual([], again.messages, "nothing was interrupted")

    def test_what_an_editor_refuses_says_nothing_of_the_files_before(self):
        editor, number = self.propose("neovim-0.12", shown=["a.txt"])
        self.skip(editor, "b.txt")
        editor.accept_edits = True
        sent = []

        def type_once():
            sent.append(1)
            if len(sent) == 2:  # b.txt is on its way, and c.txt comes into being before its turn
                editor.open(self.workspace / "c.txt", text="mine\n")

        editor.before_edit = type_once
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"#%s was not applied: .*look at: b\.txt.* c\.txt was changed meanwhile" % number)

    def test_what_the_person_did_not_tick_is_unchanged(self):
        editor, number = self.propose("vscode", shown=["a.txt"])
        self.skip(editor, "b.txt", "c.txt")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"applied in part\. Unchanged: b\.txt, c\.txt\.")

    def test_what_the_person_typed_meanwhile_stays_when_the_rest_is_taken_back(self):
        editor, number = self.propose("neovim-0.12")
        self.skip(editor, "b.txt")
        sent = []

        def type_once():
            sent.append(1)
            if len(sent) == 2:  # a.txt is changed by now
                editor.replace(self.workspace / "a.txt", "a.txt 20\n", "typed\n")

        editor.before_edit = type_once
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"#%s was not applied" % number)
        self.assertEqual(self.files["a.txt"].replace("a.txt 20\n", "typed\n"), self.now(editor, "a.txt"))

    def test_what_is_typed_while_the_edit_is_on_its_way_never_moves_it_elsewhere(self):
        """Neovim does not check version 0, which every buffer has that was not changed since it was opened, nor that of a second document."""
        for client in CAN_APPLY:
            for typed_in in ("a.txt", "b.txt"):
                with self.subTest(client=client, typed_in=typed_in):
                    editor, number = self.propose(client)
                    sent = []

                    def type_once(e=editor, s=sent, path=typed_in):
                        s.append(1)
                        if len(s) == 1:
                            e.set_text(self.workspace / path, "typed\n" + e.buffers[str(self.workspace / path)].text)

                    editor.before_edit = type_once
                    editor.execute("countersign.apply", {"proposal": number})
                    editor.message(r"#%s (was|to)" % number)
                    for path in ("a.txt", "b.txt"):
                        typed = "typed\n" if path == typed_in else ""
                        self.assertIn(self.now(editor, path), (typed + self.files[path], typed + self.changes[path]))

    def test_what_the_person_ticked_in_the_editors_own_preview_stays(self):
        editor, number = self.propose("vscode")
        self.skip(editor, "b.txt", "c.txt")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"applied in part")
        self.assertEqual(self.changes["a.txt"], self.now(editor, "a.txt"))
        self.assertEqual(self.files["b.txt"], self.now(editor, "b.txt"))
        editor.messages.clear()
        self.skip(editor)
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        self.assertEqual(self.changes["b.txt"], self.now(editor, "b.txt"))

    def test_what_eglot_did_before_it_answered_with_an_error_is_taken_back(self):
        """Of the second document it finds that the version is another one, or the folder missing; the first one is changed by then."""
        for client in ("eglot-1.9", "eglot-30"):
            with self.subTest(client=client):
                editor, number = self.propose(client)
                sent = []

                def type_once(e=editor, s=sent):
                    s.append(1)
                    if len(s) == 1:
                        e.set_text(self.workspace / "b.txt", "typed\n" + e.buffers[str(self.workspace / "b.txt")].text)

                editor.before_edit = type_once
                editor.execute("countersign.apply", {"proposal": number})
                editor.message(r"#%s was not applied: .*were taken back|#%s was not applied: .*was taken back" % (number, number))
                self.assertEqual(self.files["a.txt"], self.now(editor, "a.txt"))
                self.assertEqual("typed\n" + self.files["b.txt"], self.now(editor, "b.txt"))

    def test_a_new_file_that_is_open_already_as_an_empty_buffer(self):
        for client in CAN_APPLY:
            if client == "vscode":
                continue  # it shows none of a file that is not there
            with self.subTest(client=client):
                editor, number = self.propose(client)
                editor.open(self.workspace / "c.txt", text=BEHAVIOURS[client].new_buffer)
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                self.assertEqual(self.changes["c.txt"], self.now(editor, "c.txt"))

    def test_a_new_file_whose_buffer_says_something_is_left_alone(self):
        editor, number = self.propose("neovim-0.12")
        editor.open(self.workspace / "c.txt", text="mine\n")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"#%s was not applied, nothing was changed: c\.txt exists now" % number)
        self.assertEqual("mine\n", self.now(editor, "c.txt"))

    def test_a_new_file_in_a_folder_that_is_not_there_yet(self):
        for client in CAN_APPLY:
            with self.subTest(client=client):
                editor, _ = self.propose(client)
                changes = {"a.txt": self.changes["a.txt"], "deep/down/new.txt": "all new\n"}
                self.assertEqual(0, editor.shut_down())
                shutil.rmtree(self.state / "proposals")
                number = self.store_proposal(8, changes)
                editor = self.editor(client)
                editor.open(self.workspace / "a.txt")
                self.wait_for_offers(editor, number)
                editor.execute("countersign.apply", {"proposal": number})
                said = editor.message(r"#%s was not applied|(?<!not )(?<!being )\bapplied #%s\b" % (number, number))[0]
                self.assertEqual(client == "eglot-30", "not applied" in said)
                wanted = (self.files["a.txt"], "") if client == "eglot-30" else tuple(changes.values())
                self.assertEqual(wanted, (self.now(editor, "a.txt"), self.now(editor, "deep/down/new.txt")))
                self.assertFalse((self.workspace / "deep").exists())

    def test_a_conflict_in_one_file_keeps_the_others_out_too(self):
        editor, number = self.propose("helix-25.07")
        editor.replace(self.workspace / "a.txt", "a.txt 5\n", "mine\n")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message(r"a\.txt changed in or beside the lines of hunk 1\.1")
        self.assertEqual([], editor.edits)
        editor.messages.clear()
        editor.execute("countersign.applyHunk", {"proposal": number, "hunks": ["1.2", "2.1"]})
        editor.applied(number)
        self.assertEqual(self.changes["b.txt"], self.now(editor, "b.txt"))
        self.assertEqual(self.files["a.txt"].replace("a.txt 5\n", "mine\n").replace("a.txt 15\n", ""), self.now(editor, "a.txt"))


if __name__ == "__main__":
    unittest.main()
