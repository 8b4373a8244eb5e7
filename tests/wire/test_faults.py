"""Killed, without power or without disk space at each step of applying and undoing: nothing half done that is not said, nothing lost.

faults.c makes the disk go wrong at the N-th call that changes it. COUNTERSIGN_FAULT_STEP=1 tries every call; by default it is every third,
so that what stays wrong for three calls in a row is found.
"""
import os
import shutil
import unittest

from fixture import REPOSITORY, WireTest

FAULTS = os.environ.get("COUNTERSIGN_FAULTS", str(REPOSITORY / "build" / "dev" / "tests" / "wire" / "libwire_faults.so"))
STEP = int(os.environ.get("COUNTERSIGN_FAULT_STEP", "3"))


class Faults(WireTest):
    files = {name: "".join("%s %d\n" % (name, i) for i in range(1, 21)) for name in ("a.txt", "b.txt")}

    def setUp(self):
        super().setUp()
        self.a, self.b = self.workspace / "a.txt", self.workspace / "b.txt"
        self.changes = {
            "a.txt": self.text("a.txt").replace("a.txt 5\n", "A five\n").replace("a.txt 15\n", ""),
            "b.txt": self.text("b.txt").replace("b.txt 10\n", "b.txt 10\nB ten\n"),
        }

    def disk(self, fault, folder):
        """The environment of a program for which the disk goes wrong in that folder."""
        return {
            "LD_PRELOAD": FAULTS,
            "COUNTERSIGN_FAULT": fault,
            "COUNTERSIGN_FAULT_FOLDER": str(folder),
            "COUNTERSIGN_FAULT_COUNT": str(self.root / "count"),
            "ASAN_OPTIONS": ":".join(filter(None, ["verify_asan_link_order=0", os.environ.get("ASAN_OPTIONS", "")])),
        }

    def faulty(self, fault):
        return self.editor("neovim-0.12", **self.disk(fault, self.state))

    def open_both(self, editor, texts):
        for path in (self.a, self.b):
            editor.open(path, text=texts[path.name])

    def texts(self, editor):
        return {path.name: editor.buffers[str(path)].text for path in (self.a, self.b)}

    def apply_and_undo(self, editor):
        self.open_both(editor, self.files)
        for _ in range(1000):
            if any("#7" in a["title"] for a in editor.actions(self.a)):
                break
        else:
            return  # it could not be read: the disk is full
        editor.execute("countersign.apply", {"proposal": "7"})
        if "not applied" in editor.message(r"#7 was not applied|(?<!not )(?<!being )\bapplied #7\b")[0]:
            return
        editor.messages.clear()
        editor.execute("countersign.undo", {"proposal": "7"})
        said = editor.message(r"proposed as #(\d+)|Countersign: (?!the decision)(?!#)[^#]*$")
        if not said[1]:
            return
        editor.messages.clear()
        editor.execute("countersign.apply", {"proposal": said[1]})
        editor.message(r"#%s was not applied|(?<!not )(?<!being )\bapplied #%s\b" % (said[1], said[1]))

    def go(self, fault):
        """One life with the fault, one without it; gives how many calls the first made."""
        if self.state.exists():
            shutil.rmtree(self.state)
        (self.root / "count").unlink(missing_ok=True)
        self.store_proposal(7, self.changes)
        editor = self.faulty(fault) if fault.startswith("count") else None
        if editor is None:
            try:
                editor = self.faulty(fault)
            except AssertionError as ended:
                self.assertIn("the server ended", str(ended))
        if editor is not None:
            try:
                self.apply_and_undo(editor)
                editor.shut_down()
            except AssertionError as ended:
                self.assertIn("the server ended", str(ended))
        if self.connections[-1].process.wait() < 0:
            self.assertIn(fault.split()[0], ("kill", "lose"))
            self.connections.pop()
        left = self.texts(editor) if editor is not None and editor.buffers else dict(self.files)
        for name, text in left.items():
            self.assertIn(text, (self.files[name], self.changes[name]), "half of a file's hunks")
        made = int((self.root / "count").read_text() or "0") if (self.root / "count").exists() else 0

        if self.ledger():  # else it was just being made
            verified = self.command_line("audit", "verify")
            self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
        if left != self.files or (editor is not None and editor.edits):
            self.assertTrue(self.ledger("approval"), "an edit without an approval")
        self.recover(left)
        return made

    def recover(self, left):
        """The next server on what is left: all can be undone, and applied once more."""
        editor = self.editor("neovim-0.12")
        self.open_both(editor, left)
        editor.execute("countersign.undo", {"since": "1d"})
        said = editor.message(r"proposed as #(\d+)|nothing was applied here|nothing to undo")
        if said[1]:
            editor.messages.clear()
            editor.execute("countersign.apply", {"proposal": said[1]})
            editor.applied(said[1])
        self.assertEqual(self.files, self.texts(editor))
        editor.messages.clear()
        if any("Apply #7" in a["title"] for a in editor.actions(self.a)):
            editor.execute("countersign.apply", {"proposal": "7"})
            editor.applied("7")
            self.assertEqual(self.changes, self.texts(editor))
        self.assertEqual(0, editor.shut_down())
        self.assertEqual(0, self.command_line("audit", "verify").returncode)

    def walk(self, word):
        calls = self.go("count 0")
        self.assertGreater(calls, 50)
        for at in range(1, calls + 1, STEP):
            with self.subTest(fault="%s %d" % (word, at)):
                self.go("%s %d" % (word, at))

    def undo_at_the_terminal(self, fault):
        """`countersign undo` with the fault, then the same for all without it: the files are whole at any moment, and in the end as before."""
        for name, text in self.changes.items():
            self.write(name, text)
        (self.root / "count").unlink(missing_ok=True)
        undone = self.command_line("undo", "--since", "1d", input="y\n", environment=self.disk(fault, self.root))
        for name in self.files:
            self.assertIn(self.text(name), (self.files[name], self.changes[name]), undone.stderr)
        count = self.root / "count"
        made = int(count.read_text() or "0") if count.exists() else 0
        self.command_line("undo", "--since", "1d", input="y\n")
        self.assertEqual(self.files, {name: self.text(name) for name in self.files}, undone.stderr)
        self.assertEqual(0, self.command_line("audit", "verify").returncode)
        return made

    def test_the_undo_command_is_killed_or_without_space_at_each_step(self):
        self.store_proposal(7, self.changes)
        editor = self.editor("neovim-0.12")
        self.open_both(editor, self.files)
        while not any("#7" in a["title"] for a in editor.actions(self.a)):
            pass
        editor.execute("countersign.apply", {"proposal": "7"})
        editor.applied("7")
        self.assertEqual(0, editor.shut_down())
        kept = self.root / "kept"
        shutil.copytree(self.state, kept)
        calls = self.undo_at_the_terminal("count 0")
        self.assertGreater(calls, 20)
        for word in ("kill", "full", "lose"):
            for at in range(1, calls + 1, STEP):
                with self.subTest(fault="%s %d" % (word, at)):
                    shutil.rmtree(self.state)
                    shutil.copytree(kept, self.state)
                    self.undo_at_the_terminal("%s %d" % (word, at))
        self.watch_disk()

    def test_killed_at_each_step(self):
        self.walk("kill")

    def test_the_power_goes_at_each_step(self):
        self.walk("lose")

    def test_the_disk_is_full_from_each_step_on(self):
        self.walk("full")


if __name__ == "__main__":
    unittest.main()
