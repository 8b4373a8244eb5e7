"""What goes wrong under a run: commands that will not end, a broker that dies, a disk that is full, a workspace that is gone. Each is a
clear error for who can do something about it, the run or the server goes on, and no process is left."""
import os
import pathlib
import shutil
import signal
import unittest

from hostile import HostileTest
from test_walls import processes_with

from editor import BEHAVIOURS, Editor, Refused, uri_of
from connection import Connection
from fixture import binary

ZERO = {"line": 0, "character": 0}


class Faults(HostileTest):
    files = {"a.txt": "text\n"}

    def test_commands_that_will_not_end_are_stopped_and_the_run_goes_on(self):
        mark = "86403.%d" % os.getpid()
        table = [
            ("i=0; while [ $i -lt 300 ]; do i=$((i+1)); (setsid sh -c 'trap \"\" TERM HUP; exec sleep %s' >/dev/null 2>&1 &); done; exit 3" % mark, {}, "exit status 3"),
            ("head -c 10000000000 /dev/zero > big", {}, "File size limit exceeded|File too large|signal 25|exit status 1"),
            ("exec yes", {}, "it printed too much"),
            ("trap '' TERM INT HUP; while :; do sleep %s; done" % mark, {"timeout_seconds": 1}, "out of time"),
            ("exec >&- 2>&-; exit 5", {}, "exit status 5"),
            ("n=0; while head -c 400000000 /dev/zero > f$n; do n=$((n+1)); done; exit 9", {}, "No space left on device"),
            ("f() { f | f & f; }; f", {"timeout_seconds": 2}, "out of time|exit status|signal"),
            ("exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'", {}, "too much memory|signal|exit status"),
        ]
        for person in self.each_person():
            self.give_to(person)
            self.watch_disk()
            calls = [[("run_command", {"argv": ["sh", "-c", script], **more})] for script, more, _ in table]
            done, printed, model = self.run_model(person, *calls, "All done.", answers="y\n" * len(calls))
            self.assertEqual((0, "All done."), (done.returncode, printed["text"]), done.stderr)
            for (script, _, words), result in zip(table, model.results()):
                self.assertRegex(result, words, script)
            self.assertEqual([], processes_with(mark))

    def started(self, *turns, level="verify", prefix=(), **environment):
        """(editor, model): a server with a scripted model, perhaps started through another program."""
        model = self.scripted(*turns)
        self.watch_disk()
        variables = self.environment(COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address, COUNTERSIGN_LEVEL=level, **environment)
        connection = Connection([*prefix, binary(), "lsp"], environment=variables, folder=str(self.root / "home"), stderr_path=self.root / "stderr")
        self.connections.append(connection)
        editor = Editor(connection, BEHAVIOURS["vscode"], [self.workspace])
        editor.initialize()
        editor.open(self.workspace / "a.txt", "plaintext")
        return editor, model

    def ask(self, editor):
        editor.execute("countersign.ask", {"uri": uri_of(self.workspace / "a.txt"), "range": {"start": ZERO, "end": ZERO}, "instruction": "go"})

    def assert_alive(self, editor):
        editor.messages.clear()
        editor.execute("countersign.status")
        editor.until(lambda: editor.messages, "the status")
        self.assertEqual(0, editor.shut_down())

    def test_a_broker_that_is_killed_is_told_and_the_server_lives(self):
        editor, model = self.started([("run_command", {"argv": ["true"]})], [("run_command", {"argv": ["true"]})], "Done.")
        server = editor.connection.process.pid
        brokers = [
            int(child) for child in pathlib.Path("/proc/%d/task/%d/children" % (server, server)).read_text().split()
            if b"sandbox-broker" in pathlib.Path("/proc/%s/cmdline" % child).read_bytes()
        ]
        self.assertEqual(1, len(brokers))
        os.kill(brokers[0], signal.SIGKILL)
        self.ask(editor)
        editor.until(lambda: len(model.requests) == 3, "the end of the run")
        for result in model.results():
            self.assertRegex(result, "io: the process that runs commands is gone; restart the language server")
        self.assert_alive(editor)

    def test_a_workspace_that_is_deleted_is_told_and_the_server_lives(self):
        gone = lambda _: (shutil.rmtree(self.workspace), [("run_command", {"argv": ["true"]}), ("read_file", {"path": "b.txt"}), ("list_files", {})])[1]
        editor, model = self.started(gone, "Done.")
        self.ask(editor)
        editor.until(lambda: len(model.requests) == 2, "the end of the run")
        self.assertRegex(model.results()[0], "not_found: the workspace .* (cannot be read|is not there any more)")
        self.assertRegex(model.results()[1], "^(not_found|io): ")
        self.assert_alive(editor)
        self._baseline = None
        self.workspace.mkdir()

    def test_a_state_directory_that_is_full_is_told_and_the_server_lives(self):
        self.state.mkdir()
        script = 'mount -t tmpfs -o size=300k tmpfs "$1" || exit 77; head -c 1000000 /dev/zero > "$1/filler" 2>/dev/null; shift; exec "$@"'
        prefix = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(self.state)]
        editor, model = self.started([("run_command", {"argv": ["true"]})], "Done.", prefix=prefix)
        said = ""
        try:
            self.ask(editor)
            editor.until(lambda: editor.messages, "a word on the full disk")
        except Refused as refused:
            said = refused.text
        self.assertRegex(said + " ".join(editor.messages), "(?i)no space|full|cannot")
        self.assertEqual([], [r for r in model.results() if "exit status" in r], "what cannot be recorded is not run")
        self.assert_alive(editor)


if __name__ == "__main__":
    unittest.main()
