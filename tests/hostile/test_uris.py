"""URIs that a client might send: what they name outside is never read, and whatever they are the server answers and lives."""
import os
import pathlib
import unittest
import urllib.parse

from cases import from_cases
from hostile import OUTSIDE, HostileTest

from editor import Refused


class UriTest(HostileTest):
    files = {"a.c": "int a;\n", "a#b.c": "int b;\n", "\u202ecod.c": "int c;\n", "sub/b.c": "int d;\n"}

    def explain(self, editor, uri):
        """What came of explaining what the URI names: the explanation's text, or what was said instead."""
        start = {"line": 0, "character": 4}
        editor.messages.clear()
        seen = len(editor.opened)
        try:
            editor.execute("countersign.explain", {"uri": uri, "range": {"start": start, "end": start}})
            editor.until(lambda: editor.messages or len(editor.opened) > seen, "a word on " + uri)
        except Refused as refused:
            return False, refused.text
        shown = " ".join(pathlib.Path(path).read_text() for path in editor.opened[seen:])
        return len(editor.opened) > seen, shown + " ".join(editor.messages)


@from_cases("uris")
class UriCases(UriTest):
    def try_case(self, case):
        editor = self.editor("vscode")
        explained, said = self.explain(editor, case["uri"].replace("{ws}", urllib.parse.quote(str(self.workspace))))
        self.assertEqual(case["reads"], explained, said)
        self.assertTrue(said)
        self.assertNotIn(OUTSIDE, said)
        self.assertNotIn("\u202e", said)
        self.assertNotIn("\r", said)
        document = {"uri": case["uri"].replace("{ws}", str(self.workspace)), "languageId": "c", "version": 1, "text": "int x;\n"}
        editor.connection.notify("textDocument/didOpen", {"textDocument": document})
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())


class HostileUris(UriTest):
    # URI with {ws} for the workspace's path, and whether it names a file that may be read
    cases = [
        ("file://{ws}/a.c", True),
        ("file://localhost{ws}/a.c", True),
        ("FILE://{ws}/a.c", True),
        ("file:{ws}/a.c", True),
        ("file://{ws}/a%23b.c", True),
        ("file://{ws}/%E2%80%AEcod.c", True),
        ("file://{ws}/sub/../a.c", True),
        ("file://{ws}", False),
        ("file://{ws}/", False),
        ("file://{ws}/%2e%2e/secret.txt", False),
        ("file://{ws}/..%2fsecret.txt", False),
        ("file://{ws}/%252e%252e/secret.txt", False),
        ("file://{ws}/a%00b", False),
        ("file://{ws}-evil/secret.txt", False),
        ("file://{ws}/a.c?x=1#frag", False),
        ("file://{ws}/%FF%FE", False),
        ("file://{ws}/a%2", False),
        ("file://{ws}/a%zz", False),
        ("file://{ws}/\r\nContent-Length: 0", False),
        ("file://evil.example{ws}/a.c", False),
        ("http://127.0.0.1{ws}/a.c", False),
        ("jar:file://{ws}/a.jar!/x", False),
        ("javascript:alert(1)", False),
        ("untitled:Untitled-1", False),
        ("vscode-userdata:/etc/passwd", False),
        ("/etc/passwd", False),
        ("", False),
    ]

    def test_every_uri_is_answered_and_none_leads_outside(self):
        editor = self.editor("vscode")
        quoted = urllib.parse.quote(str(self.workspace))
        for uri, readable in self.cases:
            with self.subTest(uri):
                explained, said = self.explain(editor, uri.format(ws=quoted))
                self.assertEqual(readable, explained, said)
                self.assertTrue(said)
                self.assertNotIn(OUTSIDE, said)
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())

    def test_documents_with_such_uris_are_taken_or_left_and_never_written(self):
        editor = self.editor("vscode")
        for uri, _ in self.cases:
            document = {"uri": uri.format(ws=urllib.parse.quote(str(self.workspace))), "languageId": "c", "version": 1, "text": "int x;\n"}
            editor.connection.notify("textDocument/didOpen", {"textDocument": document})
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())

    def test_links_beside_the_workspace_are_not_its_files(self):
        os.symlink(self.root / "secret.txt", self.workspace / "link.c")
        editor = self.editor("vscode")
        explained, said = self.explain(editor, "file://%s/link.c" % urllib.parse.quote(str(self.workspace)))
        self.assertFalse(explained)
        self.assertNotIn(OUTSIDE, said)
        self.assertEqual(0, editor.shut_down())


if __name__ == "__main__":
    unittest.main()
