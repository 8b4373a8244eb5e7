"""Workspace folders come and go; a run stays inside its own."""
import unittest

from editor import uri_of
from fixture import WireTest
from samples import CLAMP, CLAMP_INVERTED


class Folders(WireTest):
    files = {"one/a.cpp": CLAMP, "two/b.cpp": CLAMP}

    def folder(self, name):
        return self.workspace / name

    def change(self, editor, added=(), removed=()):
        describe = lambda names: [{"uri": uri_of(self.folder(n)), "name": n} for n in names]
        editor.connection.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": describe(added), "removed": describe(removed)}})

    def commands(self, editor, path):
        if str(path) not in editor.buffers:
            editor.open(path, "cpp")
        return [a["command"]["command"] for a in editor.actions(path, "value < low") if "command" in a]

    def test_two_at_once(self):
        editor = self.editor(folders=[self.folder("one"), self.folder("two")])
        for path in (self.folder("one") / "a.cpp", self.folder("two") / "b.cpp"):
            editor.open(path, "cpp")
            editor.run(editor.pick(path, "Refactor: invert if", "value < low"))
            number = editor.proposal()
            self.assertIn("%s" % path.name, self.review_text(number))
            editor.execute("countersign.apply", {"proposal": number})
            editor.applied(number)
            editor.messages.clear()
            self.assertEqual(CLAMP_INVERTED, editor.buffers[str(path)].text)

    def test_a_path_that_climbs_out_is_not_inside(self):
        editor = self.editor(folders=[self.folder("one")])
        self.assertNotIn("countersign.refactor", self.commands(editor, str(self.folder("one")) + "/../two/b.cpp"))
        self.assertIn("countersign.refactor", self.commands(editor, self.folder("one") / "a.cpp"))

    def test_added_later(self):
        editor = self.editor(folders=[self.folder("one")])
        self.assertNotIn("countersign.refactor", self.commands(editor, self.folder("two") / "b.cpp"))
        self.change(editor, added=["two"])
        self.assertIn("countersign.refactor", self.commands(editor, self.folder("two") / "b.cpp"))

    def test_removed_later(self):
        editor = self.editor(folders=[self.folder("one"), self.folder("two")])
        self.assertIn("countersign.refactor", self.commands(editor, self.folder("two") / "b.cpp"))
        self.change(editor, removed=["two"])
        self.assertNotIn("countersign.refactor", self.commands(editor, self.folder("two") / "b.cpp"))
        self.assertIn("countersign.refactor", self.commands(editor, self.folder("one") / "a.cpp"))

    def test_nonsense_changes_do_no_harm(self):
        editor = self.editor(folders=[self.folder("one")])
        self.change(editor, added=["missing", "one", "one"], removed=["missing", "two"])
        self.assertIn("countersign.refactor", self.commands(editor, self.folder("one") / "a.cpp"))
        self.assertEqual(0, editor.shut_down())

    def test_without_any_a_file_is_in_its_own_folder(self):
        editor = self.editor(folders=[])
        path = self.folder("one") / "a.cpp"
        self.assertIn("countersign.refactor", self.commands(editor, path))
        editor.run(editor.pick(path, "Refactor: invert if", "value < low"))
        self.assertIn('"%s"' % self.folder("one"), self.review_text(editor.proposal()))

    def test_folders_within_folders_take_the_inner(self):
        editor = self.editor(folders=[self.workspace, self.folder("one")])
        path = self.folder("one") / "a.cpp"
        editor.open(path, "cpp")
        editor.run(editor.pick(path, "Refactor: invert if", "value < low"))
        number = editor.proposal()
        self.assertIn(str(self.folder("one")), self.review_text(number))


if __name__ == "__main__":
    unittest.main()
