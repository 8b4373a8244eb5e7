"""The server's idea of a buffer is the editor's, whatever the encoding and the line ends.

A buffer is seen from outside by where code actions find their function, and by what a proposal was made from.
"""
import unittest

from editor import uri_of
from fixture import WireTest

TWO = "int first()\n{\n    return 1;\n}\n\nint second()\n{\n    return 2;\n}\n"


class Documents(WireTest):
    files = {"two.cpp": TWO, "empty.cpp": ""}

    def explained(self, editor, position, path=None):
        """The name in the title of Explain at a position."""
        found = editor.actions(path or self.workspace / "two.cpp", range={"start": position, "end": position})
        titles = [a["title"] for a in found if a["title"].startswith("Explain ")]
        self.assertEqual(1, len(titles), titles)
        return titles[0].removeprefix("Explain ").strip("`")

    def test_a_buffer_wins_over_the_disk(self):
        editor = self.editor()
        editor.open(self.workspace / "two.cpp", "cpp", "\n" + TWO.replace("first", "changed"))
        self.assertEqual("changed", self.explained(editor, {"line": 3, "character": 5}))

    def test_follows_incremental_changes(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp")
        editor.replace(path, "second", "renamed")
        editor.replace(path, "int first()\n", "int first()\n// one more line\n")
        editor.replace(path, "    return 1;\n}\n\n", "    return 1;\n}\n\n\n\n")
        self.assertEqual("renamed", self.explained(editor, {"line": 10, "character": 4}))

    def test_follows_several_changes_in_one_notification(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp")
        at = lambda line, character: {"line": line, "character": character}
        changes = [
            {"range": {"start": at(0, 4), "end": at(0, 9)}, "text": "x"},
            {"range": {"start": at(0, 4), "end": at(0, 5)}, "text": "once_more"},
            {"range": {"start": at(5, 0), "end": at(9, 0)}, "text": ""},
        ]
        editor.connection.notify(
            "textDocument/didChange", {"textDocument": {"uri": uri_of(path), "version": 2}, "contentChanges": changes}
        )
        self.assertEqual("once_more", self.explained(editor, at(2, 4)))
        self.assertEqual("two.cpp", self.explained(editor, at(9, 0)))

    def test_follows_a_full_change(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp")
        editor.set_text(path, "void other()\n{\n}\n")
        self.assertEqual("other", self.explained(editor, {"line": 1, "character": 0}))

    def test_counts_units_as_agreed(self):
        line = "/* äß𝄞 */ int {}() {{ return 1; }} /* 𝄞𝄞 */ int {}() {{ return 2; }}\n"
        for client, encoding in (("vscode", "utf-16"), ("helix-25.07", "utf-8"), ("eglot-30", None)):
            editor = self.editor(client)
            self.assertEqual(encoding or editor.encoding, editor.encoding)
            path = self.workspace / ("units-%s.cpp" % client)
            editor.open(path, "cpp", line.format("one", "two"))
            editor.replace(path, "two", "zwei")
            editor.replace(path, "one", "eins")
            here = editor.selection(path, "return 1")["start"]
            there = editor.selection(path, "return 2")["start"]
            self.assertEqual(["eins", "zwei"], [self.explained(editor, here, path), self.explained(editor, there, path)], editor.encoding)

    def test_line_ends_of_all_kinds(self):
        for end in ("\n", "\r\n", "\r"):
            with self.subTest(end=end):
                editor = self.editor()
                path = self.workspace / "ends.cpp"
                editor.open(path, "cpp", TWO.replace("\n", end))
                editor.replace(path, "second", "after")
                self.assertEqual("after", self.explained(editor, {"line": 7, "character": 6}, path))

    def test_positions_past_the_end_are_the_end(self):
        editor = self.editor()
        editor.open(self.workspace / "two.cpp", "cpp")
        for position in ({"line": 0, "character": 10_000}, {"line": 2_000_000, "character": 0}, {"line": 2**31 - 1, "character": 2**31 - 1}):
            self.explained(editor, position)

    def test_a_change_out_of_order_is_not_applied(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp")
        editor.set_text(path, TWO.replace("first", "newer"))
        for version in (1, -5):
            document = {"uri": uri_of(path), "version": version}
            editor.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": "int stale() { return 0; }\n"}]})
        self.assertEqual("newer", self.explained(editor, {"line": 2, "character": 4}))

    def test_versions_may_jump(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp")
        editor.buffers[str(path)].version = 2_000_000_000
        editor.set_text(path, TWO.replace("first", "jumped"))
        self.assertEqual("jumped", self.explained(editor, {"line": 2, "character": 4}))

    def test_a_change_outside_the_text_does_no_harm(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp")
        backwards = {"start": {"line": 5, "character": 0}, "end": {"line": 1, "character": 0}}
        document = {"uri": uri_of(path), "version": 2}
        editor.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": backwards, "text": "x"}]})
        editor.execute("countersign.status")
        editor.buffers[str(path)].version = 7
        editor.set_text(path, TWO)
        self.assertEqual("first", self.explained(editor, {"line": 2, "character": 4}))

    def test_a_change_of_what_is_not_open_does_no_harm(self):
        """Helix 25.01 may send didChange before didOpen, whose text then has it."""
        editor = self.editor()
        path = self.workspace / "two.cpp"
        document = {"uri": uri_of(path), "version": 1}
        editor.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": "x"}]})
        editor.open(path, "cpp")
        self.assertEqual("first", self.explained(editor, {"line": 2, "character": 4}))

    def test_a_second_open_keeps_the_newer(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp", TWO.replace("first", "newest"))
        editor.set_text(path, TWO.replace("first", "newest"))
        document = {"uri": uri_of(path), "languageId": "cpp", "version": 1, "text": TWO}
        editor.connection.notify("textDocument/didOpen", {"textDocument": document})
        self.assertEqual("newest", self.explained(editor, {"line": 2, "character": 4}))

    def test_closed_means_the_disk_again(self):
        editor = self.editor()
        path = self.workspace / "two.cpp"
        editor.open(path, "cpp", TWO.replace("first", "unsaved"))
        editor.close(path)
        editor.open(path, "cpp")
        self.assertEqual("first", self.explained(editor, {"line": 2, "character": 4}))

    def test_unknown_uri_schemes_are_left_alone(self):
        editor = self.editor()
        for uri in ("untitled:Untitled-1", "git:/two.cpp?ref=HEAD", "vscode-notebook-cell:/a#1", "nonsense", "", "file:", "file://other-host/a.cpp", "file:///%00"):
            document = {"uri": uri, "languageId": "cpp", "version": 1, "text": TWO}
            editor.connection.notify("textDocument/didOpen", {"textDocument": document})
            editor.connection.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        editor.connection.transcript.clear()
        self.assertEqual(0, editor.shut_down())

    def test_a_thousand_keystrokes_are_followed_exactly(self):
        editor = self.editor()
        path = self.workspace / "empty.cpp"
        editor.open(path, "cpp", "int typed() { return 0; }")
        for n in range(1000):
            editor.buffers[str(path)].text += ""
            text = editor.buffers[str(path)].text
            at = text.index("0;")
            change = {"range": {"start": {"line": 0, "character": at}, "end": {"line": 0, "character": at}}, "text": "1+"}
            editor._changed(str(path), text[:at] + "1+" + text[at:], [change])
        self.assertEqual("typed", self.explained(editor, {"line": 0, "character": 1500}, path))


if __name__ == "__main__":
    unittest.main()
