"""Paths that a model might name. Each is read through `countersign tool`: what lies outside is never shown, what may be shown is."""
import ctypes
import json
import os
import subprocess
import threading
import unittest

from cases import from_cases
from hostile import OUTSIDE, HostileTest

from fixture import binary

DENIED, INVALID, MISSING, READ = "denied", "invalid_params", "not_found", "read"

# name of the case, path, what comes of it, and what the refusal says. {ws} is the workspace's absolute path.
CASES = [
    ("a sibling whose name begins alike", "{ws}-evil/secret.txt", DENIED, "outside"),
    ("the folder itself", "{ws}", DENIED, "folder"),
    ("the folder itself with a slash", "{ws}/", DENIED, "folder"),
    ("a dot", ".", DENIED, "folder"),
    ("an absolute path", "/etc/passwd", DENIED, "outside"),
    ("another process's root", "/proc/self/root/etc/passwd", DENIED, "outside"),
    ("many dots up", "../../../../../../etc/passwd", DENIED, "outside"),
    ("dots after a real folder", "src/../../work space-evil/secret.txt", DENIED, "outside"),
    ("an absolute path with dots", "{ws}/../secret.txt", DENIED, "outside"),
    ("dots that stay inside", "src/../src/main.cc", READ, ""),
    ("an absolute path inside", "{ws}/src/main.cc", READ, ""),
    ("doubled slashes", "src//main.cc", READ, ""),
    ("nothing", "", INVALID, "empty"),
    ("a NUL", "src/main.cc\0.txt", INVALID, "NUL"),
    ("percent-encoded dots and slashes", "..%2f..%2fetc%2fpasswd", MISSING, ""),
    ("twice encoded dots", "%252e%252e/secret.txt", MISSING, ""),
    ("an overlong dot", "\u00c0\u00ae\u00c0\u00ae/secret.txt", MISSING, ""),
    ("full-width dots", "\uff0e\uff0e/secret.txt", MISSING, ""),
    ("a zero-width space among dots", "..\u200b/secret.txt", MISSING, "{200B}"),
    ("dots for a filter that strips once", "....//....//etc/passwd", MISSING, ""),
    ("a backslash", "..\\secret.txt", MISSING, ""),
    ("a network path of Windows", "\\\\evil\\share\\x", MISSING, ""),
    ("a variable", "$HOME/.bashrc", MISSING, ""),
    ("a tilde", "~/.bashrc", MISSING, ""),
    ("a file URI", "file:///etc/passwd", MISSING, ""),
    ("a stream of NTFS", "file.txt:stream", MISSING, ""),
    ("a device of Windows", "CON", MISSING, ""),
    ("a name that is too long", "a" * 5000, INVALID, "long"),
    ("a component that is too long", "a" * 300, INVALID, "long"),
    ("a link that stays inside", "ok_link", READ, ""),
    ("a link to standard input", "stdin_link", DENIED, ""),
    ("a link to a descriptor", "fd_link", DENIED, ""),
    ("a link outside", "out_link", DENIED, "outside"),
    ("a link to a folder outside", "up_link/secret.txt", DENIED, "outside"),
    ("a link to itself", "loop", DENIED, "loop"),
    ("a hard link to a secret outside", "hard_out", DENIED, "hard link"),
    ("a fifo", "fifo", DENIED, "fifo"),
    ("a credential", ".env", DENIED, "credentials"),
    ("a credential in capitals", ".ENV", DENIED, "credentials"),
    ("a credential as NTFS would take it", ".env.", DENIED, "credentials"),
    ("a credential as a stream", ".env::$DATA", DENIED, "credentials"),
    ("a credential's short name", "ENV~1", DENIED, "credentials"),
    ("a credential with a long s", ".\u017fsh/config", DENIED, "credentials"),
    ("a credential behind a link", "env_link", DENIED, ""),
    ("a cloud's credentials", ".aws/credentials", DENIED, "credentials"),
    ("a state with secrets", "deploy/terraform.tfstate", DENIED, "credentials"),
    ("a template of credentials", ".env.example", READ, ""),
    ("git's own files", ".git/config", DENIED, "git"),
    ("git's own files in capitals", ".GIT/config", DENIED, "git"),
    ("git's own files with an ignorable character", ".g\u200cit/config", DENIED, "git"),
    ("git's own files by their short name", "GIT~1/config", DENIED, "git"),
    ("a nested repository's own files", "vendor/sub/.git/config", DENIED, "git"),
    ("a line feed in a name", "nl\nname.txt", READ, ""),
    ("a missing name with a line feed", "no\nsuch", MISSING, "\\n"),
    ("an ignored file by its path", "node_modules/p/index.js", READ, ""),
    ("a name that hides its ending", "\u202ecod.exe", READ, ""),
]


class HostilePaths(HostileTest):
    files = {
        "src/main.cc": "int main() { }\n",
        ".env": "PASSWORD=x\n",
        ".env.example": "PASSWORD=\n",
        ".aws/credentials": "x\n",
        "deploy/terraform.tfstate": "{}\n",
        ".git/config": "[core]\n",
        "vendor/sub/.git/config": "[core]\n",
        "nl\nname.txt": "x\n",
        "\u202ecod.exe": "x\n",
        ".gitignore": "node_modules/\n",
        "node_modules/p/index.js": "needle\n",
        b"bad\xff".decode("utf-8", "surrogateescape"): "needle\n",
    }

    def setUp(self):
        super().setUp()
        for name, target in {
            "ok_link": "src/main.cc",
            "stdin_link": "/dev/stdin",
            "fd_link": "/proc/self/fd/0",
            "out_link": "../secret.txt",
            "up_link": "..",
            "loop": "loop",
            "env_link": ".env",
        }.items():
            os.symlink(target, self.workspace / name)
        (self.root / "key.txt").write_text("password: \"%s\"\n" % OUTSIDE)
        os.link(self.root / "key.txt", self.workspace / "hard_out")
        os.mkfifo(self.workspace / "fifo")
        self.watch_disk()

    def test_every_path_is_read_or_refused_as_it_should_be(self):
        for person in self.people:
            for name, path, expected, words in CASES:
                with self.subTest(name, person=person):
                    arguments = json.dumps({"path": path.format(ws=self.workspace) if "{ws}" in path else path})
                    done = self.run_as(person, "tool", "read_file", arguments)
                    said = done.stderr.decode("utf-8", "replace")
                    if expected == READ:
                        self.assertEqual((0, ""), (done.returncode, said))
                    else:
                        self.assertEqual(1, done.returncode)
                        self.assertTrue(said.startswith(expected + ": "), said)
                        self.assertIn(words, said)
                        self.assertEqual(1, said.count("\n"), "a name must not break the line: %r" % said)

    def test_lists_and_searches_only_what_is_inside_and_not_ignored(self):
        for person in self.people:
            with self.subTest(person=person):
                listed = self.run_as(person, "tool", "list_files").stdout.decode()
                self.assertIn("src/main.cc\n", listed)
                for name in ("node_modules", "link", "secret", ".git/", "\n.env\n", "fifo", "bad"):
                    self.assertNotIn(name, listed)
                found = self.run_as(person, "tool", "search", '{"pattern": "needle|OUTSIDE"}').stdout.decode()
                self.assertNotIn("index.js", found)

    def test_edits_are_proposed_only_to_plain_files_inside(self):
        for path, words in (
            ("../secret.txt", "outside"),
            ("out_link", "link"),
            ("up_link/new.txt", ""),
            (".git/hooks/pre-commit", "git"),
            (".git\u200c/config", "git"),
            (".env", "credentials"),
            (".countersign.toml", "policy"),
            ("sub/.Countersign.toml", "policy"),
            ("{ws}-evil/x", "outside"),
        ):
            with self.subTest(path):
                arguments = json.dumps({"path": path.format(ws=self.workspace) if "{ws}" in path else path, "content": "x\n"})
                done = self.run_as(self.people[0], "tool", "create_file", arguments)
                self.assertEqual(1, done.returncode)
                self.assertTrue(done.stderr.startswith(b"denied: "), done.stderr)
                self.assertIn(words.encode(), done.stderr)

    def test_another_file_system_inside_is_not_entered(self):
        mount = self.workspace / "mnt"
        mount.mkdir()
        (mount / "secret").write_text("x\n")
        self.watch_disk()
        script = 'mount --bind "$1" "$2" && exec "$3" tool read_file \'{"path": "mnt/secret.txt"}\''
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", self.root / "work space-evil", mount, binary()],
            env=self.environment(), cwd=self.workspace, capture_output=True, timeout=120,
        )
        if b"unshare" in done.stderr or b"mount:" in done.stderr:
            if os.environ.get("CI"):
                self.fail("mount namespaces are not to be had here: %r" % done.stderr)
            self.skipTest("mount namespaces are not to be had here")
        self.assertNotIn(OUTSIDE.encode(), done.stdout)
        self.assertTrue(done.stderr.startswith(b"denied: "), done.stderr)


@from_cases("paths")
class PathCases(HostileTest):
    files = {
        "src/main.cc": "int main() { }\n",
        ".env": "PASSWORD=x\n",
        ".env.example": "PASSWORD=\n",
        ".aws/credentials": "x\n",
        "terraform.tfstate": "{}\n",
        "nl\nname.txt": "x\n",
        "file.txt:stream": "x\n",
        "CON": "x\n",
        ".gitignore": "node_modules/\n",
        "node_modules/pkg/index.js": "needle\n",
        b"bad\xff".decode("utf-8", "surrogateescape"): "needle\n",
        "d/secret.txt": "inside\n",
    }

    def setUp(self):
        super().setUp()
        for name, target in {"ok_link": "src/main.cc", "stdin_link": "/dev/stdin", "env_link": ".env"}.items():
            os.symlink(target, self.workspace / name)
        (self.root / "key.txt").write_text("password: \"%s\"\n" % OUTSIDE)
        os.link(self.root / "key.txt", self.workspace / "hard_out")
        self.watch_disk()

    def read(self, person, path):
        done = self.run_as(person, "tool", "read_file", json.dumps({"path": path}))
        return done, done.stderr.decode("utf-8", "replace")

    def try_case(self, case):
        path = case["path"]
        path = path["repeat"] * path["times"] if isinstance(path, dict) else path.replace("{ws}", str(self.workspace))
        for person in self.each_person():
            done, said = self.read(person, path)
            if case["expect"] == "read":
                self.assertEqual((0, ""), (done.returncode, said))
                continue
            self.assertEqual(1, done.returncode)
            self.assertTrue(said.startswith(case["expect"] + ": "), said)
            self.assertIn(case["says"], said)
            self.assertEqual(1, said.count("\n"), "a name must not break the line: %r" % said)

    def test_path_036(self):
        """Needs a namespace of mounts, in which the person is root over nothing."""
        mount = self.workspace / "mnt"
        mount.mkdir()
        self.watch_disk()
        script = 'mount --bind "$1" "$2" && exec "$3" tool read_file \'{"path": "mnt/secret.txt"}\''
        for person in self.each_person():
            self.give_to(person)
            options = {} if person == os.geteuid() else {"user": person, "group": person, "extra_groups": []}
            done = subprocess.run(
                ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", self.root / "work space-evil", mount, binary()],
                env=self.environment(), cwd=self.workspace, capture_output=True, timeout=120, **options,
            )
            if b"unshare" in done.stderr or b"mount:" in done.stderr:
                if os.environ.get("CI"):
                    self.fail("mount namespaces are not to be had here: %r" % done.stderr)
                self.skipTest("mount namespaces are not to be had here")
            self.assertNotIn(OUTSIDE.encode(), done.stdout)
            self.assertTrue(done.stderr.startswith(b"denied: "), done.stderr)

    def test_path_037(self):
        """A million opens are jail_race_test's; this is the whole program against a thread that never stops."""
        os.symlink(self.root / "work space-evil", self.workspace / "link")
        call = ctypes.CDLL(None, use_errno=True).renameat2
        folder, link = (os.fsencode(self.workspace / name) for name in ("d", "link"))
        running = threading.Event()
        running.set()

        def swap():
            while running.is_set():
                call(-100, folder, -100, link, 2)

        self.give_to(self.people[-1])
        thread = threading.Thread(target=swap)
        thread.start()
        try:
            for _ in range(40):
                done, said = self.read_without_giving("d/secret.txt")
                self.assertIn((done.returncode, done.stdout.strip()[-6:]), [(0, b"inside"), (1, b"")], said)
        finally:
            running.clear()
            thread.join()
        self._baseline = None  # the test's own thread moved things

    def read_without_giving(self, path):
        done = subprocess.run(
            [binary(), "tool", "read_file", json.dumps({"path": path})], env=self.environment(), cwd=self.workspace, capture_output=True, timeout=120
        )
        self.assertNotIn(OUTSIDE.encode(), done.stdout)
        return done, done.stderr

    def test_path_058(self):
        for person in self.each_person():
            done, said = self.read(person, "node_modules/pkg/index.js")
            self.assertEqual((0, ""), (done.returncode, said))
            self.assertNotIn(b"node_modules", self.run_as(person, "tool", "list_files").stdout)
            self.assertNotIn(b"index.js", self.run_as(person, "tool", "search", '{"pattern": "needle"}').stdout)

    def test_path_054(self):
        for person in self.each_person():
            done, said = self.read(person, "bad\ufffd")
            self.assertTrue(said.startswith("not_found: "), said)
            listed = self.run_as(person, "tool", "list_files")
            self.assertEqual(0, listed.returncode)
            self.assertNotIn(b"bad", listed.stdout)


if __name__ == "__main__":
    unittest.main()
