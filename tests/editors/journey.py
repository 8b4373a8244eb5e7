"""The whole way on a real project, in one run of a real editor: what the tests of all editors share.

An editor's script goes the way step by step and reports what its own buffers held after each; the tests here judge the report. The project
is a copy of a sample that builds, with enough files beside it that a run can be caught at work.
"""
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

FETCHED = pathlib.Path(os.environ.get("COUNTERSIGN_EDITORS") or pathlib.Path.home() / ".cache" / "countersign-editors")
SOURCE = "src/version.cpp"
BESIDES = 2000
NOT_SAVED = "// not saved"

NESTED = """\
        if (left != right) {
            if (left < right) {
                return -1;
            } else {
                return 1;
            }
        }
"""
FLAT = """\
        if (left == right) {
            continue;
        }
        if (left < right) {
            return -1;
        }
        return 1;
"""
WITH_ELSE = """\
            continue;
        } else {
            return names[i];
        }
"""
WITHOUT_ELSE = """\
            continue;
        }
        return names[i];
"""


def fetched(name, program):
    """Path of an editor that tests/editors/fetch.sh unpacked, or None."""
    path = FETCHED / name / "bin" / program
    return str(path) if (path.parents[1] / ".complete").exists() else None


def leave_out_what_is_not_here(names, program):
    """Takes the classes out of a module's `names` whose editor was not fetched, and says so. Debian 12 has none of these, so that is no failure."""
    for name, case in list(names.items()):
        wanted = getattr(case, "fetched_as", None)
        if wanted and not fetched(wanted, program):
            print("LEFT OUT: %s: get it with tests/editors/fetch.sh %s" % (name, wanted), file=sys.stderr)
            del names[name]


def make_project(root):
    project = root / "a project"
    shutil.copytree(REPOSITORY / "tests" / "samples" / "cpp-gtest", project)
    (project / ".git").mkdir()
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (project / "many").mkdir()
    for n in range(BESIDES):
        (project / "many" / ("f%d.cpp" % n)).write_text("int f%d() { return %d; }\n" % (n, n))
    return project


def environment(root, **more):
    for name in ("state", "config", "home", "cache", "runtime"):
        (root / name).mkdir(exist_ok=True, mode=0o700)
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR") or k.endswith("SAN_OPTIONS")}
    return {
        **kept,
        "HOME": str(root / "home"),
        "XDG_STATE_HOME": str(root / "state"),
        "XDG_CONFIG_HOME": str(root / "config"),
        "XDG_CACHE_HOME": str(root / "cache"),
        "XDG_RUNTIME_DIR": str(root / "runtime"),
        "COUNTERSIGN": binary(),
        "COUNTERSIGN_PROVIDER": "builtin",
        "COUNTERSIGN_TRACE": str(root / "trace.jsonl"),
        "JOURNEY_REPOSITORY": str(REPOSITORY),
        "JOURNEY_REPORT": str(root / "report.json"),
        "JOURNEY_PATIENCE": str(PATIENCE),
        "JOURNEY_PROJECT": str(root / "a project"),
        "JOURNEY_STATE": str(root / "state" / "countersign"),
        **more,
    }


def run_editor(case, root, command, **more):
    """Runs the editor once; its report. Fails `case` if it made none, or if anything in the project changed on disk."""
    project = root / "a project"
    report = root / "report.json"
    before = fingerprint(project)
    done = subprocess.run(command, env=environment(root, **more), cwd=project, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 10)
    said = (done.stdout[-2000:] + done.stderr[-4000:]).replace("\r", "\n")
    case.assertTrue(report.exists(), said)
    seen = json.loads(report.read_text())
    if "failure" in seen:
        case.fail("%s\nlast said: %s\n%s" % (seen["failure"], json.dumps(seen.get("said"), indent=1), said))
    case.assertEqual(before, fingerprint(project), "something in the project changed on disk")
    return seen


class Place(unittest.TestCase):
    """A directory for a class of tests that share one run of an editor."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="countersign-editor-")).resolve()
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.project = make_project(cls.root)


class Journey(Place):
    """`go` runs the editor; the report's keys are the steps, as the tests name them."""

    seen = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.original = (cls.project / SOURCE).read_text() + NOT_SAVED + "\n"
        cls.seen = cls.go(cls("run"))

    def run_nothing(self):
        pass

    def go(self):
        raise NotImplementedError

    def test_an_explanation_is_shown(self):
        self.assertIn("change_between", self.seen["explanation"])

    def test_the_diff_is_seen_before_anything_changes(self):
        self.assertIn("-        if (left != right) {\n", self.seen["review"])
        self.assertIn("+        if (left == right) {\n", self.seen["review"])
        self.assertEqual(self.original, self.seen["text_before"])

    def test_one_change_taken_is_the_only_one_made(self):
        self.assertIn(NESTED, self.original)
        self.assertEqual(self.original.replace(NESTED, FLAT), self.seen["one_taken"])

    def test_a_change_refused_is_not_made(self):
        self.assertEqual(self.original.replace(NESTED, FLAT), self.seen["one_refused"])

    def test_a_file_refused_keeps_its_text(self):
        self.assertEqual((self.project / "CMakeLists.txt").read_text(), self.seen["file_refused"])

    def test_a_new_file_is_an_unsaved_buffer(self):
        self.assertIn("TEST(Version, change_between", self.seen["file_taken"])
        self.assertRegex(self.seen["file_taken"], r"}\n\Z")
        self.assertFalse((self.project / "tests" / "version_test.cpp").exists())

    def test_buffers_are_left_unsaved(self):
        self.assertTrue(self.seen["modified"])

    def test_discarding_changes_nothing(self):
        self.assertEqual(self.seen["before_discard"], self.seen["after_discard"])
        self.assertRegex(self.seen["discarded"], r"(?i)discarded #\d+")

    def test_a_run_is_cancelled_in_the_middle(self):
        self.assertRegex(self.seen["cancelled"], r"cancelled; nothing is proposed")
