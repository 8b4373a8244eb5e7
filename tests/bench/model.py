#!/usr/bin/env python3
"""Runs with a model that answers at once: python3 tests/bench/model.py [--smoke] [--binary PATH] [--tools FOLDER] [--install]

Against the npm packages @openai/codex (`codex exec`) and opencode-ai, in the same run and on the same stand-in. They are looked for in
FOLDER/node_modules; --install puts them into a temporary folder first. Without them the comparison is left out, and said so loudly.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "wire"))

from connection import PATIENCE, Connection  # noqa: E402
from editor import BEHAVIOURS, Editor  # noqa: E402

SOURCE = "#include <string>\n\nint count_of(std::string const& text)\n{\n    int n = 0;\n    for (char c : text)\n        n += c == 'a';\n    return n;\n}\n"
TEXT = "It counts the letters a of a text. " * 20


def event(data):
    return ("event: %s\ndata: %s\n\n" % (data["type"], json.dumps(data))).encode()


def responses_answer(calls, text):
    """A turn of the Responses API, with what codex needs of it."""
    items = [{"type": "function_call", "id": "fc_%d" % i, "call_id": "call_%d" % i, "name": name, "arguments": json.dumps(arguments)} for i, name, arguments in calls]
    if text:
        items.append({"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text, "annotations": []}]})
    head = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": [], "status": "in_progress"}
    usage = {"input_tokens": 1000, "output_tokens": 50, "total_tokens": 1050, "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    body = event({"type": "response.created", "sequence_number": 0, "response": head})
    for index, item in enumerate(items):
        body += event({"type": "response.output_item.added", "sequence_number": 1, "output_index": index, "item": {**item, **({"content": []} if "content" in item else {})}})
        if "content" in item:
            body += event({"type": "response.output_text.delta", "sequence_number": 2, "item_id": item["id"], "output_index": index, "content_index": 0, "delta": text})
        body += event({"type": "response.output_item.done", "sequence_number": 3, "output_index": index, "item": item})
    return body + event({"type": "response.completed", "sequence_number": 4, "response": {**head, "status": "completed", "output": items, "usage": usage}})


class StandIn:
    """Answers each request at once with the next turn of `script(number, body)`, over kept connections. `gaps` are the seconds from an
    answer's last byte to the whole next request on the same connection: the client's own time for a turn."""

    def __init__(self, script):
        self.script, self.gaps, self.closed_at = script, [], None
        self.requests = 0
        self.on_request = lambda number: None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            data, answered = b"", None
            while True:
                while b"\r\n\r\n" not in data:
                    piece = connection.recv(1 << 20)
                    if not piece:
                        return
                    data += piece
                head, _, data = data.partition(b"\r\n\r\n")
                length = next((int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length:")), 0)
                while len(data) < length:
                    data += connection.recv(1 << 20)
                body, data = data[:length], data[length:]
                if head.startswith(b"GET"):
                    answer = b'{"object":"list","data":[],"models":[]}'
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(answer) + answer)
                    continue
                if answered is not None:
                    self.gaps.append(time.monotonic() - answered)
                self.requests += 1
                self.on_request(self.requests)
                answer = self.script(self.requests, body)
                if answer is None:  # the answer begins, and stalls until the client goes
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + event({"type": "response.created", "response": {}}))
                    while connection.recv(1 << 16):
                        pass
                    self.closed_at = time.monotonic()
                    return
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(answer) + answer)
                answered = time.monotonic()

    def close(self):
        self.listening.close()


def explain_script(number, body):
    return responses_answer([], TEXT)


class Measured:
    """A child and its wall time; if `memory` is wanted, the largest memory of it and all its descendants in MiB instead: looking slows it."""

    def __init__(self, command, environment, folder, memory=False):
        began = time.monotonic()
        self.output = tempfile.TemporaryFile()
        process = subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT)
        self.peak = 0.0
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        while memory and process.poll() is None:
            self.peak = max(self.peak, tree_memory(process.pid))
            time.sleep(0.001)
        process.wait()  # no time limit here: with one, it looks only every 50 ms
        self.seconds = time.monotonic() - began
        patience.cancel()
        self.status = process.returncode
        self.output.seek(0)
        self.text = self.output.read().decode(errors="replace")


def memory_of(pid, file="status", field="VmRSS"):
    with contextlib.suppress(OSError, StopIteration):
        lines = pathlib.Path("/proc/%d/%s" % (pid, file)).read_text().splitlines()
        return int(next(line for line in lines if line.startswith(field + ":")).split()[1]) / 1024
    return 0.0


def tree_memory(pid):
    """Proportional set size: a page that several processes share is counted once."""
    total, waiting = 0.0, [pid]
    while waiting:
        each = waiting.pop()
        total += memory_of(each, "smaps_rollup", "Pss")
        with contextlib.suppress(OSError):
            waiting += [int(child) for child in pathlib.Path("/proc/%d/task/%d/children" % (each, each)).read_text().split()]
    return total


class Bench:
    def __init__(self, binary, smoke, tools):
        self.binary, self.smoke, self.tools = binary, smoke, tools
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="countersign-bench-"))
        self.project = self.root / "project"
        (self.project / "src").mkdir(parents=True)
        (self.project / "src" / "count.cpp").write_text(SOURCE)
        self.rows, self.missed = [], []

    def row(self, what, value, unit, limit=None, above=False):
        self.rows.append((what, "%.2f %s" % (value, unit), "" if limit is None else "%s %g %s" % (">" if above else "<", limit, unit)))
        if limit is not None and not self.smoke and not (value > limit if above else value < limit):
            self.missed.append("%s: %.2f %s, wanted %s %g" % (what, value, unit, "more than" if above else "less than", limit))

    def environment(self, home, **more):
        folder = self.root / home
        folder.mkdir(exist_ok=True)
        places = {name: str(folder) for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "CODEX_HOME")}
        return {"PATH": os.environ["PATH"], "TERM": "dumb", **places, **more}

    def ours(self, stand_in, *options, action="explain"):
        return [self.binary, "run", action, "src/count.cpp:3", "--provider", "openai-responses", "--model", "m",
                "--base-url", "http://127.0.0.1:%d/v1" % stand_in.port, *options]

    def times(self, full):
        return 2 if self.smoke else full

    def measure(self, name, command, environment, times, expected):
        runs = []
        for number in range(times + 2):  # the first fills caches and makes state, the last is looked at for its memory
            run = Measured(command, environment, self.project, memory=number == times + 1)
            if run.status != 0 or expected not in run.text:
                raise SystemExit("%s failed with %d:\n%s" % (name, run.status, run.text[-2000:]))
            runs.append(run)
        return statistics.median(run.seconds for run in runs[1:-1]) * 1000, runs[-1].peak

    def whole_runs(self):
        stand_in = StandIn(explain_script)
        expected = TEXT.split(".")[0]
        mine, memory = self.measure("countersign", self.ours(stand_in), self.environment("ours"), self.times(15), expected)
        self.row("`countersign run explain`, whole, median", mine, "ms")
        self.row("its memory, largest, the sandbox's broker included", memory, "MiB", 25)
        for name, prepare in (("codex exec", self.codex), ("opencode run", self.opencode)):
            command, environment = prepare(stand_in)
            if command is None:
                print("LEFT OUT: the comparison with %s; python3 tests/bench/model.py --install gets it" % name, file=sys.stderr)
                continue
            try:
                theirs, their_memory = self.measure(name, command, environment, self.times(5), expected)
            except SystemExit as problem:
                print("LEFT OUT: %s" % problem, file=sys.stderr)
                continue
            self.row("`%s`, the same question, median" % name, theirs, "ms")
            self.row("its memory, largest", their_memory, "MiB")
            self.row("times faster than `%s`" % name, theirs / mine, "x", 10 if name.startswith("codex") else None, above=True)
        stand_in.close()

    def program(self, name):
        path = self.tools and pathlib.Path(self.tools) / "node_modules" / ".bin" / name
        return str(path) if path and path.exists() else None

    def codex(self, stand_in):
        program, environment = self.program("codex"), self.environment("codex", STAND_IN_KEY="sk-none")
        (self.root / "codex" / "config.toml").write_text(
            'model = "m"\nmodel_provider = "here"\n[model_providers.here]\nname = "here"\nbase_url = "http://127.0.0.1:%d/v1"\n'
            'wire_api = "responses"\nenv_key = "STAND_IN_KEY"\n' % stand_in.port
        )
        command = [program, "exec", "--skip-git-repo-check", "--sandbox", "read-only", "Explain count_of in src/count.cpp."]
        return (command, environment) if program else (None, None)

    def opencode(self, stand_in):
        program, environment = self.program("opencode"), self.environment("opencode")
        (self.root / "opencode" / "opencode").mkdir(exist_ok=True)
        (self.root / "opencode" / "opencode" / "opencode.json").write_text(json.dumps({
            "provider": {"openai": {"options": {"baseURL": "http://127.0.0.1:%d/v1" % stand_in.port, "apiKey": "sk-none"}, "models": {"m": {"name": "m"}}}},
            "autoupdate": False, "share": "disabled",
        }))
        return ([program, "run", "--model", "openai/m", "Explain count_of in src/count.cpp."], environment) if program else (None, None)

    def many_turns(self):
        """Our own time for a turn, and memory, over a conversation of many turns that each call a tool."""
        turns = 20 if self.smoke else 500
        memory = {}
        process = None

        def script(number, body):
            if number > turns:
                return responses_answer([], TEXT)
            return responses_answer([(number, "search", {"pattern": "p%d" % number})], "")

        stand_in = StandIn(script)

        def note(number):
            if process is not None and number % max(1, turns // 10) == 0:
                memory[number] = memory_of(process.pid)

        stand_in.on_request = note
        command = self.ours(stand_in, "--max-steps", str(turns + 2), "--max-tool-calls", "1000", "--instruction", "look", action="ask")
        process = subprocess.Popen(command, env=self.environment("ours"), cwd=self.project, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=PATIENCE * 10)
        if stand_in.requests != turns + 1:
            raise SystemExit("the run of many turns ended after %d requests: %s" % (stand_in.requests, errors.decode()[-2000:]))
        gaps = [1000 * gap for gap in stand_in.gaps]
        self.row("own time for a turn, the first 50, median", statistics.median(gaps[:50]), "ms", 3)
        self.row("own time for a turn, all %d, median" % turns, statistics.median(gaps), "ms", 3)
        self.row("own time for a turn, the last 50, median", statistics.median(gaps[-50:]), "ms")
        if memory:
            first, last = memory[min(memory)], memory[max(memory)]
            self.row("resident memory after turn %d" % min(memory), first, "MiB")
            self.row("resident memory after turn %d" % max(memory), last, "MiB", first + 6)
        stand_in.close()

    def cancel(self):
        """From an editor's cancel to the closed connection, as the server of the model sees it."""
        found = []
        for _ in range(self.times(20)):
            stand_in = StandIn(lambda number, body: None)
            began = threading.Event()
            stand_in.on_request = lambda number: began.set()
            environment = self.environment(
                "editor", COUNTERSIGN_PROVIDER="openai-responses", COUNTERSIGN_MODEL="m", COUNTERSIGN_BASE_URL="http://127.0.0.1:%d/v1" % stand_in.port)
            connection = Connection([self.binary, "lsp"], environment=environment, folder=str(self.project), stderr_path=self.root / "stderr")
            editor = Editor(connection, BEHAVIOURS["vscode"], [self.project])
            editor.initialize()
            path = self.project / "src" / "count.cpp"
            editor.open(path, "cpp")
            here = {"line": 2, "character": 6}
            run = editor.execute("countersign.explain", {"uri": "file://%s" % path, "range": {"start": here, "end": here}})["run"]
            began.wait(PATIENCE)
            time.sleep(0.05)  # in the middle of its answer
            asked = time.monotonic()
            editor.connection.request("workspace/executeCommand", {"command": "countersign.cancel", "arguments": [{"run": run}]})
            deadline = asked + PATIENCE
            while stand_in.closed_at is None and time.monotonic() < deadline:
                time.sleep(0.0005)
            found.append(1000 * ((stand_in.closed_at or deadline) - asked))
            connection.abandon()
            stand_in.close()
        self.row("from cancel to the closed connection, longest of %d" % len(found), max(found), "ms", 100)


def install():
    folder = tempfile.mkdtemp(prefix="countersign-bench-tools-")
    done = subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "@openai/codex", "opencode-ai"])
    if done.returncode != 0:
        print("LEFT OUT: npm could not install the programs to compare with", file=sys.stderr)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--tools", default=os.environ.get("COUNTERSIGN_BENCH_TOOLS"))
    parser.add_argument("--binary", default=os.environ.get("COUNTERSIGN", str(REPOSITORY / "build" / "release" / "countersign")))
    arguments = parser.parse_args()
    installed = install() if arguments.install else None
    bench = Bench(arguments.binary, arguments.smoke, installed or arguments.tools)
    try:
        bench.whole_runs()
        bench.many_turns()
        bench.cancel()
    finally:
        shutil.rmtree(bench.root, ignore_errors=True)
        if installed:
            shutil.rmtree(installed, ignore_errors=True)
    print("| what | figure | limit |\n|---|---|---|")
    for row in bench.rows:
        print("| %s |" % " | ".join(row))
    for missed in bench.missed:
        print("MISSED " + missed)
    sys.exit(1 if bench.missed else 0)


if __name__ == "__main__":
    main()
