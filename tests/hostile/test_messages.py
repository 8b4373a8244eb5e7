"""What comes over the pipe and is no message, and messages that come at the wrong time: an answer or an end with a word, never a crash,
and never more power than before."""
import json
import os
import re
import subprocess
import sys
import time
import unittest

from cases import from_cases
from hostile import HostileTest

from connection import PATIENCE
from editor import Refused, uri_of

ZERO = {"line": 0, "character": 0}
HERE = {"start": ZERO, "end": ZERO}


@from_cases("messages")
class MessageCases(HostileTest):
    files = {"a.txt": "h\U0001f600llo\n", "sub/b.txt": "sub\n"}

    def frame(self, body, length=None):
        return b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body

    def request(self, number, method="nothing/at/all"):
        return json.dumps({"jsonrpc": "2.0", "id": number, "method": method}).encode()

    def answer_to(self, editor, data):
        """The next response after raw bytes; they are no part of the transcript."""
        editor.connection.send_bytes(data)
        while True:
            message = editor.connection.receive(time.monotonic() + PATIENCE).message
            if "method" not in message:
                editor.connection.transcript.clear()
                return message

    def assert_alive(self, editor):
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())

    def assert_error(self, body, code, identity=None):
        editor = self.editor()
        answer = self.answer_to(editor, self.frame(body))
        self.assertEqual((identity, code), (answer["id"], answer["error"]["code"]))
        self.assert_alive(editor)

    def assert_ends(self, data, words="(?i)content-length|header|limit"):
        connection = self.connect()
        connection.send_bytes(data)
        connection.close_input()
        self.assertGreater(connection.wait_exit(), 0)
        self.assertRegex(connection.stderr(), words)

    def assert_taken_or_ends(self, data):
        editor = self.editor()
        editor.connection.send_bytes(data + self.frame(self.request(902)))
        editor.connection.close_input()
        self.assertIn(editor.connection.wait_exit(), (0, 1))

    def test_rpc_001(self):
        self.assert_ends(b"Content-Length: a\r\n\r\n{}")

    def test_rpc_002(self):
        self.assert_ends(b"Content-Length: -1\r\n\r\n{}")

    def test_rpc_005(self):
        body = self.request(1)
        self.assert_ends(b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n" + body)

    def test_rpc_007(self):
        editor = self.editor()
        body = self.request(900)
        self.assertEqual(900, self.answer_to(editor, b"content-length:%d\r\n\r\n" % len(body) + body)["id"])
        self.assertEqual(-32600, self.answer_to(editor, b"content-length:5\r\n\r\n[1,2]")["error"]["code"])
        self.assert_alive(editor)

    def test_rpc_008(self):
        editor = self.editor()
        body = self.request(901)
        head = b"Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.assertEqual(901, self.answer_to(editor, head + body)["id"])
        self.assert_alive(editor)

    def test_rpc_009(self):
        self.assert_taken_or_ends(b"Content-Length: 2\n\n{}")

    def test_rpc_010(self):
        self.assert_taken_or_ends(b"\r\nContent-Length: 2\r\n\r\n{}")

    def test_rpc_011(self):
        connection = self.connect()
        connection.send_bytes(b"X-Filler: " + b"x" * (1 << 20))
        self.assertGreater(connection.wait_exit(), 0)  # its input is open still
        self.assertRegex(connection.stderr(), "(?i)header|limit")

    def test_rpc_012(self):
        connection = self.connect()
        connection.send_bytes(b"Content-Length: 100\r\n\r\n{\"jsonrpc\"")
        connection.close_input()
        self.assertGreater(connection.wait_exit(), 0)

    def test_rpc_013(self):
        body = '{"jsonrpc":"2.0","id":1,"method":"\u00e9"}'.encode()
        editor = self.editor()
        cut = body.index(b"\xc3") + 1
        answer = self.answer_to(editor, self.frame(body[:cut]))
        self.assertEqual(-32700, answer["error"]["code"])
        self.assert_alive(editor)

    def test_rpc_014(self):
        for body in (b'{"jsonrpc":"2.0","id":1,"method":"\xff\xfe"}', b'{"jsonrpc":"2.0","id":1,"method":"\xc0\xae"}', b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}'):
            self.assert_error(body, -32700)

    def test_rpc_015(self):
        self.assert_error(b"[" * 10_000, -32700)
        self.assert_error(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, -32700)

    def test_rpc_016(self):
        editor = self.editor()
        answer = self.answer_to(editor, self.frame(b'{"jsonrpc":"2.0","id":1,"id":2,"method":"nothing/at/all"}'))
        self.assertTrue("error" in answer and answer["id"] in (None, 2), answer)
        self.assert_alive(editor)

    def test_rpc_017(self):
        editor = self.editor()
        answer = self.answer_to(editor, self.frame(b'{"jsonrpc":"2.0","id":1e400,"method":"x"}'))
        self.assertIn(answer["error"]["code"], (-32600, -32700))
        self.assert_alive(editor)

    def test_rpc_018(self):
        self.assert_error(b'{"jsonrpc":"2.0","id":null,"method":"shutdown"}', -32600)

    def test_rpc_020(self):
        editor = self.editor()
        with self.assertRaises(Refused) as refused:
            editor.initialize()
        self.assertEqual(-32600, refused.exception.code)
        self.assert_alive(editor)

    def asking(self, argv=("touch", "made"), client="plain"):
        """An editor without dialogues in which a run asks: (editor, the answers that are offered)."""
        model = self.scripted([("run_command", {"argv": list(argv)})], "Done.")
        editor = self.editor(client, COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        path = self.workspace / "a.txt"
        editor.open(path, "plaintext")
        run = editor.execute("countersign.ask", {"uri": uri_of(path), "range": HERE, "instruction": "go"})["run"]
        editor.until(lambda: any("run this command" in m for m in editor.messages), "the question")
        offered = [a["command"] for a in editor.actions(path) if a["title"].startswith(("Allow", "Deny"))]
        self.assertTrue(offered)
        return editor, model, run, {c["arguments"][0]["answer"]: c for c in offered}

    def answer(self, editor, command, **changes):
        return editor.execute(command["command"], {**command["arguments"][0], **changes})

    def test_rpc_023(self):
        editor, model, _, offered = self.asking()
        self.answer(editor, offered["once"])
        with self.assertRaises(Refused) as refused:
            self.answer(editor, offered["once"])
        self.assertRegex(refused.exception.text, "not open")
        editor.until(lambda: len(model.requests) == 2, "the result")
        self.assertIn("exit status 0", model.results()[0])
        self.assertEqual(0, editor.shut_down())
        self.assertEqual(1, [f["outcome"] for _, f in self.ledger("command")].count("started"))

    def test_rpc_024(self):
        editor, model, _, offered = self.asking()
        for changes in ({"digest": "0" * 64}, {"digest": ""}, {"question": "0" * 16}):
            with self.assertRaises(Refused):
                self.answer(editor, offered["once"], **changes)
        self.assertEqual(1, len(model.requests), "nothing was allowed")
        self.answer(editor, offered["deny"])
        editor.until(lambda: len(model.requests) == 2, "the result")
        self.assertIn("is not run: you said no", model.results()[0])
        self.assertEqual(0, editor.shut_down())

    def test_rpc_025(self):
        editor, model, run, offered = self.asking()
        editor.execute("countersign.cancel", {"run": run})
        editor.message("cancelled")
        with self.assertRaises(Refused):
            self.answer(editor, offered["once"])
        self.assertEqual(0, editor.shut_down())
        self.assertEqual([], [f for _, f in self.ledger("command") if f["outcome"] == "started"])

    def test_rpc_028(self):
        """The position is taken for the character's beginning: nothing is cut in two."""
        editor = self.editor()
        path = self.workspace / "a.txt"
        editor.open(path, "plaintext")
        inside = {"line": 0, "character": 2}
        change = {"range": {"start": inside, "end": inside}, "text": "x"}
        editor.connection.notify(
            "textDocument/didChange", {"textDocument": {"uri": uri_of(path), "version": 2}, "contentChanges": [change]}
        )
        editor.call("textDocument/codeAction", {"textDocument": {"uri": uri_of(path)}, "range": {"start": inside, "end": inside}, "context": {"diagnostics": []}})
        self.assert_alive(editor)

    def test_rpc_029(self):
        for settings in ({"countersign": {"level": "connected"}}, {"countersign": {"level": "verify", "allow": ["touch *"]}}, {"level": "connected"}):
            model = self.scripted([("run_command", {"argv": ["touch", "made"]})], "Done.")
            editor = self.editor("vscode", COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
            editor._on_workspace_configuration = lambda m, s=settings: editor.connection.reply(m, [s.get("countersign", s) for _ in m["params"]["items"]])
            editor.connection.notify("workspace/didChangeConfiguration", {"settings": settings})
            path = self.workspace / "a.txt"
            editor.open(path, "plaintext")
            editor.execute("countersign.ask", {"uri": uri_of(path), "range": HERE, "instruction": "go"})
            editor.until(lambda: editor.questions or len(model.requests) > 1, "the question")
            self.assertTrue(editor.questions, model.results())
            self.assertIn("Level propose", editor.questions[0]["message"])
            editor.until(lambda: len(model.requests) == 2, "the result")
            self.assertRegex(model.results()[0], "is not run")
            self.assertEqual(0, editor.shut_down())

    def test_rpc_030(self):
        (self.root / "home" / "private.txt").write_text("private\n")
        for folder in ("/", str(self.root / "home"), str(self.root / "home") + "/"):
            editor = self.editor("vscode", folders=[folder])
            path = self.root / "home" / "private.txt"
            editor.open(path, "plaintext")
            said = ""
            try:
                editor.execute("countersign.explain", {"uri": uri_of(path), "range": HERE})
                editor.until(lambda: editor.messages or editor.opened, "a word")
            except Refused as refused:
                said = refused.text
            self.assertRegex(said + " ".join(editor.messages), "too much to work in")
            self.assertEqual([], editor.opened)
            self.assertEqual(0, editor.shut_down())
            done = subprocess.run(
                [os.environ.get("COUNTERSIGN", ""), "tool", "list_files", "--workspace", folder], env=self.environment(), capture_output=True, timeout=PATIENCE
            )
            self.assertEqual((1, b""), (done.returncode, done.stdout))

    def test_rpc_031(self):
        editor = self.editor("vscode", folders=[self.workspace, self.workspace / "sub", self.workspace, str(self.workspace) + "/"])
        model = self.scripted([("list_files", {})], "Done.")
        self.assertEqual(0, editor.shut_down())
        editor = self.editor("vscode", folders=[self.workspace, self.workspace / "sub"], COUNTERSIGN_PROVIDER="openai", COUNTERSIGN_BASE_URL=model.address)
        path = self.workspace / "sub" / "b.txt"
        editor.open(path, "plaintext")
        editor.execute("countersign.ask", {"uri": uri_of(path), "range": HERE, "instruction": "go"})
        editor.until(lambda: len(model.requests) == 2, "the result")
        self.assertIn("b.txt", model.results()[0])
        self.assertNotIn("a.txt", model.results()[0], "the inner folder is the file's, and its wall")
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())

    def test_rpc_033(self):
        for body in (b"[%s]" % self.request(1), b"[]", b"[%s,%s]" % (self.request(1), self.request(2))):
            self.assert_error(body, -32600)

    def test_rpc_034(self):
        parent = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
        editor = self.editor(initialize=False)
        editor.initialize(processId=parent.pid)
        parent.stdin.close()
        parent.wait(PATIENCE)
        editor.connection.wait_exit(PATIENCE * 2)  # its input stays open: only the parent's end can have ended it

    def test_rpc_036(self):
        """Its own reader is stopped; what the server does not get rid of is bounded, by its end if need be."""
        editor = self.editor()
        process = editor.connection.process
        stopped = subprocess.Popen(
            [sys.executable, "-c", STUFFING, os.environ.get("COUNTERSIGN", "")], env=self.environment(), stdout=subprocess.PIPE, text=True, cwd=self.workspace
        )
        said, _ = stopped.communicate(timeout=PATIENCE * 4)
        self.assertEqual(0, stopped.returncode, said)
        self.assertLess(int(re.search(r"peak (\d+)", said)[1]), 1_500_000, "kB while nobody read")
        self.assertIsNone(process.poll())
        self.assert_alive(editor)


# A client that asks 200,000 times and reads nothing; then it reads on, or finds that the server has ended.
STUFFING = r"""
import json, os, select, subprocess, sys
server = subprocess.Popen([sys.argv[1], "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
def frame(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
os.set_blocking(server.stdin.fileno(), False)
data = frame({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
data += b"".join(frame({"id": n, "method": "x" * 900}) for n in range(2, 200_000))
view = memoryview(data)
while view:
    _, ready, _ = select.select([], [server.stdin], [], 2)
    if not ready:
        break  # it reads no more either: the pressure has come back to us
    try:
        view = view[os.write(server.stdin.fileno(), view[:65536]):]
    except BrokenPipeError:
        break
try:
    status = open("/proc/%d/status" % server.pid).read()
    peak = [line for line in status.splitlines() if line.startswith("VmHWM")]
except OSError:
    peak = []
print("peak", peak[0].split()[1] if peak else 0)
server.stdin.close()
server.kill()
server.wait()
"""


if __name__ == "__main__":
    unittest.main()
