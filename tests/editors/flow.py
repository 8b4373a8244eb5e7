"""What the tests of both editors share: a workspace, a run of the editor, and what must hold whatever was decided."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "wire"))

from connection import PATIENCE  # noqa: E402
from fixture import binary, fingerprint  # noqa: E402
from samples import CLAMP, CLAMP_INVERTED, CPP_PROJECT  # noqa: E402
from watch import Watch  # noqa: E402

UNSAVED = "\n// not saved\n"

# The test needs `doubled`, which is in the buffer only: what ran on the disk's text fails.
PYTHON_PROJECT = {
    "limits.py": "def at_least(value, low):\n    if value < low:\n        return low\n    return value\n",
    "tests/__init__.py": "",
    "tests/test_limits.py": "import unittest\n\nimport limits\n\n\nclass Limits(unittest.TestCase):\n    def test_doubled(self):\n"
                            "        self.assertEqual(limits.doubled(2), 4)\n",
}
# Without what stands in a home folder that is not this one's: the sandbox shows toolchains of HOME only.
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
UNSAVED_PYTHON = "def doubled(value): return 2 * value"


def without_sandbox(root):
    """Why no command can run here; empty if one can."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(pathlib.Path(root).parent / "home"), "COUNTERSIGN_LEVEL": "verify"}
    tried = subprocess.run([binary(), "--workspace", str(root), "tool", "run_command", '{"argv": ["true"]}'], env=environment,
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 2)
    return "" if tried.returncode == 0 and "exit status 0" in tried.stdout else (tried.stderr or tried.stdout).strip()


class EditorFlow(unittest.TestCase):
    """Subclasses give `command`, the editor's argument vector."""

    command = None
    maxDiff = None

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="countersign-editor-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.workspace = self.root / "project"
        for name in ("project", "state", "config", "home", "project/.git"):
            (self.root / name).mkdir()
        (self.workspace / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        for path, text in CPP_PROJECT.items():
            (self.workspace / path).write_text(text)

    def flow(self, action="Refactor: invert if", decision="", where="source", answer="yes", **environment_more):
        """Runs the editor once; what it saw. Nothing in the workspace may have changed on disk."""
        before = fingerprint(self.workspace)
        watch = Watch(self.workspace)
        self.addCleanup(watch.close)
        report = self.root / "report.json"
        environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR") or k.endswith("SAN_OPTIONS")},
            "HOME": str(self.root / "home"),
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
            "COUNTERSIGN": binary(),
            "COUNTERSIGN_TRACE": str(self.root / "trace.jsonl"),
            "FLOW_REPOSITORY": str(REPOSITORY),
            "FLOW_REPORT": str(report),
            "FLOW_PATIENCE": str(PATIENCE),
            "FLOW_FILE": str(self.workspace / "clamp.cpp"),
            "FLOW_AT": "value < low",
            "FLOW_ACTION": action,
            "FLOW_DECISION": decision,
            "FLOW_WHERE": where,
            "FLOW_ANSWER": answer,
            "FLOW_UNSAVED": UNSAVED.strip(),
            **environment_more,
        }
        done = subprocess.run(self.command, env=environment, cwd=self.workspace, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 5)
        self.assertTrue(report.exists(), done.stdout[-2000:] + done.stderr[-4000:])
        seen = json.loads(report.read_text())
        self.assertNotIn("failure", seen, "%s\n%s\n%s" % (seen.get("failure"), seen["messages"], done.stderr[-3000:] + self.trace()))
        self.assertEqual([], watch.events(), "something in the workspace changed on disk")
        self.assertEqual(before, fingerprint(self.workspace), "something in the workspace changed on disk")
        self.assertTrue(seen["modified"])
        return seen

    def trace(self):
        path = self.root / "trace.jsonl"
        return path.read_text()[-3000:] if path.exists() else ""

    def sent(self, method):
        """Messages of this method that the server sent."""
        entries = [json.loads(line) for line in (self.root / "trace.jsonl").read_text().splitlines()]
        return [e["message"] for e in entries if e["from"] == "server" and e["message"].get("method") == method]

    # The same for both

    def assert_proposed(self, seen):
        self.assertEqual(CLAMP + UNSAVED, seen["text_before"], "the buffer changed before anybody approved")
        self.assertIn("+    if (value >= low) {", seen["review"])
        self.assertIn("-    if (value < low) {", seen["review"])

    def test_applied_from_the_source(self):
        seen = self.flow(decision="Apply #")
        self.assert_proposed(seen)
        self.assertEqual(CLAMP_INVERTED + UNSAVED, seen["text"])
        self.assertEqual(1, len(self.sent("workspace/applyEdit")))
        self.assertRegex(seen["messages"][0], r"applied #\d+")

    def test_applied_from_the_review_document(self):
        seen = self.flow(decision="Apply all", where="review")
        self.assert_proposed(seen)
        self.assertEqual(CLAMP_INVERTED + UNSAVED, seen["text"])
        self.assertRegex(seen["messages"][0], r"applied #\d+")

    def test_discarded_from_the_source(self):
        seen = self.flow(decision="Discard #")
        self.assert_proposed(seen)
        self.assertEqual(CLAMP + UNSAVED, seen["text"])
        self.assertEqual([], self.sent("workspace/applyEdit"))
        self.assertRegex(seen["messages"][0], r"(?i)discarded")

    def test_discarded_from_the_review_document(self):
        seen = self.flow(decision="Discard #", where="review")
        self.assertEqual(CLAMP + UNSAVED, seen["text"])
        self.assertEqual([], self.sent("workspace/applyEdit"))

    def added_tests(self, level):
        problem = without_sandbox(self.workspace)
        if problem:
            self.assertNotEqual("true", os.environ.get("CI"), "no sandbox here: " + problem)
            self.skipTest("no sandbox here: " + problem)
        (self.workspace / "tests").mkdir()
        for path, text in PYTHON_PROJECT.items():
            (self.workspace / path).write_text(text)
        return self.flow("Add tests for `at_least`", "Discard #", "review", COUNTERSIGN_LEVEL=level, PATH=SYSTEM_PATH, FLOW_UNSAVED=UNSAVED_PYTHON,
                         FLOW_FILE=str(self.workspace / "limits.py"), FLOW_AT="value < low")

    def test_added_tests_run_in_the_sandbox_on_unsaved_text(self):
        seen = self.added_tests("verify")
        self.assertRegex(seen["review"], r"#   passed: python3 -m unittest discover -v: 1 of \d+ tests? passed, \d+ skipped")

    def test_added_tests_that_nobody_was_asked_about_are_offered_to_be_run(self):
        seen = self.added_tests("propose")
        self.assertRegex(seen["review"], r"#   not run: python3 -m unittest discover -v: ")

    def test_explained(self):
        seen = self.flow(action="Explain `at_least`")
        self.assertEqual(CLAMP + UNSAVED, seen["text"])
        self.assertEqual([], self.sent("workspace/applyEdit"))
        self.assertTrue(seen["messages"] or seen.get("shown"))
