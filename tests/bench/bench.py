#!/usr/bin/env python3
"""The server beside clangd, over pipes, on this machine: python3 tests/bench/bench.py [--smoke] [--binary PATH]

Prints a table; with a limit missed the exit status is 1. --smoke runs each measurement a few times and judges no figure:
it shows only that the measurements work. Run it on an idle machine; figures of a busy one say nothing.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "wire"))

from connection import PATIENCE, Connection  # noqa: E402
from editor import BEHAVIOURS, Editor  # noqa: E402


def generated_source(lines):
    """The same text as generated.cpp makes."""
    parts = ["#include <string>\n#include <vector>\n\n"]
    for i in range((lines + 9) // 10):
        parts.append(
            "int step_%d(std::vector<int> const& values, int limit)\n{\n    int sum = %d;\n    for (int value : values) {\n"
            "        if (value < limit)\n            sum += value * %d;\n    }\n    return sum;\n}\n\n" % (i, i, i % 7 + 1)
        )
    return "".join(parts)


# Something to refactor, for the way from a command to a proposal.
INVERTIBLE = "int pick(int value, int low)\n{\n    if (value < low) {\n        return low;\n    } else {\n        return value;\n    }\n}\n\n"


class Bench:
    def __init__(self, binary, smoke):
        self.binary, self.smoke = binary, smoke
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="countersign-bench-"))
        self.rows, self.missed = [], []
        for name in ("project", "home"):
            (self.root / name).mkdir()
        (self.root / "project" / "large.cpp").write_text(generated_source(10_000))
        (self.root / "project" / "middle.cpp").write_text(INVERTIBLE + generated_source(1_000))

    def times(self, full):
        return 3 if self.smoke else full

    def row(self, what, value, unit, limit=None, other=None):
        ok = limit is None or value < limit
        self.rows.append((what, "%.2f %s" % (value, unit), "" if limit is None else "< %g %s" % (limit, unit), "" if other is None else "%.2f %s" % (other, unit)))
        if not ok and not self.smoke:
            self.missed.append("%s: %.2f %s is not under %g" % (what, value, unit, limit))

    def start(self, command):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root / "home"), "XDG_STATE_HOME": str(self.root / "home")}
        connection = Connection(command, environment=environment, folder=str(self.root / "project"), stderr_path=self.root / "stderr")
        return Editor(connection, BEHAVIOURS["vscode"], [self.root / "project"])

    def timed(self, editor, method, params):
        """Milliseconds from the request to its answer, as the reading thread saw it."""
        began = time.monotonic()
        request = editor.connection.request(method, params)
        while True:
            frame = editor.connection.receive(began + PATIENCE)
            editor.handle(frame)
            if request in editor._responses:
                answer = editor._responses.pop(request)
                assert "result" in answer, answer
                return 1000 * (frame.received - began)

    def initialize_times(self, command, times):
        found = []
        for _ in range(times):
            began = time.monotonic()
            editor = self.start(command)
            editor.connection.request("initialize", editor.parameters())
            found.append(1000 * (editor.connection.receive(began + PATIENCE).received - began))
            editor.connection.abandon()
        return statistics.median(found)

    def resident(self, editor):
        status = pathlib.Path("/proc/%d/status" % editor.connection.process.pid).read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def ready(self, command):
        editor = self.start(command)
        editor.initialize()
        return editor

    def code_action(self, editor, path, line):
        here = {"line": line, "character": 8}
        params = {"textDocument": {"uri": "file://%s" % path}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
        return self.timed(editor, "textDocument/codeAction", params)

    def run(self):
        ours, theirs = [self.binary, "lsp"], ["clangd"] if shutil.which("clangd") else ["clangd-14"]
        has_clangd = shutil.which(theirs[0]) is not None
        clangd = self.initialize_times(theirs, self.times(15)) if has_clangd else None
        mine = self.initialize_times(ours, self.times(15))
        self.row("process start to initialize's answer, median", mine, "ms", min(10.0, clangd / 3) if clangd else 10.0, clangd)

        idle = self.ready(ours)
        other = self.ready(theirs) if has_clangd else None
        if not self.smoke:
            time.sleep(2)  # what start-up does in the background is part of idling
        self.row("resident memory, idle", self.resident(idle), "MiB", 20, self.resident(other) if other else None)
        idle.connection.abandon()
        if other:
            other.connection.abandon()

        self.measure_large_file(ours)
        self.measure_runs(ours)
        shutil.rmtree(self.root, ignore_errors=True)

    def measure_large_file(self, command):
        editor, path = self.ready(command), self.root / "project" / "large.cpp"
        editor.open(path, "cpp")
        self.code_action(editor, path, 0)
        found = [self.code_action(editor, path, 37 * n % 10_000) for n in range(self.times(300))]
        self.row("code actions, 10,000 lines, median", statistics.median(found), "ms", 1)
        self.row("code actions, 10,000 lines, 99th of 100", sorted(found)[int(len(found) * 0.99)], "ms")

        found = []
        for n in range(self.times(300)):
            at = {"line": 5005, "character": 4}
            changes = [{"range": {"start": at, "end": at}, "text": "x"}] if n % 2 == 0 else [{"range": {"start": at, "end": {"line": 5005, "character": 5}}, "text": ""}]
            began = time.monotonic()
            editor.buffers[str(path)].version += 1
            document = {"uri": "file://%s" % path, "version": editor.buffers[str(path)].version}
            editor.connection.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
            self.code_action(editor, path, 5006)
            found.append(1000 * (time.monotonic() - began))
        self.row("a keystroke and the code actions after it, 10,000 lines, median", statistics.median(found), "ms", 2)
        self.row("resident memory with that file open", self.resident(editor), "MiB")
        editor.connection.abandon()

    def measure_runs(self, command):
        editor, path = self.ready(command), self.root / "project" / "middle.cpp"
        editor.open(path, "cpp")
        action = editor.pick(path, "Refactor: invert if", "value < low")
        answered, proposed = [], []
        for _ in range(self.times(40)):
            editor.messages.clear()
            began = time.monotonic()
            answered.append(self.timed(editor, "workspace/executeCommand", {k: action["command"][k] for k in ("command", "arguments")}))
            received = began + answered[-1] / 1000
            while not any("#" in text for text in editor.messages):
                frame = editor.connection.receive(began + PATIENCE)
                editor.handle(frame)
                received = frame.received
            proposed.append(1000 * (received - began))
        self.row("executeCommand answered, median", statistics.median(answered), "ms", 1)
        self.row("from the command to the proposal, built-in engine, 1,000 lines, median", statistics.median(proposed), "ms", 30)
        editor.connection.abandon()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--binary", default=os.environ.get("COUNTERSIGN", str(REPOSITORY / "build" / "release" / "countersign")))
    arguments = parser.parse_args()
    bench = Bench(arguments.binary, arguments.smoke)
    bench.run()
    print("| what | Countersign | limit | clangd |\n|---|---|---|---|")
    for row in bench.rows:
        print("| %s |" % " | ".join(row))
    for missed in bench.missed:
        print("MISSED " + missed)
    sys.exit(1 if bench.missed else 0)


if __name__ == "__main__":
    main()
