"""The whole way on a real project, in one run of a real editor: what the tests of all editors share.

An editor's script goes the way step by step and reports what its own buffers held after each; the tests here judge the report. The project
is a copy of a sample that builds. A run that is to be seen at work, and stopped there, waits for a model that never answers.
"""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "wire"))

from connection import PATIENCE  # noqa: E402
from fixture import binary, fingerprint  # noqa: E402
from watch import Watch  # noqa: E402

FETCHED = pathlib.Path(os.environ.get("COUNTERSIGN_EDITORS") or pathlib.Path.home() / ".cache" / "countersign-editors")
SOURCE = "src/version.cpp"
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
        "JOURNEY_MARKERS": str(root / "markers"),
        **more,
    }


@contextlib.contextmanager
def silent_model():
    """Settings with which every run waits for an answer that never comes: connections are taken, and nothing is said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield {"COUNTERSIGN_PROVIDER": "ollama", "COUNTERSIGN_MODEL": "silent", "COUNTERSIGN_BASE_URL": "http://127.0.0.1:%d" % listening.getsockname()[1]}


@contextlib.contextmanager
def only_the_person_saves(case, root):
    """Fails `case` if anything in the project is written, made, moved or removed, be it for a moment, before the person saves; or anything but
    SOURCE from then on. An editor's script makes `markers/saving` right before it saves."""
    project, markers = root / "a project", root / "markers"
    markers.mkdir(exist_ok=True)
    saving = markers / "saving"
    saving.unlink(missing_ok=True)
    before = fingerprint(project)
    watch = Watch(project, markers)
    try:
        yield
        events = watch.events()
    finally:
        watch.close()
    paths = [path for _, path in events]
    began = paths.index(saving) if saving in paths else len(events)
    case.assertEqual([], events[:began], "something in the project changed on disk, and nobody had saved")
    saved = [path for path in paths[began:] if path != saving]
    # An editor may write beside the file and then rename.
    case.assertEqual([], [path for path in saved if not (path.parent == (project / SOURCE).parent and pathlib.Path(SOURCE).name in path.name)])
    after = fingerprint(project)
    if saved:
        folder = str(pathlib.Path(SOURCE).parent)
        before.pop(folder), after.pop(folder)  # its time of change
        case.assertNotEqual(before.pop(SOURCE), after.pop(SOURCE), "the person saved, and it is not on disk")
    case.assertEqual(before, after, "something in the project changed on disk")


def run_editor(case, root, command, **more):
    """Runs the editor once; its report. Fails `case` if it made none, or if anything changed on disk that the person did not save."""
    report = root / "report.json"
    report.unlink(missing_ok=True)
    with only_the_person_saves(case, root):
        done = subprocess.run(command, env=environment(root, **more), cwd=root / "a project", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 10)
        said = (done.stdout[-2000:] + done.stderr[-4000:]).replace("\r", "\n")
        case.assertTrue(report.exists(), said)
        seen = json.loads(report.read_text())
        if "failure" in seen:
            case.fail("%s\nlast said: %s\n%s" % (seen["failure"], json.dumps(seen.get("said"), indent=1), said))
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
    """`go` runs the editor, `go_at_work` with a model that never answers; the reports' keys are the steps, as the tests name them."""

    seen = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.original = (cls.project / SOURCE).read_text() + NOT_SAVED + "\n"
        walking = cls("run")
        cls.seen = walking.go()
        with silent_model() as settings:
            cls.seen.update(walking.go_at_work(settings))

    def run_nothing(self):
        pass

    def go(self):
        raise NotImplementedError

    def go_at_work(self, settings):
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

    def test_undo_is_a_diff_that_is_seen_before_anything_changes(self):
        self.assertIn("+        if (left != right) {\n", self.seen["undo_review"])
        self.assertIn("-        if (left == right) {\n", self.seen["undo_review"])
        self.assertEqual(self.seen["one_refused"], self.seen["text_before_undo"])

    def test_undo_takes_back_what_was_applied(self):
        self.assertEqual(self.original, self.seen["undone"])

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

    def test_what_the_person_saves_is_what_the_buffer_held(self):
        self.assertEqual(self.seen["saved"], (self.project / SOURCE).read_text())

    def test_a_run_at_work_is_shown(self):
        self.assertRegex(self.seen["at_work"], r"explain in src/version\.cpp")

    def test_a_run_is_cancelled_in_the_middle(self):
        self.assertRegex(self.seen["cancelled"], r"cancelled; nothing is proposed")
        self.assertNotRegex(self.seen["after_work"], r"explain in")
