"""Git over HTTP as remotes really are: one that works, wants a login, refuses, hangs, and lies. All below one directory.

Of the login it is told the SHA-256 only: whoever looks for that anywhere must not find it here.
"""
import hashlib, os, subprocess, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT, PORT, LOGIN = sys.argv[1], int(sys.argv[2]), sys.argv[3]


class Remote(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", headers=(), hold=""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = self.half(body, hold) if b"PACK" in body and os.path.exists(hold) else 0
        self.wfile.write(body[sent:])

    def half(self, body, hold):
        """Of a pack whose repository is to be held: until nobody holds it any more."""
        half = len(body) // 2
        self.wfile.write(body[:half])
        holding = hold + "ing"
        os.rename(hold, holding)
        while os.path.exists(holding):
            threading.Event().wait(0.05)
        return half

    def knows_login(self):
        return hashlib.sha256((self.headers.get("Authorization") or "").encode()).hexdigest() == LOGIN

    def work(self):
        kind, _, rest = self.path.lstrip("/").partition("/")
        if kind == "hang":
            threading.Event().wait(600)
        elif kind == "refuse":
            self.answer(403)
        elif kind == "lie":
            self.answer(200, b"001e# service=git-lies\n0000garbage", [("Content-Type", "application/x-git-upload-pack-advertisement")])
        elif kind == "login" and not self.knows_login():
            self.answer(401, b"", [("WWW-Authenticate", 'Basic realm="git"')])
        elif kind in ("open", "login"):
            self.backend(rest)
        else:
            self.answer(404)

    do_GET = do_POST = work

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def backend(self, rest):
        path, _, query = rest.partition("?")
        environment = dict(os.environ, GIT_PROJECT_ROOT=ROOT, GIT_HTTP_EXPORT_ALL="1", PATH_INFO="/" + path, QUERY_STRING=query,
                           REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type") or "", REMOTE_USER="me")
        for name in ("Content-Encoding", "Git-Protocol"):
            if self.headers.get(name):
                environment["HTTP_" + name.upper().replace("-", "_")] = self.headers[name]
        said = subprocess.run(["git", "http-backend"], input=self.body(), env=environment, stdout=subprocess.PIPE).stdout
        head, _, body = said.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        self.answer(status, body, [pair for pair in headers if pair[0] != "Status"], os.path.join(ROOT, path.split("/")[0], "hold"))

    def log_message(self, *words):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Remote).serve_forever()
