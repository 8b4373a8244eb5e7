"""A model that does what a test says: a server of the Chat Completions API on loopback, each of whose answers is the next of a script.

A turn is a text, a list of calls (name, arguments), raw bytes of a stream, or a function of the request that gives one of these. What
was asked is kept, so that a test sees what a model would have learnt.
"""
import http.server
import json
import re
import threading

FENCED = re.compile(r"<data ([0-9a-f]+) [^\n]*>\n(?P<data>.*)</data \1>", re.DOTALL)


def event(data):
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


def chunk(delta, finish=None):
    return {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def call_of(number, name, arguments, identity=None):
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"index": number, "id": identity or "call_%d" % number, "type": "function", "function": {"name": name, "arguments": text}}


def stream_of(turn, number=0):
    if isinstance(turn, bytes):
        return turn
    if isinstance(turn, str):
        return event(chunk({"role": "assistant", "content": turn})) + event(chunk({}, "stop")) + event(b"[DONE]")
    calls = [call_of(n, name, arguments, "call_%d_%d" % (number, n)) for n, (name, arguments) in enumerate(turn)]
    return event(chunk({"role": "assistant", "tool_calls": calls})) + event(chunk({}, "tool_calls")) + event(b"[DONE]")


class ScriptedModel:
    def __init__(self, *turns, headers=(), status=200):
        self.turns, self.requests = list(turns), []
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                model.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                turn = model.turns.pop(0) if model.turns else "Done."
                while callable(turn):
                    turn = turn(model.requests[-1])
                self.send_response(status)
                for name, value in [("Content-Type", "text/event-stream"), *headers]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(stream_of(turn, len(model.requests)))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return "http://127.0.0.1:%d/v1" % self.server.server_port

    def fenced_results(self):
        """What the model read of the tools, in order, between the marks around data."""
        return [m["content"] for m in (self.requests[-1]["messages"] if self.requests else []) if m["role"] == "tool"]

    def results(self):
        """What the tools said, without the marks."""
        return [FENCED.fullmatch(result)["data"] for result in self.fenced_results()]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
