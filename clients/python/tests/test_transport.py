from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import stat
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, List
from unittest import mock

import elevo
import elevo.files
import elevo.transport
from elevo import ApiError, CallOptions, ErrorCode, WorkspaceClient

Answer = Callable[[BaseHTTPRequestHandler], None]


class ServedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.answers: List[Answer] = []
        self.requests: List[Any] = []
        test = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                test.requests.append((self.command, self.path, self.headers, body))
                (test.answers.pop(0) if test.answers else sent(200, {}))(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.client = WorkspaceClient(self.url, "key", timeout=5)

    def tearDown(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def header(self, name: str) -> List[str]:
        return [headers[name] for _, _, headers, _ in self.requests]


class RequestTest(ServedTest):
    def test_one_that_was_not_answered_is_sent_again_with_the_same_idempotency_key(self) -> None:
        self.answers = [cut, cut, sent(200, {"id": "one"})]

        self.client.api.pause_sandbox("one")

        keys = self.header("X-Idempotency-Key")
        self.assertEqual(len(keys), 3)
        self.assertEqual(len(set(keys)), 1)
        self.assertRegex(keys[0], "^[0-9a-f]{32}$")

    def test_it_carries_the_key_of_the_caller(self) -> None:
        self.client.api.pause_sandbox("one", options=CallOptions(idempotency_key="mine"))

        self.assertEqual(self.header("X-Idempotency-Key"), ["mine"])

    def test_one_that_only_reads_carries_no_idempotency_key(self) -> None:
        self.client.api.get_sandbox("one")

        self.assertEqual(self.header("X-Idempotency-Key"), [None])
        self.assertEqual(self.header("Authorization"), ["Bearer key"])

    def test_it_is_given_up_after_as_many_attempts_as_are_allowed(self) -> None:
        self.answers = [cut, cut]

        with self.assertRaises(elevo.ConnectionLostError):
            WorkspaceClient(self.url, "key", retries=1).config()

        self.assertEqual(len(self.requests), 2)

    def test_one_whose_answer_breaks_off_is_sent_again(self) -> None:
        def half(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            handler.wfile.write(b'{"version"')
            cut(handler)

        self.answers = [half, sent(200, {"version": "7"})]

        self.assertEqual(self.client.config()["version"], "7")

    def test_it_waits_as_long_as_it_is_told_to(self) -> None:
        self.answers = [failure(429, 9003, {}, {"Retry-After": "1"})]
        begun = time.monotonic()

        self.client.config()

        self.assertGreaterEqual(time.monotonic() - begun, 1)

    def test_it_does_not_wait_for_minutes(self) -> None:
        self.answers = [failure(429, 9003, {}, {"Retry-After": "3600"})]

        with self.assertRaises(elevo.LimitError) as caught:
            self.client.config()

        self.assertEqual(caught.exception.retry_after, 3600)

    def test_it_is_not_repeated_where_a_quota_is_used_up(self) -> None:
        self.answers = [failure(429, 2004)]

        with self.assertRaises(elevo.LimitError):
            self.client.create_sandbox()

        self.assertEqual(len(self.requests), 1)

    def test_it_waits_for_the_outcome_of_an_attempt_whose_connection_broke(self) -> None:
        busy = failure(409, 9009, {"reason": "in_progress"})
        self.answers = [cut, busy, busy, sent(200, {"id": "done"})]

        self.assertEqual(WorkspaceClient(self.url, "key", retries=1).api.pause_sandbox("one")["id"], "done")

    def test_one_that_somebody_else_is_at_is_a_conflict(self) -> None:
        self.answers = [failure(409, 9009, {"reason": "in_progress"})]

        with self.assertRaises(elevo.ConflictError):
            self.client.api.pause_sandbox("one", options=CallOptions(idempotency_key="theirs"))

    def test_one_that_is_still_working_in_the_end_is_asked_for_its_result(self) -> None:
        running = {"pid": 7, "state": "running", "command": "sleep", "startedAt": ""}
        place = "/api/v1/sandboxes/one/process/7"
        self.answers = [sent(202, running, {"Location": place}), sent(202, running), sent(200, {"exitCode": 0})]

        self.assertEqual(self.client.api.run_command("one", body={"command": "sleep 60"}), {"exitCode": 0})

        asked = [f"{method} {path}" for method, path, _, _ in self.requests]
        self.assertEqual(asked, ["POST /api/v1/sandboxes/one/process/run", f"GET {place}/result", f"GET {place}/result"])

    def test_a_result_is_asked_for_until_a_service_that_was_away_is_back(self) -> None:
        place = "/api/v1/sandboxes/one/process/7"
        self.answers = [sent(202, {"pid": 7}, {"Location": place}), cut, cut, cut, cut, cut, sent(200, {"exitCode": 0})]
        client = WorkspaceClient(self.url, "key", retries=1)

        with mock.patch.object(elevo.transport, "backoff", lambda attempt: 0.01):
            self.assertEqual(client.api.run_command("one", body={"command": "sleep 60"}), {"exitCode": 0})

    def sandbox(self) -> elevo.Sandbox:
        info: Any = {"id": "one", "state": "running"}
        return elevo.Sandbox(self.client._transport, self.client.api, info)

    def test_a_snapshot_is_over_when_it_can_be_used(self) -> None:
        creating = sent(202, {"id": "snap", "state": "creating"})
        self.answers = [creating, sent(200, {"id": "snap", "state": "available"}), creating]

        self.assertEqual(self.sandbox().snapshot()["state"], "available")
        self.assertEqual(self.sandbox().snapshot(wait=False)["state"], "creating")

    def test_a_snapshot_fails_when_the_service_says_so_later(self) -> None:
        self.answers = [sent(202, {"id": "snap", "state": "creating"}), sent(200, {"id": "snap", "state": "failed", "errorMessage": "no room"})]

        with self.assertRaisesRegex(ApiError, "no room") as caught:
            self.sandbox().snapshot()

        self.assertEqual(caught.exception.code, ErrorCode.SNAPSHOT_CREATE_FAILED)
        self.assertEqual(caught.exception.details, {"snapshotId": "snap"})

    def test_a_sandbox_that_comes_to_nothing_later_is_told_as_one_that_does_at_once(self) -> None:
        sandbox = self.sandbox()
        self.answers = [sent(200, {"id": "one", "state": "failed", "errorReason": "no room"})]

        with self.assertRaisesRegex(ApiError, "no room") as caught:
            sandbox.refresh().until_running()

        self.assertEqual(caught.exception.code, ErrorCode.SANDBOX_CREATION_FAILED)
        self.assertEqual(caught.exception.details, {"sandboxId": "one"})

    def test_a_sandbox_that_is_gone_already_is_deleted(self) -> None:
        self.answers = [failure(404, 2001)]

        with self.sandbox():
            pass

    def test_that_a_sandbox_cannot_be_deleted_does_not_hide_what_went_wrong(self) -> None:
        self.answers = [failure(409, 2008), failure(409, 2008)]

        with self.assertRaises(ValueError), self.sandbox():
            raise ValueError
        with self.assertRaises(elevo.ConflictError), self.sandbox():
            pass

    def test_it_takes_no_longer_than_it_may(self) -> None:
        done = threading.Event()
        self.addCleanup(done.set)
        self.answers = [lambda handler: (done.wait(5), cut(handler))[1]]

        with self.assertRaises(elevo.SilenceError):
            WorkspaceClient(self.url, "key", timeout=0.05, retries=0).config()

    def test_what_it_names_is_not_told_by_its_path(self) -> None:
        self.answers = [sent(200, {"data": []})] * 2
        self.client.api.list_files("a/b c", path="/x y", depth=2, include_hidden=False)
        self.client.api.list_sandboxes(state=["running", "paused"])

        paths = [path for _, path, _, _ in self.requests]
        self.assertEqual(paths[0], "/api/v1/sandboxes/a%2Fb%20c/files?path=%2Fx+y&depth=2&includeHidden=false")
        self.assertEqual(paths[1], "/api/v1/sandboxes?state=running%2Cpaused")
        with self.assertRaises(ValueError):
            self.client.api.get_sandbox("")

    def test_a_redirection_is_followed_without_the_credential(self) -> None:
        there = f"http://localhost:{self.server.server_port}/there"
        size = {"size": 4, "modifiedAt": ""}
        self.answers = [sent(200, size), sent(307, {}, {"Location": there}), sent(200, 1234)]

        self.assertEqual(b"".join(elevo.Files(self.client._transport, self.client.api, "one").stream("/a")), b"1234")

        self.assertEqual(self.header("Authorization"), ["Bearer key", "Bearer key", None])

    def test_kept_connections_that_have_gone_are_no_attempts(self) -> None:
        together = threading.Barrier(3)

        def part(handler: BaseHTTPRequestHandler) -> None:
            together.wait(5)
            sent(200, {})(handler)
            cut(handler)

        self.answers = [part] * 3
        client = WorkspaceClient(self.url, "key", retries=0)
        requests = [threading.Thread(target=client.config) for _ in range(3)]
        for request in requests:
            request.start()
        for request in requests:
            request.join()

        client.config()

        self.assertEqual(len(self.requests), 4)

    def test_one_that_breaks_a_kept_connection_may_have_been_heard(self) -> None:
        busy = failure(409, 9009, {"reason": "in_progress"})
        self.answers = [sent(200, {}), cut, busy, sent(200, {"id": "done"})]
        client = WorkspaceClient(self.url, "key", retries=0)
        client.config()

        self.assertEqual(client.api.pause_sandbox("one")["id"], "done")

    def test_input_that_a_process_reads_slowly_is_all_written(self) -> None:
        full = failure(503, 9006, {"resource": "stdin"})
        self.answers = [full, sent(200, {"bytesWritten": 2}), full, sent(200, {"bytesWritten": 1})]

        elevo.Command(self.client._transport, self.client.api, "one", 7).write("abc")

        data = [json.loads(body)["data"] for _, _, _, body in self.requests]
        self.assertEqual(data, ["YWJj", "YWJj", "Yw==", "Yw=="])

    def test_what_is_raised_fits_the_refusal(self) -> None:
        kinds = {
            (400, 9005): elevo.InvalidRequestError,
            (401, 1004): elevo.AuthenticationError,
            (403, 1005): elevo.PermissionDeniedError,
            (404, 2001): elevo.NotFoundError,
            (409, 2003): elevo.ConflictError,
            (413, 3007): elevo.InvalidRequestError,
            (422, 9004): elevo.InvalidRequestError,
            (429, 4102): elevo.LimitError,
            (502, 6002): elevo.UnavailableError,
            (503, 2006): elevo.UnavailableError,
            (507, 3005): elevo.UnavailableError,
        }
        for (status, code), kind in kinds.items():
            with self.subTest(status=status):
                self.requests.clear()
                self.answers = [failure(status, code, {"a": 1})]
                with self.assertRaises(kind) as caught:
                    self.client.config()
                error = caught.exception
                self.assertEqual((error.status, error.code, error.code_name, error.request_id), (status, code, "SOME_NAME", "req-1"))
                self.assertEqual(error.details, {"a": 1})
                self.assertEqual(len(self.requests), 1)

    def test_one_that_fails_without_the_words_of_the_api_is_an_error_too(self) -> None:
        self.answers = [lambda handler: raw(handler, 500, b"<h1>oops</h1>", {})]

        with self.assertRaises(ApiError) as caught:
            self.client.config()

        self.assertEqual((caught.exception.status, caught.exception.code), (500, 0))

    def test_it_is_told_of_without_the_credential(self) -> None:
        lines: List[str] = []

        WorkspaceClient(self.url, "very-secret", debug=lines.append).config()

        self.assertRegex("\n".join(lines), r"^GET /api/v1/config 200 .*in \d+ ms$")
        self.assertNotIn("secret", "\n".join(lines))

    def test_it_goes_where_the_environment_says(self) -> None:
        said = {"WORKSPACE_API_URL": f"{self.url}/api/v1/", "WORKSPACE_API_KEY": "of-the-environment", "WORKSPACE_TIMEOUT": "2000"}
        with mock.patch.dict(os.environ, said):
            WorkspaceClient().config()
            self.assertEqual(WorkspaceClient()._transport.timeout, 2)
            with mock.patch.dict(os.environ, {"WORKSPACE_TIMEOUT": "soon"}), self.assertRaisesRegex(elevo.WorkspaceError, '"soon"'):
                WorkspaceClient()
            with mock.patch.dict(os.environ, {"WORKSPACE_API_KEY": ""}), self.assertRaises(elevo.WorkspaceError):
                WorkspaceClient()

        self.assertEqual(self.requests[0][1], "/api/v1/config")
        self.assertEqual(self.header("Authorization"), ["Bearer of-the-environment"])


class FilesTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.used = failure(401, 1004, {"reason": "used"})
        self.in_use = failure(401, 1004, {"reason": "in_use"})
        self.files = elevo.Files(self.client._transport, self.client.api, "one")
        self.address = sent(200, {"path": "/a", "url": f"{self.url}/put"})
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.target = Path(directory.name) / "a"

    def write(self) -> int:
        return self.files.write("/a", b"x" * ((4 << 20) + 1))

    def test_an_upload_whose_connection_broke_is_waited_for_and_sent_again_when_it_came_to_nothing(self) -> None:
        self.answers = [self.address, cut, self.in_use, self.in_use, sent(200, {})]

        self.write()

        self.assertEqual([method for method, _, _, _ in self.requests], ["POST", "PUT", "PUT", "PUT", "PUT"])

    def test_a_file_is_written_when_the_attempt_whose_answer_was_lost_has_done_it(self) -> None:
        self.answers = [self.address, cut, self.in_use, self.used]

        self.assertEqual(self.write(), (4 << 20) + 1)

    def test_the_upload_of_somebody_else_is_not_taken_for_ones_own(self) -> None:
        for theirs in (self.used, self.in_use):
            self.answers = [self.address, theirs]
            with self.assertRaises(elevo.AuthenticationError):
                self.write()

    def test_a_refusal_that_comes_before_all_of_it_is_sent_is_heard(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def refuse() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
                    # What was not read resets the connection.

            threading.Thread(target=refuse, daemon=True).start()
            self.answers = [sent(200, {"path": "/a", "url": f"http://127.0.0.1:{server.getsockname()[1]}/put"})]

            with self.assertRaises(elevo.AuthenticationError):
                self.files.write("/a", b"x" * (64 << 20))

    def download(self, *answers: Answer) -> None:
        self.answers = [sent(200, {"size": 4, "modifiedAt": ""}), *answers]
        files = elevo.Files(WorkspaceClient(self.url, "key", retries=0)._transport, self.client.api, "one")
        files.download("/a", self.target)

    def test_a_download_replaces_a_file_when_all_of_it_is_there(self) -> None:
        self.target.write_text("old")
        self.target.chmod(0o640)
        link = self.target.with_name("link")
        link.symlink_to(self.target)
        self.target = link

        self.download(sent(200, 1234))

        self.assertTrue(link.is_symlink())
        self.assertEqual((link.read_text(), stat.S_IMODE(link.stat().st_mode)), ("1234", 0o640))
        self.assertEqual(len(list(link.parent.iterdir())), 2)

    def test_a_download_that_fails_leaves_what_was_there(self) -> None:
        def half(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "4")
            handler.end_headers()
            handler.wfile.write(b"12")
            cut(handler)

        self.target.write_text("old")

        with self.assertRaises(elevo.ConnectionLostError):
            self.download(half)

        self.assertEqual([(path.name, path.read_text()) for path in self.target.parent.iterdir()], [("a", "old")])

    def test_a_download_is_not_doubled_by_what_answers_the_whole_of_it(self) -> None:
        def half(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "4")
            handler.end_headers()
            handler.wfile.write(b"12")
            cut(handler)

        file = sent(200, {"size": 4, "modifiedAt": ""})
        self.answers = [file, half, file, sent(200, 1234)]

        self.assertEqual(self.files.read("/a"), "1234")

    def test_a_download_may_be_answered_without_its_length(self) -> None:
        def chunked(*chunks: bytes) -> Answer:
            def answer(handler: BaseHTTPRequestHandler) -> None:
                handler.send_response(200)
                handler.send_header("Transfer-Encoding", "chunked")
                handler.end_headers()
                for chunk in chunks:
                    handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))

            return answer

        def broken(handler: BaseHTTPRequestHandler) -> None:
            chunked(b"12")(handler)
            cut(handler)

        file = sent(200, {"size": 4, "modifiedAt": ""})
        self.answers = [file, broken, file, chunked(b"123", b"4", b"")]

        self.assertEqual(self.files.read("/a"), "1234")

    def test_an_address_that_is_its_own_credential_is_told_of_without_it(self) -> None:
        silence = threading.Event()
        self.addCleanup(silence.set)
        ticket = f"{self.url}/transfers/ticket?secret=1"
        address = sent(200, {"path": "/a", "url": ticket})
        self.answers = [address, sent(200, {}), address, lambda handler: (silence.wait(5), cut(handler))[1], address, cut, cut]
        self.answers += [sent(200, {"size": 4, "modifiedAt": ""}), sent(307, None, {"Location": ticket}), sent(200, 1234)]
        said = {"WORKSPACE_API_URL": self.url, "WORKSPACE_API_KEY": "secret", "WORKSPACE_TIMEOUT": "2000", "WORKSPACE_DEBUG": "1"}
        lines = io.StringIO()
        with mock.patch.dict(os.environ, said), contextlib.redirect_stderr(lines):
            client = WorkspaceClient(retries=0)
            self.files = elevo.Files(client._transport, client.api, "one")
            self.write()
            with self.assertRaisesRegex(elevo.SilenceError, f"^PUT {self.url} was not answered within 2.0 s$") as late:
                self.write()
            with self.assertRaisesRegex(elevo.ConnectionLostError, f"^PUT {self.url}: ") as broken:
                self.write()
            self.assertEqual(self.files.read("/a"), "1234")

        told = lines.getvalue()
        self.assertRegex(told, f"workspace: PUT {self.url} 200")
        self.assertRegex(told, f"workspace: GET {self.url} 200")
        for text in (told, *messages(late.exception), *messages(broken.exception)):
            self.assertNotRegex(text, "ticket|secret")

    def test_a_download_may_go_to_a_pipe(self) -> None:
        os.mkfifo(self.target)
        read: List[bytes] = []
        reading = threading.Thread(target=lambda: read.append(self.target.read_bytes()))
        reading.start()

        self.download(sent(200, 1234))

        reading.join()
        self.assertEqual(read, [b"1234"])


class ErrorCodeTest(unittest.TestCase):
    def test_the_numbers_are_those_of_the_service(self) -> None:
        self.assertEqual(ErrorCode.SANDBOX_NOT_FOUND, 2001)
        self.assertEqual(ErrorCode.RATE_LIMITED, 9003)
        self.assertEqual(ErrorCode.IDEMPOTENCY_CONFLICT, elevo.transport.IDEMPOTENCY_CONFLICT)
        self.assertEqual(ErrorCode.INVALID_TOKEN, elevo.transport.INVALID_TOKEN)
        self.assertEqual(ErrorCode.SERVICE_UNAVAILABLE, elevo.transport.SERVICE_UNAVAILABLE)
        self.assertEqual(ErrorCode.FILE_TOO_LARGE, elevo.files.FILE_TOO_LARGE)


def messages(failure: BaseException) -> List[str]:
    return [repr(failure), *(messages(failure.__cause__) if failure.__cause__ else [])]


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


def sent(status: int, body: Any, headers: Any = ()) -> Answer:
    return lambda handler: raw(handler, status, json.dumps(body).encode(), {"Content-Type": "application/json", **dict(headers)})


def failure(status: int, code: int, details: Any = (), headers: Any = ()) -> Answer:
    error = {"code": code, "name": "SOME_NAME", "message": "said", "details": dict(details)}
    return sent(status, {"error": error}, {"X-Request-ID": "req-1", **dict(headers)})


def raw(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Any) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


if __name__ == "__main__":
    unittest.main()
