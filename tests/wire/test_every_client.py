"""Each real client, simulated as it was seen to behave (editor.BEHAVIOURS), through random sessions: whatever the person, the proposals and the
editor do, no byte of a proposal is in a buffer that was not approved, and the ledger says what happened.

Every line has a number of its own, and so has every proposed line: whoever finds one knows where it comes from. COUNTERSIGN_ROUNDS is the
number of steps for each client (40).
"""
import json
import os
import random
import re
import shutil
import unittest

from editor import CAN_APPLY
from fixture import WireTest

ROUNDS = int(os.environ.get("COUNTERSIGN_ROUNDS", "40"))
NAMES = ("a.txt", "b.txt", "c.txt")


class Session:
    """One person at one editor."""

    def __init__(self, test, client, seed):
        self.test, self.random, self.client = test, random.Random(seed), client
        self.typed, self.number = 0, 100
        self.paths = {name: test.workspace / name for name in NAMES}
        self.hunks = {}  # (proposal, hunk) -> lines that only it makes
        self.original = {name: test.text(name).splitlines(True) for name in NAMES}
        self.start()

    def start(self):
        self.editor = self.test.editor(self.client)
        for name, path in self.paths.items():
            self.editor.open(path)

    def text(self, name):
        return self.editor.buffers[str(self.paths[name])].text

    def settle(self):
        self.editor.execute("countersign.status")

    def type(self):
        name = self.random.choice(NAMES)
        lines = self.text(name).splitlines(True)
        self.typed += 1
        lines.insert(self.random.randrange(len(lines) + 1), "typed %d\n" % self.typed)
        self.editor.set_text(self.paths[name], "".join(lines))

    def propose(self):
        """As a run would have left it: made for what the files say on the disk."""
        self.number += 1
        changes = {}
        for name in self.random.sample(NAMES, self.random.randint(1, 3)):
            lines, made = list(self.original[name]), []
            for at in sorted(self.random.sample(range(2, len(lines), 4), 3), reverse=True):
                made.append("new %d.%s.%d\n" % (self.number, name[0], at))
                lines[at : at + self.random.randint(0, 1)] = [made[-1]]
            changes[name] = "".join(lines)
        proposal = self.test.store_proposal(self.number, changes)
        for hunk, lines in self.test.hunks_of(proposal).items():
            self.hunks[proposal, hunk] = lines

    def restart(self):
        texts = {name: self.text(name) for name in NAMES}
        self.editor.shut_down()
        self.editor = self.test.editor(self.client)
        for name, path in self.paths.items():
            self.editor.open(path, text=texts[name])
        self.settle()

    def offered(self):
        numbers = set()
        for path in self.paths.values():
            numbers |= set(re.findall(r"Apply #(\d+):", " ".join(a["title"] for a in self.editor.actions(path))))
        return sorted(numbers)

    def decide(self):
        offered = self.offered()
        if not offered:
            return
        proposal = self.random.choice(offered)
        mine = [h for p, h in self.hunks if p == proposal]
        editor, mood = self.editor, self.random.random()
        editor.accept_edits = mood > 0.15  # the person, or the editor, says no
        skipped = {str(p) for p in self.paths.values() if self.random.random() < 0.2}
        editor.skips = (lambda path: path in skipped) if mood > 0.7 else (lambda path: False)
        editor.before_edit = self.type if 0.4 < mood < 0.6 else (lambda: None)
        editor.messages.clear()
        arguments = {"proposal": proposal}
        command = self.random.choice(["apply", "apply", "applyHunk", "discard", "undo"])
        if command == "applyHunk" and mine:
            arguments["hunks"] = self.random.sample(mine, self.random.randint(1, len(mine)))
        elif command == "applyHunk":
            command = "apply"
        if command == "discard" and mine:
            arguments["hunks"] = [self.random.choice(mine)]
        editor.execute("countersign." + command, arguments)
        editor.until(lambda: editor.messages, "a word on " + command)
        # Its last word may come later, when a part is taken back.
        if command.startswith("apply"):
            editor.message(r"#%s (was|to)\b|#%s is being|already been|Not as approved" % (proposal, proposal))
        editor.accept_edits, editor.skips, editor.before_edit = True, lambda path: False, lambda: None
        self.settle()

    def check(self):
        approved = set()
        for _, fields in self.test.ledger("approval"):
            for file in fields["files"]:
                approved |= {(fields["proposal"], hunk) for hunk in file["hunks"]}
        for name in NAMES:
            text = self.text(name)
            self.test.assertEqual("".join(self.original[name]), self.paths[name].read_text(), "the editor was made to save %s" % name)
            for (proposal, hunk), lines in self.hunks.items():
                for line in lines:
                    if line in text:
                        self.test.assertIn((proposal, hunk), approved, "%r is in %s and was not approved" % (line, name))
                        self.test.assertEqual(1, text.count(line), "%r is there twice" % line)
            for line in text.splitlines(True):
                known = line in self.original[name] or line.startswith("typed ") or line.startswith("new ")
                self.test.assertTrue(known, "%r comes from nowhere: a line was torn" % line)
            kept = [line for line in text.splitlines(True) if line in self.original[name]]
            self.test.assertEqual([line for line in self.original[name] if line in kept], kept, "lines changed their order or were doubled")
        for i in range(1, self.typed + 1):
            where = [name for name in NAMES if "typed %d\n" % i in self.text(name)]
            self.test.assertEqual(1, len(where), "what was typed is gone")

    def check_ledger(self):
        """What the newest approval's outcome says of each file is how the file is."""
        told = self.test.ledger("applied", "taken back")
        if not told:
            return
        kind, fields = told[-1]
        there = self.test.assertIn if kind == "applied" else self.test.assertNotIn
        for file in fields["files"]:
            for hunk in file["hunks"]:
                for line in self.hunks.get((fields["proposal"], hunk), ()):
                    there(line, self.text(file["path"]), "the ledger has it as %s: %r" % (kind, fields))


class EveryClient(WireTest):
    files = {name: "".join("%s %d\n" % (name, i) for i in range(1, 31)) for name in NAMES}

    def hunks_of(self, proposal):
        """{hunk id: its new lines} of a stored proposal."""
        found = {}
        stored = json.loads((self.state / "proposals" / ("%s.json" % proposal)).read_text())
        for file in stored["files"]:
            lines = file["new_text"].splitlines(True)
            for hunk in file["hunks"]:
                found[hunk["id"]] = [line for line in lines[hunk["new_begin"] : hunk["new_end"]] if line.startswith("new ")]
        return found

    def test_never_ends_with_a_byte_that_was_not_approved(self):
        for seed, client in enumerate(CAN_APPLY):
            with self.subTest(client=client):
                session = Session(self, client, seed)
                for step in range(ROUNDS):
                    choice = session.random.random()
                    if choice < 0.2:
                        session.propose()
                        session.restart()
                    elif choice < 0.5:
                        session.type()
                    else:
                        session.decide()
                    session.check()
                self.assertEqual(0, session.editor.shut_down())
                self.assertEqual(0, self.command_line("audit", "verify").returncode)
                session.check_ledger()
                shutil.rmtree(self.state)


if __name__ == "__main__":
    unittest.main()
