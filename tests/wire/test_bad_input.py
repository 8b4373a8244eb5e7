"""What comes over the pipe is not always LSP. The server says what is wrong, to whom it concerns, and lives on where it can."""
import json
import unittest

from connection import encode
from fixture import WireTest


class BadInput(WireTest):
    files = {"a.txt": "hello\n"}

    def answer_to(self, connection, data):
        """The next response after raw bytes; they are no part of the transcript."""
        connection.send_bytes(data)
        import time

        from connection import PATIENCE

        while True:
            frame = connection.receive(time.monotonic() + PATIENCE)
            if "method" not in frame.message:
                connection.transcript.clear()
                return frame.message

    def frame(self, body):
        return b"Content-Length: %d\r\n\r\n" % len(body) + body

    def assert_alive(self, editor):
        editor.execute("countersign.status")
        self.assertEqual(0, editor.shut_down())

    def test_answers_a_body_that_is_not_json(self):
        editor = self.editor()
        for body in (b"{", b"hello", b"", b"\xff\xfe{}", b'{"jsonrpc":"2.0","id":1,"method":"shutdown"', b"[" * 100_000):
            with self.subTest(body=body[:40]):
                answer = self.answer_to(editor.connection, self.frame(body))
                self.assertEqual((None, -32700), (answer["id"], answer["error"]["code"]))
        self.assert_alive(editor)

    def test_answers_json_that_is_no_message(self):
        editor = self.editor()
        for body in ("[]", "1", "null", '"x"', "{}", '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","id":5,"method":7}', '{"jsonrpc":"1.0","id":5,"method":"shutdown"}'):
            with self.subTest(body=body):
                answer = self.answer_to(editor.connection, self.frame(body.encode()))
                self.assertEqual(-32600, answer["error"]["code"])
        self.assert_alive(editor)

    def test_answers_an_id_of_a_wrong_type(self):
        editor = self.editor()
        for bad in ({}, [1], True, 1.5):
            with self.subTest(id=bad):
                body = json.dumps({"jsonrpc": "2.0", "id": bad, "method": "shutdown"}).encode()
                answer = self.answer_to(editor.connection, self.frame(body))
                self.assertEqual(-32600, answer["error"]["code"])
        self.assert_alive(editor)

    def test_answers_an_id_that_is_a_string(self):
        editor = self.editor()
        editor.connection.send({"id": "seven", "method": "workspace/executeCommand", "params": {"command": "countersign.status", "arguments": []}})
        editor.until(lambda: "seven" in editor._responses, "an answer to a string id")
        self.assert_alive(editor)

    def test_unknown_request_is_answered_and_unknown_notifications_are_dropped(self):
        editor = self.editor()
        for method in ("textDocument/teleport", "$/teleport", "countersign/teleport"):
            answer = self.answer_to(editor.connection, encode({"jsonrpc": "2.0", "id": 77, "method": method, "params": {}}))
            self.assertEqual((77, -32601), (answer["id"], answer["error"]["code"]))
            self.assertIn(method, answer["error"]["message"])
            editor.connection.send_bytes(encode({"jsonrpc": "2.0", "method": method, "params": {}}))
        self.assert_alive(editor)

    def test_wrong_params_are_named_by_their_path(self):
        editor = self.editor()
        uri = "file:///nowhere/a.txt"
        zero, context = {"line": 0, "character": 0}, {"diagnostics": []}
        cases = [
            ("textDocument/codeAction", {}, "textDocument"),
            ("textDocument/codeAction", None, "params"),
            ("textDocument/codeAction", {"textDocument": {"uri": 5}, "range": {"start": zero, "end": zero}, "context": context}, "textDocument.uri"),
            (
                "textDocument/codeAction",
                {"textDocument": {"uri": uri}, "range": {"start": {"line": -1, "character": 0}, "end": zero}, "context": context},
                "range.start.line",
            ),
            (
                "textDocument/codeAction",
                {"textDocument": {"uri": uri}, "range": {"start": {"line": "x", "character": 0}, "end": zero}, "context": context},
                "range.start.line",
            ),
            ("workspace/executeCommand", {"command": 5}, "command"),
            ("workspace/executeCommand", {"command": "countersign.explain", "arguments": [{"uri": uri, "range": 7}]}, "range"),
            ("workspace/executeCommand", {"command": "countersign.apply", "arguments": [{"proposal": []}]}, "proposal"),
            ("workspace/executeCommand", {"command": "countersign.apply", "arguments": [{}]}, "proposal"),
        ]
        for method, params, path in cases:
            with self.subTest(method=method, params=params):
                message = {"jsonrpc": "2.0", "id": 9, "method": method, **({} if params is None else {"params": params})}
                answer = self.answer_to(editor.connection, encode(message))
                self.assertEqual(-32602, answer["error"]["code"], answer)
                self.assertIn(path, answer["error"]["message"])
        self.assert_alive(editor)

    def test_malformed_notifications_do_no_harm(self):
        editor = self.editor()
        for method in ("didOpen", "didChange", "didClose", "didSave"):
            for params in ({}, [], None, {"textDocument": {}}, {"textDocument": {"uri": "nonsense", "version": "x"}, "contentChanges": 3}):
                editor.connection.send_bytes(encode({"jsonrpc": "2.0", "method": "textDocument/" + method, "params": params}))
        editor.connection.send_bytes(encode({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": {}}}))
        editor.connection.send_bytes(encode({"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": 1.5}}))
        self.assert_alive(editor)

    def test_responses_nobody_asked_for_are_dropped(self):
        editor = self.editor()
        for message in ({"id": 12345, "result": None}, {"id": "x", "error": {"code": 1, "message": "no"}}, {"id": None, "result": 1}):
            editor.connection.send_bytes(encode({"jsonrpc": "2.0", **message}))
        self.assert_alive(editor)

    def test_header_it_cannot_follow_ends_the_session_with_a_word(self):
        for header in (b"Content-Length: -5", b"Content-Length: 99999999999999999999", b"Content-Length: x", b"Content-Length: ", b"Hello: 5", b"x" * 100_000):
            with self.subTest(header=header[:40]):
                connection = self.connect()
                connection.send_bytes(header + b"\r\n\r\n{}")
                connection.close_input()
                self.assertGreater(connection.wait_exit(), 0)
                self.assertRegex(connection.stderr(), "(?i)content-length|header|limit")

    def test_a_length_it_will_not_hold_is_refused_before_it_is_read(self):
        connection = self.connect()
        connection.send_bytes(b"Content-Length: 99999999999\r\n\r\n{")
        self.assertGreater(connection.wait_exit(), 0)  # at once: its input is still open
        self.assertRegex(connection.stderr(), "(?i)content-length|limit")

    def test_end_inside_a_frame_is_an_end(self):
        for data in (b"Content-Le", b"Content-Length: 10\r\n", b"Content-Length: 10\r\n\r\n{"):
            with self.subTest(data=data):
                connection = self.connect()
                connection.send_bytes(data)
                connection.close_input()
                self.assertGreaterEqual(connection.wait_exit(), 0)
                self.assertRegex(connection.stderr(), "(?i)end|closed|middle|incomplete|input")

    def test_frames_in_pieces_and_in_one_piece(self):
        editor = self.editor()
        requests = [encode({"jsonrpc": "2.0", "id": 500 + n, "method": "workspace/executeCommand", "params": {"command": "countersign.status"}}) for n in range(20)]
        for byte in requests[0] + requests[1]:
            editor.connection.send_bytes(bytes([byte]))
        editor.connection.send_bytes(b"".join(requests[2:]))
        editor.until(lambda: all(500 + n in editor._responses for n in range(20)), "twenty answers")
        editor.connection.transcript.clear()
        self.assertEqual(0, editor.shut_down())

    def test_other_header_fields_are_read_over(self):
        editor = self.editor()
        body = encode({"jsonrpc": "2.0", "id": 900, "method": "nothing"}).split(b"\r\n\r\n")[1]
        head = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:%d\r\n\r\n" % len(body)
        self.assertEqual(900, self.answer_to(editor.connection, head + body)["id"])
        self.assert_alive(editor)


if __name__ == "__main__":
    unittest.main()
