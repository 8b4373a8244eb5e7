"""Edits that a model might propose: outside, in git's own files, in our settings; what some program runs later needs a yes of its own."""
import os
import stat
import unittest

from cases import from_cases, load
from hostile import HostileTest


@from_cases("edits")
class EditCases(HostileTest):
    files = {"a": "one\n", "a.txt": "text\n", ".git/config": "[core]\n"}

    def calls_of(self, case):
        def filled(value):
            if isinstance(value, dict):
                return {key: filled(each) for key, each in value.items()}
            return value.replace("{home}", str(self.root / "home")) if isinstance(value, str) else value

        return [(name, filled(arguments)) for name, arguments in case["calls"]]

    def try_case(self, case):
        calls = self.calls_of(case)
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            done, printed, model = self.run_model(person, calls, options=["--apply"], answers="n\n" * (len(calls) + 1))
            said = done.stderr.decode()
            if case["expect"] == "flagged":
                for _, arguments in calls:
                    self.assertIn("Apply it to %s as well?" % arguments["path"], said)
                self.assertNotIn("Apply this to", said)
                self.assertIn("Nothing was written.", said)
                continue
            for result in model.results():
                self.assertTrue(result.startswith(case["expect"] + ": "), result)
                self.assertIn(case["says"], result)
            self.assertEqual([], printed["changes"])
            self.assertNotIn("Apply", said)

    def test_edit_005(self):
        """The client's version has moved on, in the lines that the proposal is about."""
        model = self.scripted([("read_file", {"path": "a"})], [("edit_file", {"path": "a", "old_text": "one", "new_text": "two"})], "Done.")
        editor = self.editor("vscode", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        path = self.workspace / "a"
        editor.open(path, "plaintext")
        place = {"line": 0, "character": 0}
        editor.execute("countersign.ask", {"uri": path.as_uri(), "range": {"start": place, "end": place}, "instruction": "go"})
        number = editor.proposal()
        editor.set_text(path, "three\n")
        try:
            editor.execute("countersign.apply", {"proposal": number})
            editor.until(lambda: editor.messages, "a word on what became of it")
        except AssertionError:
            raise
        except Exception as refused:
            self.assertRegex(str(refused), "(?i)changed|stale|moved|conflict")
        self.assertEqual([], editor.edits)
        self.assertEqual("three\n", editor.buffers[str(path)].text)
        self.assertEqual(0, editor.shut_down())

    def test_edit_021(self):
        calls = self.calls_of(next(case for case in load("edits") if case["id"] == "EDIT-021"))
        for person in self.each_person():
            self.give_to(person)
            done, printed, model = self.run_model(person, calls, options=["--apply"], answers="y\n" * 4)
            self.assertEqual(["new"], [change["path"] for change in printed["changes"]])
            self.assertTrue(stat.S_ISREG(os.lstat(self.workspace / "new").st_mode))
            self.assertEqual("symlink -> /etc/passwd\n", self.text("new"))
            self.assertIn("not kept: new2: a symbolic link that leads out", model.results()[1])
            self.assertIn("not kept: linked new3: links are not proposed", model.results()[2])
            (self.workspace / "new").unlink()


if __name__ == "__main__":
    unittest.main()
