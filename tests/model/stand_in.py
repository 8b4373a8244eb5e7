"""What stands in for providers: aimock, which nobody here wrote, a proxy before it that mangles bytes, and servers that misbehave.

All on loopback. The proxy keeps each request as it came (aimock's own journal holds a converted one), and hands over each answer changed
as a test wants it: cut, split at every byte, with other line ends, with an error in the middle.
"""
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
MODULES = FOLDER.parent / "node_modules"
PATIENCE = float(os.environ.get("COUNTERSIGN_TEST_PATIENCE", "60"))


def need(test, condition, what):
    """Skips loudly for what is missing, and fails where skipping would hide a problem."""
    if condition:
        return
    if os.environ.get("CI"):
        test.fail(what)
    test.skipTest(what)


def node():
    """A Node of version 20 or newer, or nothing."""
    path = shutil.which("node")
    if not path:
        return None
    version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    return path if int(version.lstrip("v").split(".")[0]) >= 20 else None


def need_modules(test, *names):
    need(test, node() is not None, "Node 20 or newer is not installed")
    for name in names:
        need(test, (MODULES / name).exists(), "%s is not installed: npm --prefix tests ci --ignore-scripts" % name)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class Aimock:
    """aimock with these fixtures, on a port of its own."""

    def __init__(self, fixtures, *options):
        self.folder = tempfile.mkdtemp(prefix="countersign-aimock-")
        path = pathlib.Path(self.folder) / "fixtures.json"
        path.write_text(json.dumps({"fixtures": fixtures}))
        self.port = free_port()
        command = [node(), str(MODULES / "@copilotkit/aimock/dist/cli.js"), "-p", str(self.port), "-f", str(path), "--strict", *options]
        self.log = open(pathlib.Path(self.folder) / "log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("aimock does not start: " + (pathlib.Path(self.folder) / "log").read_text())
            time.sleep(0.05)

    def journal(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/__aimock/journal")
        with contextlib.closing(connection):
            return json.loads(connection.getresponse().read())

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Mangler:
    """A proxy: `requests` are (path, headers, body as JSON), and `mangle(body, path)` says in which pieces an answer goes out."""

    def __init__(self, upstream, mangle=None):
        self.requests = []
        self.answers = []
        self.mangle = mangle or (lambda body, path: [body])
        mangler = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                mangler.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
                connection = http.client.HTTPConnection("127.0.0.1", upstream, timeout=PATIENCE)
                connection.request("POST", self.path, body, {"content-type": "application/json"})
                answer = connection.getresponse()
                data = answer.read()
                connection.close()
                mangler.answers.append(data)
                self.send_response(answer.status)
                for name in ("content-type", "retry-after"):
                    if answer.headers.get(name):
                        self.send_header(name, answer.headers[name])
                self.send_header("connection", "close")
                self.end_headers()
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    for piece in mangler.mangle(data, self.path):
                        self.wfile.write(piece)
                        self.wfile.flush()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Misbehaving:
    """A server that reads each request whole and then lets `behave(connection, number)` do what it wants with the socket."""

    def __init__(self, behave, context=None):
        self.behave = behave
        self.context = context
        self.requests = []
        self.closed = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
            while len(body) < length:
                body += connection.recv(65536)
            self.requests.append((head.decode(), body))
            self.behave(connection, len(self.requests))

    def close(self):
        self.listening.close()


def answer(status, body, content_type="application/json", headers=()):
    """A whole HTTP answer as bytes."""
    data = body if isinstance(body, bytes) else body.encode()
    lines = ["HTTP/1.1 %d X" % status, "content-type: " + content_type, "content-length: %d" % len(data), "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"

# The four APIs: the provider, and what its base_url ends with.
APIS = {"anthropic": "", "openai": "/v1", "openai-responses": "/v1", "ollama": ""}


def event(data, name=None):
    """One event of a stream; NDJSON has lines."""
    return (b"event: %s\n" % name.encode() if name else b"") + b"data: " + json.dumps(data).encode() + b"\n\n"


def line(data):
    return json.dumps(data).encode() + b"\n"


# A piece of text, as each API streams it, with what must come before it and what ends the stream.
TEXT_BEGIN = {
    "anthropic": event({"type": "message_start", "message": {"usage": {"input_tokens": 10, "output_tokens": 1}}})
    + event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
    "openai": b"",
    "openai-responses": event({"type": "response.created", "response": {}}),
    "ollama": b"",
}


def text_piece(provider, text):
    return {
        "anthropic": lambda: event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}),
        "openai": lambda: event({"choices": [{"index": 0, "delta": {"content": text}}]}),
        "openai-responses": lambda: event({"type": "response.output_text.delta", "output_index": 0, "delta": text}),
        "ollama": lambda: line({"message": {"role": "assistant", "content": text}, "done": False}),
    }[provider]()


def text_end(provider, text=""):
    """`text` is all of it: the Responses API says it again."""
    item = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {
        "anthropic": lambda: event({"type": "content_block_stop", "index": 0})
        + event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}})
        + event({"type": "message_stop"}),
        "openai": lambda: event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n",
        "openai-responses": lambda: event({"type": "response.output_item.done", "item": item})
        + event({"type": "response.completed", "response": {"usage": {"input_tokens": 10, "output_tokens": 5}}}),
        "ollama": lambda: line({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}),
    }[provider]()


def stream_head(provider):
    kind = b"application/x-ndjson" if provider == "ollama" else b"text/event-stream"
    return b"HTTP/1.1 200 OK\r\ncontent-type: " + kind + b"\r\nconnection: close\r\n\r\n"


def good_answer(provider, text="Hello"):
    return stream_head(provider) + TEXT_BEGIN[provider] + text_piece(provider, text) + text_end(provider, text)

SOURCE = "#include <string>\n\nint count_of(std::string const& text)\n{\n    int n = 0;\n    for (char c : text)\n        n += c == 'a';\n    return n;\n}\n"

# Two calls in parallel, an edit, a last word. aimock counts turns differently for each API, so what was answered last tells them apart.
CONVERSATION = [
    {"match": {"toolResultContains": "edited src/count.cpp"}, "response": {"content": "I added a comment \u2014 nothing else."}},
    {
        "match": {"hasToolResult": True},
        "response": {
            "toolCalls": [
                {
                    "id": "call_edit_3",
                    "name": "edit_file",
                    "arguments": {"path": "src/count.cpp", "old_text": "    int n = 0;\n", "new_text": "    int n = 0; // caf\u00e9 \U0001f600\n"},
                }
            ]
        },
    },
    {
        "match": {"hasToolResult": False},
        "response": {
            "blocks": [
                {"type": "text", "text": "Let me look \u2014 first."},
                {"type": "toolCall", "id": "call_read_1", "name": "read_file", "arguments": {"path": "src/count.cpp"}},
                {"type": "toolCall", "id": "call_outline_2", "name": "outline", "arguments": {"path": "src/count.cpp"}},
            ]
        },
    },
]


class ModelTest(unittest.TestCase):
    """A workspace, a state directory, and the binary."""

    maxDiff = None

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="countersign-model-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.workspace = self.root / "project"
        (self.workspace / "src").mkdir(parents=True)
        (self.workspace / "src" / "count.cpp").write_text(SOURCE)
        (self.root / "home").mkdir()

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TMPDIR") or k.endswith("SAN_OPTIONS")}
        places = {name: str(self.root / "home") for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
        return {**kept, **places, "ANTHROPIC_API_KEY": "sk-test-anthropic-key", "OPENAI_API_KEY": "sk-test-openai-key", **more}

    def run_action(self, provider, port, *options, action="refactor", environment=None, base=None):
        """countersign run, with JSON out: (exit status, what was printed or None, stderr)."""
        place = "src/count.cpp:3"
        done = subprocess.run(
            [binary(), "run", action, place, "--instruction", "say what n is", "--format", "json", "--provider", provider,
             "--base-url", base or "http://127.0.0.1:%d%s" % (port, APIS[provider]), *options],
            cwd=self.workspace, env=self.environment(**(environment or {})), capture_output=True, text=True, timeout=PATIENCE * 2,
        )
        self.assertNotRegex(done.stderr, "AddressSanitizer|LeakSanitizer|runtime error|ThreadSanitizer")
        self.assertGreaterEqual(done.returncode, 0, done.stderr)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr

    def standing_in(self, stand_in):
        self.addCleanup(stand_in.close)
        return stand_in

    def everything_written(self):
        """All that the program left behind, as bytes."""
        return b"".join(path.read_bytes() for path in self.root.rglob("*") if path.is_file())


def binary():
    named = os.environ.get("COUNTERSIGN")
    found = [named] if named else [str(FOLDER.parents[1] / "build" / preset / "countersign") for preset in ("dev", "release")]
    for path in found:
        if os.access(path, os.X_OK):
            return path
    raise SystemExit("no countersign binary at %s; build one, or name it in COUNTERSIGN" % " or ".join(found))
