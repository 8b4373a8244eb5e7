#!/usr/bin/env python3
"""A language server that does nothing: it says that it wants to be told of changes, reads all it is told, and ends when it is to."""
import json
import os

ANSWERS = {"initialize": {"capabilities": {"textDocumentSync": {"openClose": True, "change": 2}}, "serverInfo": {"name": "idle"}}, "shutdown": None}


def main():
    read = os.fdopen(0, "rb")
    while True:
        length = 0
        while line := read.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            return
        body = read.read(length)
        if b'"textDocument/didChange"' in body:
            continue
        message = json.loads(body)
        if message.get("method") in ANSWERS:
            answer = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": ANSWERS[message["method"]]}).encode()
            os.write(1, b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer))


if __name__ == "__main__":
    main()
