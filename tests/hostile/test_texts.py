"""What stands in files: secrets, invisible text, what is no text. Shown as a model would see it, through `countersign tool`."""
import base64
import json
import unittest

from hostile import HostileTest


def letters(count, seed=1):
    """Letters and digits that look random, so that no real key stands in this file."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    text, state = "", seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        text += alphabet[(state >> 33) % len(alphabet)]
    return text


SECRETS = {
    "anthropic": "sk-ant-" + "api03-" + letters(95),
    "aws": "AKIA" + letters(40).upper()[:16],
    "github": "ghp_" + letters(36),
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIx" + letters(20) + "." + letters(43),
    "assigned": letters(20, 9),
}


class HostileTexts(HostileTest):
    files = {
        "keys.txt": "".join("%s %s\n" % item for item in SECRETS.items() if item[0] != "assigned")
        + 'password = "%s"\n' % SECRETS["assigned"]
        + "db postgres://u:p@ss@h/db\n",
        "pair.ini": "%s\n%s\n" % (SECRETS["aws"], letters(40, 5)),
        "key.txt": "a\n-----BEGIN OPENSSH " + "PRIVATE KEY-----\n" + "\n".join(letters(70, n) for n in range(9)) + "\n-----END OPENSSH " + "PRIVATE KEY-----\nb\n",
        ".env": "BILLING_TOKEN=%s\nMODE=production\n" % letters(24, 77),
        "build.log": "using %s\nbase64 %s\nhex %s\nproduction\n"
        % (letters(24, 77), base64.b64encode(letters(24, 77).encode()).decode(), letters(24, 77).encode().hex()),
        "package-lock.json": '{"integrity": "sha512-%s==", "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "rev": "%s"}\n' % (letters(86), "0123456789" * 4),
        "tags.md": "hi\U000e0069\U000e0067\U000e006e\n",
        "zero.py": "pass\u200bword\u202e = 1\n",
        "ansi.txt": "\x1b[2J\x1b]0;title\x07\n",
        "one_line.js": "x" * 9_000_000,
        "binary.bin": b"a\0b",
        "utf16.txt": "\ufeffhello".encode("utf-16-le"),
        "latin1.txt": b"caf\xe9\n",
        "regex.txt": "a" * 5000 + "!\n",
        "edit.txt": 'password = "%s"\nother\n' % letters(20, 9),
    }

    def setUp(self):
        super().setUp()
        self.watch_disk()

    def tool(self, name, **arguments):
        done = self.run_as(self.people[0], "tool", name, json.dumps(arguments))
        return done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    def test_secrets_are_replaced_by_placeholders(self):
        shown, _ = self.tool("read_file", path="keys.txt")
        for name, secret in SECRETS.items():
            self.assertNotIn(secret, shown, name)
        self.assertNotIn("p@ss", shown)
        self.assertRegex(shown, r"postgres://u:\[REDACTED:url-password:[0-9a-f]{8}\]@h/db")
        self.assertEqual(6, shown.count("[REDACTED:"), shown)
        pair, _ = self.tool("read_file", path="pair.ini")
        self.assertNotIn(letters(40, 5), pair)
        found, _ = self.tool("search", pattern="github|postgres")
        self.assertNotIn(SECRETS["github"], found)

    def test_private_keys_are_replaced_whole(self):
        shown, _ = self.tool("read_file", path="key.txt")
        self.assertRegex(shown, r"\[REDACTED:private-key:[0-9a-f]{8}\]")
        for line in range(9):
            self.assertNotIn(letters(70, line), shown)

    def test_values_of_dotenv_files_are_known_also_when_encoded(self):
        shown, _ = self.tool("read_file", path="build.log")
        self.assertEqual(3, shown.count("[REDACTED:env:"), shown)
        self.assertIn("production", shown)

    def test_hashes_and_ids_stay(self):
        shown, _ = self.tool("read_file", path="package-lock.json")
        self.assertNotIn("REDACTED", shown)

    def test_secrets_of_the_environment_are_known(self):
        secret = letters(30, 4)
        self.write("env.txt", "it is %s\n" % secret)
        self.watch_disk()
        done = self.run_as(self.people[0], "tool", "read_file", '{"path": "env.txt"}', variables={"COUNTERSIGN_API_KEY": secret})
        self.assertNotIn(secret.encode(), done.stdout)
        self.assertIn(b"[REDACTED:", done.stdout)

    def test_a_placeholder_is_never_written_where_the_secret_was(self):
        shown, _ = self.tool("read_file", path="edit.txt")
        line = next(line for line in shown.splitlines() if "REDACTED" in line)
        mark = line[line.index("[REDACTED") : line.index("]") + 1]
        for arguments in (
            {"path": "edit.txt", "old_text": 'password = "%s"' % mark, "new_text": "x"},
            {"path": "edit.txt", "old_text": "other", "new_text": 'other = "%s"' % mark},
        ):
            _, said = self.tool("edit_file", **arguments)
            self.assertRegex(said, r"^denied: .*\[REDACTED")
        _, said = self.tool("create_file", path="new.txt", content=mark)
        self.assertRegex(said, r"^denied: .*\[REDACTED")
        done, _ = self.tool("edit_file", path="edit.txt", old_text="other", new_text="another")
        self.assertIn("edited edit.txt", done)

    def test_what_nobody_sees_is_shown_escaped(self):
        for path, expected in {
            "tags.md": "hi\\u{E0069}\\u{E0067}\\u{E006E}",
            "zero.py": "pass\\u{200B}word\\u{202E} = 1",
            "ansi.txt": "\\u{1B}[2J\\u{1B}]0;title\\u{7}",
        }.items():
            with self.subTest(path):
                self.assertIn(expected, self.tool("read_file", path=path)[0])

    def test_what_is_no_text_is_refused_and_what_is_too_large_too(self):
        for path, words in {"binary.bin": "binary", "latin1.txt": "UTF-8", "one_line.js": "too_large"}.items():
            with self.subTest(path):
                self.assertIn(words, self.tool("read_file", path=path)[1])
        shown, said = self.tool("read_file", path="utf16.txt")
        self.assertTrue("hello" in shown or said.startswith("invalid_params: "))

    def test_a_pattern_that_would_take_for_ever_does_not(self):
        shown, said = self.tool("search", pattern="(a+)+$")
        self.assertEqual("", said)


if __name__ == "__main__":
    unittest.main()
