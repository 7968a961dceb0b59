#!/usr/bin/env python3
# A language server that knows one symbol. What it does depends on the file it is asked about:
# crash… ends it, refuse… is answered with an error, silent… is never answered.
import json
import os
import sys

AT = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}


def read():
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            sys.exit(0)
        if line == b"\r\n":
            return json.loads(sys.stdin.buffer.read(length))
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()


def diagnostic():
    return {"range": AT, "severity": 2, "message": "said by the server", "source": "conformance", "code": "C1"}


def answer(method, uri):
    location = {"uri": uri, "range": AT}
    edit = {"range": AT, "newText": "after"}
    return {
        "initialize": {
            "capabilities": {
                "textDocumentSync": 1,
                "positionEncoding": "utf-16",
                "hoverProvider": True,
                "definitionProvider": True,
                "referencesProvider": True,
                "completionProvider": {"triggerCharacters": ["."]},
                "signatureHelpProvider": {"triggerCharacters": ["("]},
                "documentSymbolProvider": True,
                "workspaceSymbolProvider": True,
                "renameProvider": True,
                "codeActionProvider": True,
                "documentFormattingProvider": True,
                "documentRangeFormattingProvider": True,
            },
            "serverInfo": {"name": "conformance", "version": "1"},
        },
        "textDocument/hover": {"contents": {"kind": "markdown", "value": "**greet**"}, "range": AT},
        "textDocument/definition": [location],
        "textDocument/references": [location],
        "textDocument/completion": {"isIncomplete": False, "items": [{"label": "greet", "kind": 3}]},
        "textDocument/signatureHelp": {"signatures": [{"label": "greet(name)"}], "activeSignature": 0, "activeParameter": 0},
        "textDocument/documentSymbol": [{"name": "greet", "kind": 12, "range": AT, "selectionRange": AT}],
        "workspace/symbol": [{"name": "greet", "kind": 12, "location": location}],
        "textDocument/rename": {"changes": {uri: [edit]}},
        "textDocument/codeAction": [{"title": "mend", "kind": "quickfix", "edit": {"changes": {uri: [edit]}}}],
        "textDocument/formatting": [edit],
        "textDocument/rangeFormatting": [edit],
    }.get(method)


while True:
    message = read()
    method = message.get("method", "")
    params = message.get("params") or {}
    uri = params.get("textDocument", {}).get("uri", "") if isinstance(params, dict) else ""
    about = uri.rsplit("/", 1)[-1] + (params.get("query") or "" if isinstance(params, dict) else "")
    if about.startswith("crash"):
        os._exit(1)
    if method == "exit":
        os._exit(0)
    if method == "textDocument/didOpen":
        send({"method": "textDocument/publishDiagnostics", "params": {"uri": uri, "diagnostics": [diagnostic()]}})
    if "id" not in message or not method or about.startswith("silent"):
        continue
    if about.startswith("refuse"):
        send({"id": message["id"], "error": {"code": -32803, "message": "refused by the server"}})
    else:
        send({"id": message["id"], "result": answer(method, uri or "file:///home/user/project/good.py")})
