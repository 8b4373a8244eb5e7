"""The lock-in as a person meets it: doctor and status say what the kernel granted, and the server's files still come to be."""
import os
import pathlib
import unittest

from hostile import HostileTest


class LockedIn(HostileTest):
    files = {"a.py": "def f(a):\n    return a\n"}

    def test_doctor_says_what_was_granted_or_how_to_get_it(self):
        for person in self.people:
            with self.subTest(person=person):
                said = self.run_as(person, "doctor").stdout.decode()
                self.assertRegex(said, r"(?m)^(ok  |FAIL) kernel lock-in: ")
                if "FAIL kernel lock-in" in said:
                    self.assertRegex(said, r"kernel lock-in.*\n     to do: .*boot a kernel")

    def test_status_says_it_too(self):
        editor = self.editor("vscode")
        editor.execute("countersign.status")
        editor.until(lambda: editor.messages or editor.opened, "the status")
        said = " ".join(editor.messages) + " ".join(open(path).read() for path in editor.opened)
        self.assertIn("kernel lock-in: ", said)
        self.assertEqual(0, editor.shut_down())

    def test_the_process_has_no_way_to_new_privileges_and_a_filter(self):
        editor = self.editor("vscode")
        status = pathlib.Path("/proc/%d/status" % editor.connection.process.pid).read_text()
        facts = dict(line.split(":\t", 1) for line in status.splitlines(keepends=True) if ":\t" in line)
        self.assertEqual("1\n", facts["NoNewPrivs"])
        self.assertEqual("2\n", facts["Seccomp"])
        self.assertEqual(0, editor.shut_down())

    def test_log_and_trace_outside_the_state_directory_are_written_on(self):
        editor = self.editor(
            "vscode", COUNTERSIGN_TRACE=str(self.root / "trace.jsonl"), COUNTERSIGN_LOG_FILE=str(self.root / "log"), COUNTERSIGN_LOG_LEVEL="debug"
        )
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())
        self.assertIn("countersign.status", (self.root / "trace.jsonl").read_text())

    def test_a_state_directory_that_is_a_link_is_not_used(self):
        os.symlink(self.workspace, self.root / "state" / "countersign")
        editor = self.editor("vscode")
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())


if __name__ == "__main__":
    unittest.main()
