"""The lock-in as a person meets it: doctor and status say what the kernel granted, and the server's files still come to be."""
import os
import pathlib
import shutil
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

    def settings(self, text):
        folder = self.root / "config" / "countersign"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(text)

    def held(self, process):
        status = pathlib.Path("/proc/%d/status" % process).read_text()
        facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        return facts["NoNewPrivs"], facts["Seccomp"]

    def test_the_key_comes_from_a_command_that_reaches_further_than_the_server(self):
        """As a keyring's would: it was started before the lock-in, once, and is waited for when a run wants the key."""
        asked = self.root / "home" / "asked"
        self.settings('api_key_command = "echo x >> %s; echo sk-from-command"\n' % asked)
        for person in self.each_person():
            model = self.scripted("Done.", "Done.")
            heard = []
            handler = model.server.RequestHandlerClass
            receive = handler.do_POST
            handler.do_POST = lambda request: (heard.append(request.headers["Authorization"]), receive(request))
            done, _, _ = self.run_model(person, model=model, place="a.py:1")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual(["Bearer sk-from-command"], heard)
            self.assertEqual("x\n", asked.read_text())
            asked.unlink()
        model = self.scripted("Done.", "Done.")
        editor = self.editor("vscode", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        path = self.workspace / "a.py"
        editor.open(path, "python")
        place = {"line": 0, "character": 0}
        for turn in (1, 2):
            editor.execute("countersign.ask", {"uri": path.as_uri(), "range": {"start": place, "end": place}, "instruction": "go"})
            editor.until(lambda: len(model.requests) == turn, "a request")
        self.assertEqual(0, editor.shut_down())
        self.assertEqual("x\n", asked.read_text(), "asked once in a session")

    def test_a_run_and_a_tool_are_held_too(self):
        seen = []

        def look(_):
            for folder in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    words = folder.joinpath("cmdline").read_bytes().split(b"\0")
                    if words[1:2] == [b"run"] and model.address.encode() in words:
                        seen.append(self.held(int(folder.name)))
                except OSError:
                    pass
            return "Done."

        for person in self.each_person():
            model = self.scripted(look)
            self.run_model(person, model=model, place="a.py:1")
        self.assertEqual([("1", "2")] * len(self.people), seen)

    def test_a_run_that_may_apply_writes_in_the_workspace_and_keeps_modes(self):
        for person in self.each_person():
            self.write("run.sh", "#!/bin/sh\n").chmod(0o755)
            self.give_to(person)
            edit = [("edit_file", {"path": "run.sh", "old_text": "#!/bin/sh", "new_text": "#!/bin/bash"}), ("create_file", {"path": "new/b.py", "content": "x = 1\n"})]
            done, _, _ = self.run_model(person, edit, place="a.py:1", options=["--apply"], answers="y\n")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual(("#!/bin/bash\n", 0o755), (self.text("run.sh"), (self.workspace / "run.sh").stat().st_mode & 0o777))
            self.assertEqual("x = 1\n", self.text("new/b.py"))
            (self.workspace / "new" / "b.py").unlink()
        self._baseline = None

    def test_a_recording_is_written_where_the_person_wants_it(self):
        for person in self.each_person():
            model = self.scripted("Done.")
            folder = self.root / "home" / "recorded"
            done, _, _ = self.run_model(person, model=model, place="a.py:1", options=["--recording", str(folder)])
            self.assertEqual(0, done.returncode, done.stderr)
            (recorded,) = folder.glob("*/*.http")
            self.assertIn("countersign recording 1", recorded.read_text())
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
