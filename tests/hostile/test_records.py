"""The ledger and what is written to disk: what somebody did to it shows, secrets are not in it, and a kill leaves old or new, no half."""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from cases import from_cases
from hostile import HostileTest

from connection import PATIENCE
from editor import Refused, uri_of
from fixture import binary

ZERO = {"line": 0, "character": 0}
SECRET = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"


@from_cases("records")
class RecordCases(HostileTest):
    files = {"a.txt": "one\ntwo\nthree\n", "b.txt": "one\n"}
    EDIT = [("edit_file", {"path": "a.txt", "old_text": "two", "new_text": "TWO"})]

    def worked(self, person):
        done, _, model = self.run_model(person, [("run_command", {"argv": ["true"]})], self.EDIT)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(0, self.run_as(person, "audit", "verify").returncode)

    def tamper(self, sql):
        with contextlib.closing(sqlite3.connect(self.state / "ledger.db")) as database:
            triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                database.execute("DROP TRIGGER " + name)
            database.execute(sql)
            for _, creating in triggers:
                database.execute(creating)
            database.commit()

    def fresh(self):
        for path in self.state.glob("ledger*"):
            path.unlink()

    def test_aud_001(self):
        for person in self.each_person():
            self.worked(person)
            self.tamper("UPDATE events SET fields = replace(fields, 'true', 'rm') WHERE kind = 'command' AND rowid = (SELECT max(rowid) FROM events WHERE kind = 'command')")
            done = self.run_as(person, "audit", "verify")
            self.assertEqual(1, done.returncode)
            self.assertRegex(done.stdout, rb"changed +entry \d+, which says")
            self.fresh()

    def test_aud_002(self):
        for person in self.each_person():
            self.worked(person)
            self.tamper("DELETE FROM events WHERE rowid > (SELECT max(rowid) - 2 FROM events)")
            done = self.run_as(person, "audit", "verify")
            self.assertEqual(1, done.returncode)
            self.assertIn(b"truncated", done.stdout)
            self.fresh()

    def test_aud_004(self):
        for person in self.each_person():
            self.run_model(person, [("run_command", {"argv": ["printf", "%s", SECRET]})], variables={"COUNTERSIGN_AUDIT_TEXTS": "on"})
            for path in self.state.rglob("*"):
                if path.is_file():
                    self.assertNotIn(SECRET.encode(), path.read_bytes(), path)
            argv = [f["argv"] for _, f in self.ledger("command")]
            self.assertIn("[REDACTED:", argv[-1])
            self.fresh()

    def test_aud_005(self):
        words = 'x\n{"sequence": 999, "kind": "approval"}\u2028"}}'
        for person in self.each_person():
            self.run_model(person, [("run_command", {"argv": ["printf", words]}), ("create_file", {"path": "n.txt", "content": words})])
            listed = self.run_as(person, "audit", "list", "--format", "json")
            self.assertEqual(0, listed.returncode, listed.stderr)
            events = [json.loads(line) for line in listed.stdout.decode().split("\n") if line]
            self.assertEqual(list(range(1, len(events) + 1)), [event["sequence"] for event in events])
            self.assertNotIn("approval", {event["kind"] for event in events})
            self.assertEqual(0, self.run_as(person, "audit", "verify").returncode)
            self.fresh()

    def test_aud_006(self):
        """Whatever an undo does, what the person wrote afterwards stays."""
        model = self.scripted(self.EDIT, "Done.")
        editor = self.editor("vscode", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        path = self.workspace / "a.txt"
        editor.open(path, "plaintext")
        editor.execute("countersign.ask", {"uri": uri_of(path), "range": {"start": ZERO, "end": ZERO}, "instruction": "go"})
        number = editor.proposal()
        editor.execute("countersign.apply", {"proposal": number})
        editor.applied(number)
        editor.messages.clear()
        editor.set_text(path, "one\nTWO by hand\nthree\n")
        edits = len(editor.edits)
        try:
            editor.execute("countersign.undo", {"proposal": number})
            editor.until(lambda: editor.messages, "a word on the undo")
        except Refused:
            pass
        self.assertEqual("one\nTWO by hand\nthree\n", editor.buffers[str(path)].text)
        self.assertEqual(edits, len(editor.edits))
        self.assertEqual(0, editor.shut_down())

    def test_aud_008(self):
        """Killed at many moments while two files are written after a yes: each file is old or new."""
        new = {"a.txt": "one\nTWO\nthree\n", "b.txt": "ONE\n"}
        edits = self.EDIT + [("edit_file", {"path": "b.txt", "old_text": "one", "new_text": "ONE"})]
        for person in self.each_person():
            for delay in range(12):
                for path, text in self.files.items():
                    self.write(path, text)
                self.give_to(person)
                model = self.scripted(edits, "Done.")
                options = {} if person == os.geteuid() else {"user": person, "group": person, "extra_groups": []}
                process = subprocess.Popen(
                    [binary(), "run", "ask", "a.txt:1", "--instruction", "go", "--apply", "--provider", "openai", "--base-url", model.address],
                    env=self.environment(), cwd=self.workspace, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options,
                )
                asked = b""
                while b"Apply this to" not in asked:
                    piece = os.read(process.stderr.fileno(), 4096)
                    self.assertTrue(piece, asked)
                    asked += piece
                process.stdin.write(b"y\n")
                process.stdin.flush()
                time.sleep(delay * 0.002)  # another moment each time; none of them may leave a half
                process.send_signal(signal.SIGKILL)
                process.wait(PATIENCE)
                process.stdin.close()
                process.stderr.close()
                for path, text in self.files.items():
                    self.assertIn(self.text(path), (text, new[path]))
                self.assertNotEqual(2, self.run_as(person, "audit", "verify").returncode)
                done, _, _ = self.run_model(person, "Done.")
                self.assertEqual(0, done.returncode, "it works again: %r" % done.stderr)
        self._baseline = None

    def test_aud_010(self):
        models = [self.scripted(*[[("run_command", {"argv": ["true"]})], "Done."] * 3) for _ in range(2)]
        editors = [self.editor("vscode", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=m.address, COUNTERSIGN_LEVEL="verify") for m in models]
        path = self.workspace / "a.txt"
        for turn in range(1, 4):
            for editor in editors:
                editor.open(path, "plaintext") if str(path) not in editor.buffers else None
                editor.execute("countersign.ask", {"uri": uri_of(path), "range": {"start": ZERO, "end": ZERO}, "instruction": "go"})
            for editor, model in zip(editors, models):
                editor.until(lambda m=model: len(m.requests) == 2 * turn, "the run")
        for editor in editors:
            self.assertEqual(0, editor.shut_down())
        self.assertEqual(6, [f["outcome"] for _, f in self.ledger("command")].count("started"))
        self.assertEqual(0, self.run_as(os.geteuid(), "audit", "verify").returncode)


if __name__ == "__main__":
    unittest.main()
