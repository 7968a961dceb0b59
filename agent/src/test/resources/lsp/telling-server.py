#!/usr/bin/env python3
"""A language server that tells in a hover which changes of files it was told of since the last one, or what stands at a place of one line.

It counts code points.
"""
import json
import os
import sys

TYPES = {1: "Created", 2: "Changed", 3: "Deleted"}
root = "file://" + os.getcwd() + "/"
told = []
texts = {}


def read():
    length = 0
    for line in iter(sys.stdin.buffer.readline, b"\r\n"):
        if not line:
            sys.exit(0)
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length))


def send(message):
    content = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
    sys.stdout.buffer.flush()


while True:
    message = read()
    method = message.get("method")
    if method == "initialize":
        watching = message["params"]["capabilities"]["workspace"]["didChangeWatchedFiles"]
        assert watching["dynamicRegistration"]
        send({"id": message["id"], "result": {"capabilities": {"hoverProvider": True}}})
    elif method == "initialized":
        watchers = {"id": "w", "method": "workspace/didChangeWatchedFiles", "registerOptions": {"watchers": [{"globPattern": "**"}]}}
        send({"id": 1, "method": "client/registerCapability", "params": {"registrations": [watchers]}})
    elif method == "workspace/didChangeWatchedFiles":
        for change in message["params"]["changes"]:
            told.append(TYPES[change["type"]] + " " + change["uri"].removeprefix(root))
    elif method == "textDocument/hover":
        place = message["params"]["position"]
        at = place["character"]
        if at == 0:
            send({"id": message["id"], "result": {"contents": "told " + json.dumps(told)}})
            told.clear()
        else:
            range = {"start": place, "end": {"line": 0, "character": at + 1}}
            text = texts[message["params"]["textDocument"]["uri"]]
            send({"id": message["id"], "result": {"contents": text[at], "range": range}})
    elif method == "textDocument/didOpen":
        texts[message["params"]["textDocument"]["uri"]] = message["params"]["textDocument"]["text"]
    elif method == "textDocument/didChange":
        texts[message["params"]["textDocument"]["uri"]] = message["params"]["contentChanges"][0]["text"]
    elif method == "shutdown":
        send({"id": message["id"], "result": None})
    elif method == "exit":
        break
