"""The server as a child process behind two pipes: bytes in, frames out, and a record of both.

Nothing here knows LSP beyond the frame. A thread reads the server's output into a queue, so that a test can wait for a
message with a real deadline; the test's own thread does all else. `Frame.follows_reply` tells whether a message came in the same
read as an earlier response: one editor loses such messages.
"""
import dataclasses
import json
import os
import queue
import subprocess
import threading
import time

PATIENCE = float(os.environ.get("COUNTERSIGN_TEST_PATIENCE", "30"))
"""Seconds before a missing answer is a failure; only a hanging server ever uses them up."""


class ServerGone(Exception):
    """The server closed its output or ended."""


class Overdue(Exception):
    """Nothing came within the time."""


@dataclasses.dataclass
class Frame:
    message: dict
    follows_reply: bool
    received: float


def encode(message):
    body = json.dumps(message, ensure_ascii=False).encode("utf-8")
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Connection:
    def __init__(self, command, *, environment, folder, stderr_path):
        self.transcript = []  # {"from": ..., "message": ...}, in the order seen here
        self.broken = []  # what the server wrote that is no frame
        self._frames = queue.Queue()
        self._next_id = 0
        self._stderr_path = stderr_path
        with open(stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=environment, cwd=folder, bufsize=0
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # Sending

    def send_bytes(self, data):
        """Writes as it is; a server that has gone is not an error here."""
        try:
            view = memoryview(data)
            while view:
                view = view[self.process.stdin.write(view) :]
        except (BrokenPipeError, ValueError):
            pass

    def send(self, message):
        message = {"jsonrpc": "2.0", **message}
        self.transcript.append({"from": "client", "message": message})
        self.send_bytes(encode(message))

    def request(self, method, params=None):
        """Sends and returns the id."""
        self._next_id += 1
        self.send({"id": self._next_id, "method": method, **({} if params is None else {"params": params})})
        return self._next_id

    def notify(self, method, params=None):
        self.send({"method": method, **({} if params is None else {"params": params})})

    def reply(self, request, result):
        self.send({"id": request["id"], "result": result})

    def reply_error(self, request, code, text):
        self.send({"id": request["id"], "error": {"code": code, "message": text}})

    def close_input(self):
        self.process.stdin.close()

    # Receiving

    def receive(self, deadline):
        """The next frame. Raises ServerGone at the end of output, Overdue past `deadline` (monotonic seconds)."""
        try:
            frame = self._frames.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise Overdue() from None
        if frame is None:
            self._frames.put(None)
            raise ServerGone(self.stderr())
        return frame

    def wait_exit(self, timeout=PATIENCE):
        """The exit status, once the process has ended and all its output was read."""
        status = self.process.wait(timeout)
        self._reader.join(timeout)
        return status

    def stderr(self):
        with open(self._stderr_path, encoding="utf-8", errors="replace") as stream:
            return stream.read()

    def abandon(self):
        """For a test that failed: ends the process whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()

    def _read(self):
        buffered = b""
        while chunk := os.read(self.process.stdout.fileno(), 1 << 20):
            buffered, replied = buffered + chunk, False
            while True:
                head, separator, rest = buffered.partition(b"\r\n\r\n")
                if not separator:
                    break
                length = self._content_length(head)
                if length is None:
                    self._frames.put(None)
                    return
                if len(rest) < length:
                    break
                body, buffered = rest[:length], rest[length:]
                message = json.loads(body)
                self.transcript.append({"from": "server", "message": message})
                self._frames.put(Frame(message, replied, time.monotonic()))
                replied = replied or "method" not in message
        if buffered:
            self.broken.append(buffered)
        self._frames.put(None)

    def _content_length(self, head):
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                return int(value)
        self.broken.append(head)
        return None
