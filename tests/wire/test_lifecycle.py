"""How a session begins and ends."""
import json
import subprocess
import sys
import time
import unittest
from pathlib import Path

from connection import PATIENCE
from editor import Refused
from fixture import WireTest, binary


class Lifecycle(WireTest):
    files = {"a.txt": "hello\n"}

    def test_shutdown_then_exit_ends_with_status_0(self):
        self.assertEqual(0, self.editor().shut_down())

    def test_exit_without_shutdown_ends_with_status_1(self):
        editor = self.editor()
        editor.connection.notify("exit")
        self.assertEqual(1, editor.connection.wait_exit())

    def test_exit_before_initialize_ends_with_status_1(self):
        connection = self.connect()
        connection.notify("exit")
        self.assertEqual(1, connection.wait_exit())

    def test_ends_when_input_is_closed(self):
        editor = self.editor()
        editor.connection.close_input()
        self.assertIn(editor.connection.wait_exit(), (0, 1))

    def test_second_initialize_is_refused(self):
        editor = self.editor()
        with self.assertRaises(Refused) as refused:
            editor.initialize()
        self.assertEqual(-32600, refused.exception.code)
        editor.execute("countersign.status")

    def test_request_before_initialize_is_refused(self):
        editor = self.editor(initialize=False)
        with self.assertRaises(Refused) as refused:
            editor.actions(self.workspace / "a.txt")
        self.assertEqual(-32002, refused.exception.code)
        editor.initialize()
        self.assertEqual(0, editor.shut_down())

    def test_notifications_before_initialize_are_dropped(self):
        editor = self.editor(initialize=False)
        editor.open(self.workspace / "a.txt")
        editor.initialize()
        self.assertEqual(0, editor.shut_down())

    def test_request_after_shutdown_is_refused(self):
        editor = self.editor()
        editor.call("shutdown")
        with self.assertRaises(Refused) as refused:
            editor.execute("countersign.status")
        self.assertEqual(-32600, refused.exception.code)
        editor.connection.notify("exit")
        self.assertEqual(0, editor.connection.wait_exit())

    def test_ends_soon_after_its_parent_died(self):
        parent = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
        editor = self.editor(initialize=False)
        editor.initialize(processId=parent.pid)
        parent.stdin.close()
        parent.wait(PATIENCE)
        began = time.monotonic()
        editor.connection.wait_exit(PATIENCE * 2)  # input stays open: only the parent's end can stop it
        self.assertLess(time.monotonic() - began, PATIENCE * 2)

    def test_null_process_id_is_no_parent(self):
        editor = self.editor(initialize=False)
        editor.initialize(processId=None)
        self.assertEqual(0, editor.shut_down())

    def test_says_who_it_is(self):
        answer = self.editor(initialize=False).initialize()
        self.assertEqual("countersign", answer["serverInfo"]["name"].lower())
        self.assertTrue(answer["serverInfo"].get("version"))

    def test_writes_nothing_to_stdout_but_frames_with_the_log_turned_up(self):
        editor = self.editor(COUNTERSIGN_LOG_LEVEL="debug")
        editor.open(self.workspace / "a.txt", "plaintext")
        editor.actions(self.workspace / "a.txt")
        self.assertEqual(0, editor.shut_down())

    def test_starts_without_what_only_a_model_needs(self):
        editor = self.editor()
        loaded = Path(f"/proc/{editor.connection.process.pid}/maps").read_text()
        self.assertIn("libsqlite3", loaded)
        self.assertNotIn("libcurl", loaded)
        self.assertNotIn("libssl", loaded)

    def test_stdio_flag_of_editors_is_understood(self):
        done = subprocess.run(
            [binary(), "lsp", "--stdio"], input=b"", env=self.environment(), capture_output=True, timeout=PATIENCE
        )
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertEqual(b"", done.stdout)

    def test_trace_file_has_both_directions(self):
        trace = self.root / "trace.jsonl"
        editor = self.editor(COUNTERSIGN_TRACE=str(trace))
        self.assertEqual(0, editor.shut_down())
        entries = [json.loads(line) for line in trace.read_text().splitlines()]
        asked = [e["message"]["method"] for e in entries if e["from"] == "client" and "method" in e["message"]]
        self.assertEqual(["initialize", "initialized", "shutdown", "exit"], asked)
        answered = {e["message"]["id"] for e in entries if e["from"] == "server" and "result" in e["message"]}
        self.assertEqual({e["message"]["id"] for e in entries if e["from"] == "client" and "method" in e["message"] and "id" in e["message"]}, answered)


if __name__ == "__main__":
    unittest.main()
