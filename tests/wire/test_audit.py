"""The ledger from outside: what a day's work leaves in it, what `countersign audit` says of it, and what it finds when it was changed."""
import contextlib
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import threading
import unittest

from fixture import PATIENCE, WireTest, binary
from samples import CPP_PROJECT

NOBODY = 65534


class Audit(WireTest):
    files = CPP_PROJECT

    def work(self):
        """One proposal applied, one discarded; returns the number of the applied one."""
        path = self.workspace / "clamp.cpp"
        editor = self.editor("vscode")
        editor.open(path, "cpp")
        numbers = []
        for decision in ("discard", "apply"):
            editor.run(editor.pick(path, "Refactor: invert if", "value < low"))
            numbers.append(editor.proposal())
            editor.execute("countersign." + decision, {"proposal": numbers[-1]})
            editor.applied(numbers[-1]) if decision == "apply" else editor.message("discarded")
            editor.messages.clear()
        self.assertEqual(0, editor.shut_down())
        return numbers[1]

    def audit(self, *arguments, status=0):
        result = self.command_line("audit", *arguments)
        self.assertEqual(status, result.returncode, result.stdout + result.stderr)
        return result.stdout if status < 2 else result.stderr

    def lines(self, *arguments):
        return [json.loads(line) for line in self.audit("list", *arguments).splitlines()]

    def tamper(self, statements):
        with contextlib.closing(sqlite3.connect(self.state / "ledger.db")) as database:
            triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                database.execute("DROP TRIGGER " + name)
            database.executescript(statements)
            for _, creating in triggers:
                database.execute(creating)
            database.commit()

    def test_a_whole_way_is_recorded_and_verifies(self):
        number = self.work()
        events = self.lines()
        self.assertEqual(list(range(1, len(events) + 1)), [event["sequence"] for event in events])
        by_kind = {event["kind"]: event for event in reversed(events)}
        self.assertLessEqual({"run_started", "reply", "tool", "run", "proposal", "approval", "applied", "discarded"}, set(by_kind))
        self.assertEqual({str(self.workspace)}, {event["workspace"] for event in events})
        approval = by_kind["approval"]["fields"]
        self.assertEqual((number, True), (approval["proposal"], bool(approval["client"]) and bool(approval["user"])))
        hunk = by_kind["proposal"]["fields"]["files"][0]["hunks"][0]
        self.assertEqual((64, 64), (len(hunk["before"]), len(hunk["after"])))
        self.assertEqual({"hash", "bytes"}, set(by_kind["run_started"]["fields"]["instruction"]))
        self.assertTrue(by_kind["tool"]["fields"]["arguments"])
        self.assertIn("Every entry is as it was written", self.audit("verify"))
        self.assertEqual(["discarded"], [event["kind"] for event in self.lines("--outcome", "discarded")])
        self.assertEqual(events[-2:], self.lines("--limit", "2"))
        self.assertEqual([], self.lines("--workspace", str(self.root)))
        self.assertEqual(events, self.lines("--since", "1h", "--workspace", str(self.workspace)))
        self.assertEqual([], self.lines("--until", "2020-01-01"))
        self.assertEqual(approval, json.loads(self.audit("show", str(by_kind["approval"]["sequence"])))["fields"])

    def test_a_change_is_named_with_its_place(self):
        self.work()
        head = next(line for line in self.audit("verify").splitlines() if line.startswith("head "))[5:]
        self.audit("verify", "--known", head)
        self.tamper("UPDATE events SET fields = replace(fields, 'vscode', 'nobody'), kind = 'tool' WHERE kind = 'approval'")
        told = self.audit("verify", status=1)
        self.assertRegex(told, r"changed +entry \d+, which says 20\d\d-.*, was changed after it was written")
        self.assertIn("NOT as it was written", told)
        verdict = json.loads(self.audit("verify", "--format", "json", status=1))
        self.assertEqual((False, ["changed"]), (verdict["whole"], [finding["damage"] for finding in verdict["findings"]]))

    def test_what_is_not_there_or_not_understood_is_said(self):
        self.assertIn("there is no ledger", self.command_line("audit", "verify").stderr)
        self.assertFalse((self.state / "ledger.db").exists(), "looking at a ledger must not make one")
        self.assertIn("is no time", self.audit("list", "--since", "yesterday", status=2))
        self.assertIn("--known takes", self.audit("verify", "--known", "12", status=2))
        self.audit("forget", status=2)
        self.work()
        self.assertIn("no entry 9999", self.command_line("audit", "show", "9999").stderr)

    def test_no_edit_leaves_when_its_approval_cannot_be_recorded(self):
        path = self.workspace / "clamp.cpp"
        editor = self.editor("vscode")
        editor.open(path, "cpp")
        editor.run(editor.pick(path, "Refactor: invert if", "value < low"))
        number = editor.proposal()
        self.tamper("UPDATE head SET sequence = 1")
        editor.execute("countersign.apply", {"proposal": number})
        editor.message("was not applied, nothing was changed: .*was changed by something else")
        self.assertEqual([], editor.edits)
        self.assertEqual(0, editor.shut_down())
        self.assertIn("the record of the newest entry was changed", self.audit("verify", status=1))

    def collector(self, status=200, answer=b"{}"):
        """(address, bodies that arrive) of a server that answers so."""
        bodies = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                bodies.append((self.path, self.headers["Content-Type"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return "http://127.0.0.1:%d" % server.server_port, bodies

    def test_spans_reach_the_collector_that_was_named(self):
        self.work()
        address, bodies = self.collector()
        result = self.command_line("audit", "export", "--collector", address + "/")
        self.assertEqual((0, ""), (result.returncode, result.stdout), result.stderr)
        self.assertEqual([("/v1/traces", "application/json")], [body[:2] for body in bodies])
        spans = bodies[0][2]["resourceSpans"][0]["scopeSpans"][0]["spans"]
        self.assertLessEqual({"invoke_agent countersign", "execute_tool edit_file", "countersign.approval"}, {span["name"] for span in spans})
        printed = self.audit("export", "--format", "otlp")
        self.assertEqual(bodies[0][2], json.loads(printed))
        self.assertEqual(self.lines(), [json.loads(line) for line in self.audit("export").splitlines()])

    def test_a_collector_that_refuses_is_named_with_its_words(self):
        self.work()
        for status, answer, told in (
            (503, b"too busy \x1b[2J", r"answered 503: too busy \\u\{1B\}"),
            (302, b"", "answered 302"),
            (200, b'{"partialSuccess": {"rejectedSpans": "3", "errorMessage": "too old"}}', "refused .*3.* of the spans: too old"),
            (200, b"x" * 100_000, "cannot be reached"),
        ):
            with self.subTest(status=status, answer=answer[:20]):
                result = self.command_line("audit", "export", "--collector", self.collector(status, answer)[0])
                self.assertEqual(1, result.returncode)
                self.assertRegex(result.stderr, told)
        closed = self.command_line("audit", "export", "--collector", "http://127.0.0.1:1")
        self.assertEqual(1, closed.returncode)
        self.assertRegex(closed.stderr, "the collector http://127.0.0.1:1/v1/traces cannot be reached")
        self.audit("export", "--collector", "file:///etc/passwd", status=2)
        self.audit("list", "--collector", "http://127.0.0.1:1", status=2)

    def read_only(self):
        """The state directory can be written by root at most; gives who looks at it: how to start a process of theirs."""
        person = {}
        if os.geteuid() == 0:  # who writes everywhere
            for folder, folders, files in os.walk(self.root):
                for name in [*folders, *files, "."]:
                    os.lchown(os.path.join(folder, name), NOBODY, NOBODY)
            person = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        os.chmod(self.state, 0o500)
        return person

    def write_meanwhile(self):
        """As its owner's server would, in the folder that the one who looks cannot write."""
        os.chmod(self.state, 0o700)
        with contextlib.closing(sqlite3.connect(self.state / "ledger.db")) as database:
            database.execute("INSERT INTO spend SELECT 'run', 'meanwhile', 0, 0, 0, 0, 0, 0, 0")
            database.commit()
        os.chmod(self.state, 0o500)

    def test_a_read_only_state_directory_is_read(self):
        self.work()
        verified = self.command_line("audit", "verify", **self.read_only())
        self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)

    def test_a_log_that_waits_in_a_read_only_state_directory_is_read_too(self):
        """A killed server leaves the newest entries there, and a copy of its files perhaps no index of them."""
        for is_kept in (True, False):
            with self.subTest(index_is_kept=is_kept):
                editor = self.editor("vscode")
                editor.open(self.workspace / "clamp.cpp", "cpp")
                editor.run(editor.pick(self.workspace / "clamp.cpp", "Refactor: invert if", "value < low"))
                number = editor.proposal()
                editor.execute("countersign.apply", {"proposal": number})
                editor.applied(number)
                self.connections.remove(editor.connection)
                editor.connection.abandon()
                self.assertGreater((self.state / "ledger.db-wal").stat().st_size, 0)
                if not is_kept:
                    (self.state / "ledger.db-shm").unlink()
                before = {path.name: path.read_bytes() for path in self.state.glob("ledger*")}
                person = self.read_only()
                verified = self.command_line("audit", "verify", **person)
                self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
                listed = self.command_line("audit", "list", "--kind", "approval", **person)
                self.assertEqual(number, json.loads(listed.stdout.splitlines()[-1])["fields"]["proposal"])
                os.chmod(self.state, 0o700)
                after = {path.name: path.read_bytes() for path in self.state.glob("ledger*")}
                self.assertEqual(before.pop("ledger.db"), after.pop("ledger.db"))
                self.assertEqual(before.pop("ledger.db-wal"), after.pop("ledger.db-wal"))
                shutil.rmtree(self.state)

    def test_what_was_written_while_nothing_could_lock_it_is_not_passed_off_as_read(self):
        self.work()
        last = len(self.lines())
        with contextlib.closing(sqlite3.connect(self.state / "ledger.db")) as database:
            rows = [(last + i, "2026-01-01T00:00:00.000Z", "tool", json.dumps({"text": "x" * 1000}), b"", b"") for i in range(1, 1000)]
            database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows)
            database.commit()
        command = [binary(), "audit", "list"]
        person = self.read_only()
        looking = subprocess.Popen(command, env=self.environment(), cwd=self.workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **person)
        first = looking.stdout.readline()  # it has begun, and what is in the pipe keeps it from ending
        self.write_meanwhile()
        rest, errors = looking.communicate(timeout=PATIENCE)
        self.assertEqual(1, looking.returncode, errors)
        self.assertIn(b"was written while it was read", errors)
        self.assertTrue(first + rest)
        self.assertEqual(0, self.command_line("audit", "list", **person).returncode)

    def put_back(self, content):
        """An older copy in the place of the database, without a log."""
        for ending in ("-wal", "-shm"):
            (self.state / ("ledger.db" + ending)).unlink(missing_ok=True)
        (self.state / "ledger.db").write_bytes(content)

    def damages(self, rows):
        """(what verify must find there, the places that it may name, SQL) for each row and each thing that one can do to it."""
        last = rows[-1]
        for row in rows:
            for column, value in (
                ("time", "'2020' || substr(time, 5)"),
                ("kind", "kind || 'x'"),
                ("fields", "fields || ' '"),
                ("previous", "randomblob(32)"),
                ("hash", "randomblob(32)"),
            ):
                yield "changed", (row,), "UPDATE events SET %s = %s WHERE sequence = %d" % (column, value, row)
            later = "UPDATE events SET sequence = -sequence WHERE sequence %s; UPDATE events SET sequence = %s - sequence WHERE sequence < 0;"
            deletion = "DELETE FROM events WHERE sequence = %d;" % row
            yield "truncated" if row == last else "deleted", (row,), deletion
            yield "truncated" if row == last else "deleted", (row,), deletion + later % ("> %d" % row, "-1")
            own = "INSERT INTO events VALUES (%d, '2026-01-01T00:00:00.000Z', 'approval', '{}', randomblob(32), randomblob(32));"
            yield "inserted", (row,), later % (">= %d" % row, "1") + own % row
            again = "INSERT INTO events SELECT %d, time, kind, fields, previous, hash FROM events WHERE sequence = %d;"
            yield "inserted", (row, row + 1), later % ("> %d" % row, "1") + again % (row + 1, row)
        for left, right in zip(rows, rows[1:]):
            exchange = "UPDATE events SET sequence = %d WHERE sequence = %d;"
            yield "reordered", (left, right), exchange % (-1, left) + exchange % (left, right) + exchange % (right, -1)

    def test_each_change_insertion_deletion_and_exchange_of_one_row_is_found(self):
        self.work()
        rows = [event["sequence"] for event in self.lines()]
        whole = (self.state / "ledger.db").read_bytes()
        for damage, places, sql in self.damages(rows):
            with self.subTest(damage=damage, places=places, sql=sql):
                self.put_back(whole)
                self.tamper(sql)
                findings = json.loads(self.audit("verify", "--format", "json", status=1))["findings"]
                self.assertIn((damage, True), [(finding["damage"], finding["sequence"] in places) for finding in findings])
        self.put_back(whole)
        self.audit("verify")

    def test_each_truncation_is_found_by_its_anchor(self):
        """The end cut off so that all that is left fits: the database as it was then."""
        self.work()
        earlier = len(self.lines()), (self.state / "ledger.db").read_bytes()
        self.work()
        last = len(self.lines())
        self.put_back(earlier[1])
        told = self.audit("verify", status=1)
        self.assertRegex(told, r"truncated +the ledger ends at entry %d .*but entry %d was anchored" % (earlier[0], last))
        (self.state / "ledger.db").unlink()
        self.assertRegex(self.audit("verify", status=1), "truncated")


if __name__ == "__main__":
    unittest.main()
