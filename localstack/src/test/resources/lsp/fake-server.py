#!/usr/bin/env python3
"""A language server that does what it should, and whatever else the line of a hover asks for."""
import json
import os
import signal
import subprocess
import sys
import time


opened = []
held = []


def read():
    length = 0
    for line in iter(sys.stdin.buffer.readline, b"\r\n"):
        if not line:
            sys.exit(0)
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length))


def raw(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def framed(content):
    return b"Content-Length: %d\r\n\r\n" % len(content) + content


def send(message):
    raw(framed(json.dumps({"jsonrpc": "2.0", **message}).encode()))


def until(id):
    while True:
        message = read()
        if message.get("id") == id:
            return message


def answer(request, result):
    send({"id": request["id"], "result": result})


def flood(stream):
    while True:
        stream.write(b"Content-Length: 60\r\n\r\n" + b'{"jsonrpc":"2.0","method":"window/logMessage","params":{}}  ')


def hover(request):
    line = request["params"]["position"]["line"]
    if line == 0:
        answer(request, {"contents": "pid %d" % os.getpid()})
    elif line == 1:
        os._exit(3)
    elif line == 2:
        raw(b"this is no message at all\r\n\r\n" * 100)
    elif line == 3:
        raw(b"Content-Length: 99999999999\r\n\r\n{")
    elif line == 4:
        flood(sys.stdout.buffer)
    elif line == 5:
        pass
    elif line == 6:
        raw(b"Content-Length: 4000000\r\n\r\n" + b"[" * 100000)
    elif line == 7:
        answer(request, {"contents": {"kind": ["no"], "value": {"deep": 1}}, "range": 7})
    elif line == 8:
        flood(sys.stderr.buffer)
    elif line == 9:
        raw(b"Content-Length: 100000\r\n\r\n" + b"[" * 100000)
    elif line == 10:
        send({"id": request["id"], "error": {"code": -32603, "message": "no idea"}})
    elif line == 11:
        send({"id": 987654, "result": None})
        send({"id": "x", "method": "elevo/unknown", "params": [1]})
        send({"method": "textDocument/publishDiagnostics", "params": {"uri": "%%%", "diagnostics": None}})
        answer(request, None)
    elif line == 12:
        os.kill(os.getpid(), signal.SIGKILL)
    elif line == 13:
        answer(request, {"contents": "x" * 5000000})
    elif line == 14:
        raw(framed(b'{"jsonrpc":"2.0","id":%d,"result":{"contents":[%s[]]}}' % (request["id"], b"[]," * 1300000)))
    elif line == 15:
        for _ in range(3):
            send({"id": 987654, "result": ["x" * 3000000] + [{"a": []}] * 10000})
        answer(request, {"contents": "alive"})
    elif line == 16:
        send({"id": "mine", "method": "workspace/configuration", "params": {"items": [{"section": "long"}] * 100}})
        answer(request, {"contents": "%d" % len(json.dumps(until("mine")))})
    elif line == 17:
        send({"id": "mine", "method": "elevo/unknown", "params": {"deep": [[[[]]]]}})
        answer(request, {"contents": json.dumps(until("mine"))})
    elif line == 18:
        answer(request, {"contents": '"' * 1900000})
    elif line == 19:
        subprocess.Popen(["sleep", "86399"], start_new_session=True)
        os._exit(3)
    elif line == 21:
        held.append(request)
    elif line == 22:
        for one in held + [request]:
            answer(one, {"contents": " ".join(opened)})
        held.clear()
    elif line == 23:
        answer(request, {"contents": "%d held" % len(held)})
    else:
        answer(request, {"contents": "large " + "x" * 2000000})


while True:
    message = read()
    method = message.get("method")
    if method == "initialize":
        if os.path.exists("/home/user/fake/silent"):
            continue
        if os.path.exists("/home/user/fake/dead"):
            os._exit(1)
        answer(message, {"capabilities": {"hoverProvider": True}, "serverInfo": {"name": "fake", "version": "1.2"}})
    elif method == "initialized":
        time.sleep(0.3)
        for id in "first", "second":
            late = {"registrations": [{"id": id, "method": "textDocument/diagnostic"}]}
            send({"id": id, "method": "client/registerCapability", "params": late})
        former = {"unregisterations": [{"id": "first", "method": "textDocument/diagnostic"}]}
        send({"id": "former", "method": "client/unregisterCapability", "params": former})
    elif method == "textDocument/diagnostic":
        place = {"line": 0, "character": 0}
        answer(message, {"kind": "full", "items": [{"range": {"start": place, "end": place}, "message": "told when asked"}]})
    elif method == "textDocument/didOpen":
        opened.append(message["params"]["textDocument"]["uri"])
    elif method == "textDocument/didClose":
        opened.remove(message["params"]["textDocument"]["uri"])
    elif method == "textDocument/hover":
        hover(message)
    elif method == "shutdown":
        answer(message, None)
    elif method == "exit":
        break
