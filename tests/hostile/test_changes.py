"""What a command did to its view of the workspace, and what of it comes back as a proposal: the rows that the model and the person read."""
import os
import threading
import unittest

from cases import from_cases
from hostile import HostileTest
from test_walls import processes_with



@from_cases("changes")
class ChangeCases(HostileTest):
    files = {
        "a.txt": "x\n",
        "b.txt": "x\n",
        "dir/one": "1\n",
        "one": "old\n",
        "MOVED.txt": "m\n",
        ".gitignore": "build/\nnode_modules/\ntarget/\n*.o\n",
        ".git/config": "[core]\n",
    }

    def setUp(self):
        super().setUp()
        os.link(self.workspace / "one", self.workspace / "two")

    def rows_of(self, person, script, answers="y\n" + "n\n" * 9, **arguments):
        """(rows about changes, the whole result, what was said to the person)."""
        call = [("run_command", {"argv": ["bash", "-c", script], "keep_changes": True, **arguments})]
        done, _, model = self.run_model(person, call, options=["--apply"], answers=answers)
        result = model.results()[0]
        return [line for line in result.splitlines() if line.startswith(("proposed:", "not kept:"))], result, done.stderr.decode()

    def try_case(self, case):
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            # Where a change is flagged, the plain ones come first and are taken; then there is the question about the others.
            rows, result, said = self.rows_of(person, case["script"], "y\ny\nn\n" if "flagged" in case else "y\n" + "n\n" * 9)
            for wanted in case["rows"]:
                self.assertTrue(any(wanted in row for row in rows), "%r is not among %r of %s" % (wanted, rows, result))
            for hidden in case.get("hides", []):
                self.assertFalse(any(hidden in row for row in rows), rows)
            for path in case.get("flagged", []):
                self.assertIn("Apply it to %s as well?" % path, said)
                self.assertEqual(self.files[path], self.text(path))
                (self.workspace / "payload.txt").unlink()
                self._baseline = None
            if not case["rows"]:
                self.assertEqual([], rows)

    def test_ovl_017(self):
        for number, person in enumerate(self.each_person()):
            mark = "86402.%d.%d" % (os.getpid(), number)  # the last person's command may still be ending
            self.write("a.txt", "x\n")
            self.give_to(person)

            def change(mark=mark):
                while not processes_with(mark):
                    pass
                with open(self.workspace / "a.txt", "r+") as file:
                    file.write("moved\n")

            thread = threading.Thread(target=change)
            thread.start()
            rows, result, _ = self.rows_of(person, "until grep -q moved a.txt; do : %s; done; echo new > b.txt" % mark)
            thread.join()
            self.assertIn("changed on disk meanwhile", result)
            self.assertEqual(["not kept: modified b.txt: a file changed on disk meanwhile; run it again"], rows)

    def test_ovl_018(self):
        """Root may give files away; the command that changes such a one fails with a word, or the change is offered whole."""
        if os.geteuid() != 0:
            self.skipTest("only root can give a file to somebody else")
        person = self.people[-1]
        self.give_to(person)
        os.chown(self.workspace / "a.txt", 54321, 54322)
        os.chmod(self.workspace / "a.txt", 0o666)
        call = [("run_command", {"argv": ["bash", "-c", "echo more >> a.txt; echo ended $?"], "keep_changes": True})]
        give_to, self.give_to = self.give_to, lambda _: None
        try:
            done, printed, model = self.run_model(person, call, answers="y\n")
        finally:
            self.give_to = give_to
        result = model.results()[0]
        if "ended 0" in result:
            self.assertIn("proposed: modified a.txt", result)
        else:
            self.assertRegex(result, "a.txt: (Value too large|Permission denied|Operation not permitted)")
            self.assertEqual([], printed["changes"])
        self.assertEqual("x\n", self.text("a.txt"))

    def test_ovl_021(self):
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            script = "import os\ntry:\n    for n in range(1_000_000): os.close(os.open('f%d' % n, os.O_CREAT))\nexcept OSError as error: print(error.strerror, n)"
            done = self.run_as(person, "sandbox", "--diff", "--", "python3", "-c", script)
            self.assertRegex(done.stdout.decode(), r"No space left on device 19\d{4}")
            self.assertIn("one of too many changes", done.stderr.decode())

    def test_ovl_023(self):
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            for _ in range(2):
                done = self.run_as(person, "sandbox", "--", "sh", "-c", "test ! -e left && rm -r dir && mkdir dir && echo x > left && ls -A dir")
                self.assertEqual((0, b"", b""), (done.returncode, done.stdout, done.stderr))


if __name__ == "__main__":
    unittest.main()
