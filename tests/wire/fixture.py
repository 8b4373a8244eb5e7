"""The base of every wire test: a workspace, a state directory, servers on them, and what must hold after each test.

After each test: every server ended with the status it should, wrote nothing but frames, no sanitizer spoke, and no byte and no
modification time in the workspace changed other than by the test itself. With COUNTERSIGN_LSP_VALIDATOR naming a validate.py, each transcript
is held against the protocol's meta-model too. COUNTERSIGN names the binary (default: the dev build, then release).
"""
import contextlib
import difflib
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import editor as editors  # noqa: E402
from connection import PATIENCE, Connection  # noqa: E402
from texts import apply_unified_diff  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def binary():
    named = os.environ.get("COUNTERSIGN")
    found = [named] if named else [str(REPOSITORY / "build" / preset / "countersign") for preset in ("dev", "release")]
    for path in found:
        if os.access(path, os.X_OK):
            return path
    raise SystemExit("no countersign binary at %s; build one, or name it in COUNTERSIGN" % " or ".join(found))


def fingerprint(root):
    """Everything about a tree that a write would change, {relative path: facts}. Links are not followed."""
    facts = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            content = ""
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as stream:
                    content = hashlib.file_digest(stream, "sha256").hexdigest()
            elif stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            is_folder = stat.S_ISDIR(status.st_mode)
            facts[os.path.relpath(path, root)] = (status.st_mode, 0 if is_folder else status.st_size, status.st_mtime_ns, content)
    return facts


def load_validator():
    path = os.environ.get("COUNTERSIGN_LSP_VALIDATOR")
    if not path:
        return None
    spec = importlib.util.spec_from_file_location("validate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Validator


VALIDATOR = load_validator()


class WireTest(unittest.TestCase):
    files = {}
    """The workspace's files at the start, {relative path: text or bytes}."""
    maxDiff = None

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="countersign-wire-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.workspace = self.root / "work space"  # a blank and an umlaut belong to real paths
        self.state = self.root / "state" / "countersign"
        for name in ("work space", "state", "config", "home"):
            (self.root / name).mkdir()
        for path, content in self.files.items():
            self.write(path, content)
        self.connections = []
        self._baseline = None

    def tearDown(self):
        for connection in self.connections:
            connection.close_input()
            with contextlib.suppress(subprocess.TimeoutExpired):
                connection.process.wait(PATIENCE)
            hung = connection.process.poll() is None
            connection.abandon()
            errors = connection.stderr()
            self.assertFalse(hung, "the server did not end when its input was closed: " + errors[-2000:])
            self.assertNotRegex(errors, "AddressSanitizer|LeakSanitizer|runtime error|ThreadSanitizer")
            self.assertEqual([], connection.broken, "the server wrote what is no frame; stderr: " + errors[-2000:])
            self.assertGreaterEqual(connection.process.returncode, 0, "the server died by a signal: " + errors[-2000:])
            self._validate(connection.transcript)
        if self._baseline is not None:
            self.assertEqual(self._baseline, fingerprint(self.workspace), "something in the workspace changed on disk")

    def _validate(self, transcript):
        if VALIDATOR is None:
            return
        validator = VALIDATOR()
        problems = []
        for entry in transcript:
            if entry["message"].get("method", "").startswith("countersign/"):
                continue  # ours, beside the protocol
            found = validator.check(entry["message"], entry["from"])
            if entry["from"] == "server":
                problems += ["%s in %s" % (p, json.dumps(entry["message"])[:300]) for p in found]
        self.assertEqual([], problems)

    # The workspace

    def write(self, path, content):
        target = self.workspace / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return target

    def text(self, path):
        return (self.workspace / path).read_bytes().decode("utf-8")

    def watch_disk(self):
        """From here on, any change in the workspace fails the test; starting a server calls this. Call it again after a change of the test's own."""
        self._baseline = fingerprint(self.workspace)

    # Servers

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TMPDIR") or k.endswith("SAN_OPTIONS")}
        return {
            **kept,
            "HOME": str(self.root / "home"),
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
            **more,
        }

    def connect(self, **environment):
        """A server that has not been spoken to."""
        self.watch_disk()
        connection = Connection(
            [binary(), "lsp"],
            environment=self.environment(**environment),
            folder=str(self.root / "home"),
            stderr_path=self.root / ("stderr-%d" % len(self.connections)),
        )
        self.connections.append(connection)
        return connection

    def editor(self, client="vscode", folders=None, initialize=True, **environment):
        editor = editors.Editor(self.connect(**environment), editors.BEHAVIOURS[client], [self.workspace] if folders is None else folders)
        if initialize:
            editor.initialize()
        return editor

    def command_line(self, *arguments, environment=None, **options):
        return subprocess.run(
            [binary(), *arguments], env=self.environment(**(environment or {})), cwd=self.workspace, capture_output=True, text=True, timeout=PATIENCE * 2, **options
        )

    # Proposals

    def review_path(self, proposal, revision=1):
        return self.state / "proposals" / ("%s.%d.diff" % (proposal, revision))

    def review_text(self, proposal, revision=1):
        return self.review_path(proposal, revision).read_bytes().decode("utf-8")

    def proposed(self, editor, proposal):
        """What the review document makes of the buffers and files, {relative path: text}, by a patch reader of our own."""

        class Texts(dict):
            def __missing__(texts, path):
                buffer = editor.buffers.get(str(self.workspace / path))
                return buffer.text if buffer else self.text(path)

        return apply_unified_diff(self.review_text(proposal), Texts())

    def store_proposal(self, number, changes):
        """Puts a proposal into the state directory as a server would have left it: {path: new text}; files that are not there are created."""
        files = []
        for path, text in changes.items():
            exists = (self.workspace / path).exists()
            base = self.text(path) if exists else ""
            hunks, old_lines, new_lines = [], base.splitlines(True), text.splitlines(True)
            blocks = difflib.SequenceMatcher(None, old_lines, new_lines, False).get_opcodes() if exists else [("", 0, 0, 0, len(new_lines))]
            for kind, *lines in blocks:
                if kind != "equal":
                    hunks.append(dict(zip(("old_begin", "old_end", "new_begin", "new_end"), lines), decision="pending"))
            for i, hunk in enumerate(hunks):
                hunk["id"] = "%d.%d" % (len(files) + 1, i + 1)
            files.append(
                {
                    "kind": "modify" if exists else "create",
                    "path": path,
                    "from": "",
                    "base_text": base,
                    "base_hash": hashlib.blake2b(base.encode("utf-8"), digest_size=32).hexdigest() if exists else "",
                    "new_text": text,
                    "format": {"encoding": "utf8", "line_end": "lf", "mixed_line_ends": False, "final_newline": True},
                    "hunks": hunks,
                }
            )
        proposal = {
            "format": 1,
            "id": str(number),
            "revision": 1,
            "run": "r",
            "workspace": str(self.workspace),
            "action": "refactor",
            "title": "A change of several files",
            "summary": "",
            "provider": "nobody",
            "created": "2026-03-01T09:30:00.000Z",
            "files": files,
        }
        folder = self.state / "proposals"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ("%s.json" % number)).write_text(json.dumps(proposal))
        return str(number)

    def ledger(self, *kinds):
        """Events of these kinds, oldest first: (kind, fields)."""
        import sqlite3

        if not (self.state / "ledger.db").exists():
            return []
        database = sqlite3.connect(self.state / "ledger.db")
        with contextlib.closing(database):
            columns = [row[1] for row in database.execute("PRAGMA table_info(events)")]
            if not columns:
                return []  # it is being made
            rows = [dict(zip(columns, row)) for row in database.execute("SELECT * FROM events ORDER BY 1")]
        events = [(row["kind"], json.loads(row["fields"])) for row in rows]
        return [event for event in events if event[0] in kinds] if kinds else events
