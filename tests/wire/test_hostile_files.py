"""Files that are not what a file should be: the server answers, stays alive, and reads nothing outside."""
import os
import pathlib
import unittest

from editor import Refused, uri_of
from fixture import WireTest
from samples import CLAMP


class HostileFiles(WireTest):
    files = {"a.cpp": CLAMP, "folder/x": "x\n"}

    def explain(self, editor, path):
        """Runs Explain on a path whatever is there, and gives all that was said."""
        start = {"line": 0, "character": 0}
        editor.messages.clear()
        try:
            editor.execute("countersign.explain", {"uri": uri_of(path), "range": {"start": start, "end": start}})
            seen = len(editor.opened)
            editor.until(lambda: editor.messages or len(editor.opened) > seen, "a word on " + str(path))
            return " ".join(editor.messages + [pathlib.Path(opened).read_text() for opened in editor.opened[seen:]])
        except Refused as refused:
            return refused.text

    def assert_alive(self, editor):
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())

    def test_a_file_that_is_gone(self):
        editor = self.editor()
        editor.open(self.workspace / "a.cpp", "cpp")
        action = editor.pick(self.workspace / "a.cpp", "Refactor: invert if", "value < low")
        editor.close(self.workspace / "a.cpp")
        (self.workspace / "a.cpp").unlink()
        self.watch_disk()
        try:
            editor.run(action)
            self.assertRegex(editor.message(r".+")[0], r"a\.cpp")
        except Refused as refused:
            self.assertIn("a.cpp", refused.text)
        self.assert_alive(editor)

    def test_a_folder_a_fifo_a_socket_and_a_device_are_no_text(self):
        os.mkfifo(self.workspace / "fifo")
        import socket

        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(self.workspace / "socket"))
            editor = self.editor()
            for path in ("folder", "fifo", "socket", "missing.cpp", "."):
                with self.subTest(path=path):
                    self.assertTrue(self.explain(editor, self.workspace / path))
            self.assert_alive(editor)

    def test_links_that_lead_outside_are_not_followed(self):
        secret = self.root / "secret.txt"
        secret.write_text("the launch code is 0000\n")
        os.symlink(secret, self.workspace / "link.txt")
        os.symlink(self.root, self.workspace / "up")
        os.symlink("loop", self.workspace / "loop")
        editor = self.editor()
        for path in ("link.txt", "up/secret.txt", "loop", "../secret.txt"):
            with self.subTest(path=path):
                said = self.explain(editor, self.workspace / path)
                self.assertNotIn("0000", said + "".join(editor.logged))
        self.assert_alive(editor)

    def test_bytes_that_are_no_utf8(self):
        self.write("latin.cpp", "// gr\xfc\xdfe\nint f() { return 1; }\n".encode("latin-1"))
        self.write("zero.cpp", b"int f() { return 1; }\n\0\0\0")
        self.write("bom.cpp", b"\xef\xbb\xbfint f() { return 1; }\n")
        self.write("wide.cpp", "int f() { return 1; }\n".encode("utf-16"))
        editor = self.editor()
        for path in ("latin.cpp", "zero.cpp", "bom.cpp", "wide.cpp"):
            with self.subTest(path=path):
                self.assertTrue(self.explain(editor, self.workspace / path))
        self.assert_alive(editor)

    def test_a_line_of_fifty_megabytes(self):
        editor = self.editor()
        path = self.workspace / "long.cpp"
        editor.open(path, "cpp", "int x = " + "1+" * 25_000_000 + "1;\n")
        self.assertIsInstance(editor.actions(path), list)
        at = {"line": 0, "character": 8}
        document = {"uri": uri_of(path), "version": 2}
        editor.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": {"start": at, "end": at}, "text": "2+"}]})
        self.assertIsInstance(editor.actions(path), list)
        editor.connection.transcript.clear()
        self.assert_alive(editor)

    def test_nesting_of_a_hundred_thousand(self):
        editor = self.editor()
        path = self.workspace / "deep.cpp"
        editor.open(path, "cpp", "int f() { return " + "(" * 100_000 + "1" + ")" * 100_000 + "; }\n")
        self.assertIsInstance(editor.actions(path), list)
        self.assert_alive(editor)

    def test_a_folder_that_vanishes(self):
        import shutil

        other = self.root / "other"
        shutil.copytree(self.workspace, other)
        editor = self.editor(folders=[other])
        editor.open(other / "a.cpp", "cpp")
        shutil.rmtree(other)
        try:
            editor.run(editor.pick(other / "a.cpp", "Refactor: invert if", "value < low"))
            editor.message(r".+")
        except (Refused, AssertionError):
            pass
        self.assert_alive(editor)

    def test_a_state_directory_that_cannot_be_written(self):
        (self.root / "state").rmdir()
        (self.root / "state").write_text("a file where a directory should be\n")
        editor = self.editor()
        editor.open(self.workspace / "a.cpp", "cpp")
        editor.run(editor.pick(self.workspace / "a.cpp", "Refactor: invert if", "value < low"))
        editor.message(r"countersign")  # the path that is in the way
        self.assert_alive(editor)


if __name__ == "__main__":
    unittest.main()
