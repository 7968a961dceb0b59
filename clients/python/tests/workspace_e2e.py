"""Against a running service: WORKSPACE_API_URL and WORKSPACE_API_KEY name it."""

from __future__ import annotations

import os
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any, Callable, List

import elevo
from cutting_proxy import CuttingProxy
from elevo import ErrorCode, WorkspaceClient


class WorkspaceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.client = WorkspaceClient()
        cls.addClassCleanup(cls.client.close)
        cls.proxy = CuttingProxy(cls.client.api_url)
        cls.addClassCleanup(cls.proxy.close)
        cls.unlucky = WorkspaceClient(cls.proxy.url)  # It comes through the proxy.
        cls.addClassCleanup(cls.unlucky.close)
        cls.sandbox = cls.client.create_sandbox(labels={"of": "python"})
        cls.addClassCleanup(cls.sandbox.delete)
        cls.far = cls.unlucky.get_sandbox(cls.sandbox.id)  # The same one, through the proxy.

    def setUp(self) -> None:
        self.expected_cuts = self.proxy.cuts

    def tearDown(self) -> None:
        self.assertEqual(self.proxy.cuts, self.expected_cuts, "whoever meant to cut a wire has cut one")

    def cut_after(self, size: int) -> None:
        self.expected_cuts += 1
        self.proxy.cut_after(size)

    def test_a_command_is_run(self) -> None:
        result = self.sandbox.run("echo out; echo err >&2; exit 3")

        self.assertEqual((result.exit_code, result.stdout, result.stderr), (3, "out\n", "err\n"))

    def test_a_command_that_takes_longer_than_a_request_is_waited_for(self) -> None:
        self.assertEqual(self.sandbox.run("sleep 0.3; echo late", waitMs=0).stdout, "late\n")

    def test_code_is_run(self) -> None:
        self.assertEqual(self.sandbox.run_code("bash", "echo $((6 * 7))").stdout, "42\n")

    def test_a_command_is_heard_while_it_runs(self) -> None:
        heard: List[str] = []
        result = self.sandbox.run('cat; echo "grüße" >&2; exit 4', input="typed", on_stdout=heard.append, on_stderr=heard.append)

        self.assertEqual(sorted(heard), ["grüße\n", "typed"])
        self.assertEqual((result.exit_code, result.stdout, result.stderr, result.truncated), (4, "typed", "grüße\n", False))

    def test_more_input_than_a_pipe_holds_comes_back(self) -> None:
        text = "x" * 900_000

        self.assertEqual(self.sandbox.run("cat", input=text, on_stdout=lambda _: None).stdout, text)

    def test_somebody_talks_with_a_command(self) -> None:
        command = self.sandbox.spawn('while read line; do echo "got $line"; done', stdin=True)
        lines = command.output()
        command.write("one\n")
        self.assertEqual(next(lines).data, b"got one\n")

        command.close_input()

        self.assertEqual(command.wait().exit_code, 0)
        lines.close()  # type: ignore[attr-defined]

    def test_a_command_is_killed(self) -> None:
        command = self.sandbox.spawn("sleep 1000")
        command.kill("SIGKILL", wait=True)

        end = command.wait()

        self.assertEqual((end.exit_code, end.signal), (-1, "SIGKILL"))

    def test_all_of_the_output_comes_once_over_a_connection_that_breaks(self) -> None:
        command = self.far.spawn("seq 1 60000")
        self.cut_after(100_000)

        shown = b"".join(chunk.data for chunk in command)

        self.assertEqual(shown.decode().split(), [str(i) for i in range(1, 60_001)])
        self.assertEqual(command.wait().exit_code, 0)

    def test_reading_goes_on_where_somebody_else_stopped(self) -> None:
        command = self.sandbox.spawn("echo first; read -r line; echo $line", stdin=True)
        output = command.output()
        cursor = next(output).cursor
        output.close()  # type: ignore[attr-defined]
        command.write("second\n")

        rest = b"".join(chunk.data for chunk in self.sandbox.command(command.pid).output(cursor=cursor))

        self.assertEqual(rest, b"second\n")

    def test_one_sandbox_is_made_though_the_answer_was_lost(self) -> None:
        self.cut_after(0)

        with self.unlucky.create_sandbox(labels={"lost": "in-python"}) as made:
            found = [sandbox.id for sandbox in self.client.list_sandboxes(labels="lost=in-python")]
            self.assertEqual(found, [made.id])

    def test_a_command_is_run_once_though_the_answer_was_lost(self) -> None:
        self.cut_after(0)

        result = self.far.run("echo ran >> /tmp/runs; wc -l < /tmp/runs")

        self.assertEqual(result.stdout.strip(), "1")

    def test_a_file_is_written_and_read(self) -> None:
        files = self.sandbox.files
        files.make_directory("/tmp/small")
        files.write("/tmp/small/a.txt", "grüße\n", mode="0600")
        files.append("/tmp/small/a.txt", "mehr\n")

        self.assertEqual(files.read("/tmp/small/a.txt"), "grüße\nmehr\n")
        self.assertEqual(files.stat("/tmp/small/a.txt")["mode"], 0o600)
        files.copy("/tmp/small/a.txt", "/tmp/small/b.txt")
        files.move("/tmp/small/b.txt", "/tmp/small/c.txt")
        self.assertEqual([file["name"] for file in files.list("/tmp/small")], ["a.txt", "c.txt"])
        self.assertEqual(files.grep("/tmp/small", "mehr")["total"], 2)
        self.assertEqual(files.find("/tmp/small", "c*")["matches"], ["/tmp/small/c.txt"])
        files.remove("/tmp/small", recursive=True)
        self.assertFalse(files.exists("/tmp/small"))

    def test_what_no_request_carries_is_uploaded_and_downloaded(self) -> None:
        content = os.urandom(12 << 20)
        up: List[int] = []
        down: List[int] = []

        with tempfile.TemporaryDirectory() as directory:
            here, back = Path(directory, "here"), Path(directory, "back")
            here.write_bytes(content)
            self.assertEqual(self.sandbox.files.write("/tmp/big", here, on_progress=lambda done, _: up.append(done)), len(content))
            self.sandbox.files.download("/tmp/big", back, on_progress=lambda done, _: down.append(done))
            self.assertEqual(back.read_bytes(), content)

        for steps in (up, down):
            self.assertGreater(len(steps), 3)
            self.assertEqual(steps[-1], len(content))
            self.assertEqual(steps, sorted(steps))

    def test_an_empty_file_is_one(self) -> None:
        self.sandbox.files.write("/tmp/empty", b"")

        self.assertEqual(self.sandbox.files.read_bytes("/tmp/empty"), b"")

    def test_a_download_that_broke_off_goes_on(self) -> None:
        content = os.urandom(8 << 20)
        self.sandbox.files.write("/tmp/broken", content)
        self.cut_after(5 << 20)

        self.assertEqual(self.far.files.read_bytes("/tmp/broken"), content)

    def test_an_upload_whose_answer_was_lost_has_not_failed(self) -> None:
        content = os.urandom(6 << 20)

        is_meant = True

        def progress(_done: int, _total: int) -> None:
            # With the first part of it, since nothing is answered before the last: when that has gone, it may be too late.
            nonlocal is_meant
            if is_meant:
                is_meant = False
                self.cut_after(0)

        self.assertEqual(self.far.files.write("/tmp/lost", content, on_progress=progress), len(content))

        self.assertEqual(self.sandbox.files.read_bytes("/tmp/lost"), content)

    def test_what_happens_to_files_is_heard(self) -> None:
        with self.sandbox.files.watch("/tmp", events=["created"]) as feed:
            self.sandbox.files.write("/tmp/seen", "")
            event = next(iter(feed))

        self.assertEqual((event["event"], event["path"]), ("created", "/tmp/seen"))

    def test_somebody_types_at_a_terminal_over_a_connection_that_breaks(self) -> None:
        terminal = self.far.open_terminal(cols=100, rows=30, env={"PS1": ""})
        # What is typed is shown too: only what is printed has no quotes.
        # Who waits for a line prints nothing, no prompt either, that could break the connection before it is typed.
        terminal.write('stty size; echo be""gun; read; echo en""ded; exit 5\n')
        shown = b""
        for data in terminal:
            shown += data
            if b"begun\r\n" in shown:
                break
        self.assertIn(b"30 100", shown)
        again = self.far.terminal(terminal.pid, cursor=terminal.cursor)
        self.cut_after(0)

        again.write("go on\n")
        shown += b"".join(again)

        self.assertEqual(shown.count(b"ended"), 1)
        assert again.end is not None
        self.assertEqual(again.end.exit_code, 5)
        self.assertFalse(again.info()["active"])

    def test_a_terminal_is_resized_and_closed(self) -> None:
        terminal = self.sandbox.open_terminal()
        terminal.resize(120, 40)
        self.assertEqual((terminal.info()["cols"], terminal.info()["rows"]), (120, 40))

        terminal.close()

        for _ in terminal:
            pass
        self.assertIsNotNone(terminal.end)

    def test_another_thread_may_leave_a_terminal(self) -> None:
        terminal = self.sandbox.open_terminal()
        leaver = threading.Timer(0.2, terminal.disconnect)
        leaver.start()

        for _ in terminal:
            pass

        leaver.join()
        self.assertTrue(terminal.info()["active"])

    def test_what_becomes_of_sandboxes_is_heard(self) -> None:
        states = []
        with self.client.events(labels={"of": "events-in-python"}) as events:
            made = self.client.create_sandbox(labels={"of": "events-in-python"})
            made.delete()
            for event in events:
                states.append(event.get("state"))
                if event.get("state") == "deleted":
                    break

        self.assertIn("running", states)

    def test_a_sandbox_is_paused_resumed_and_forked(self) -> None:
        with self.client.create_sandbox() as made:
            made.files.write("/tmp/kept", "kept")
            self.assertEqual(made.pause().info["state"], "paused")
            (fork,) = made.fork()
            with fork:
                self.assertEqual(fork.files.read("/tmp/kept"), "kept")
            self.assertEqual(made.resume().info["state"], "running")

    def test_somebody_works_at_a_repository(self) -> None:
        self.client.api.init_repository(self.sandbox.id, body={"path": "/tmp/repo"})
        repository = self.sandbox.git("/tmp/repo")
        self.sandbox.files.write("/tmp/repo/a", "a")
        repository.add()
        commit = repository.commit("first", author="A", email="a@example.org")

        self.assertEqual(repository.log()["data"][0]["sha"], commit["sha"])
        self.assertTrue(repository.status()["clean"])
        copy = self.sandbox.clone("file:///tmp/repo", "/tmp/copy")
        self.assertEqual(copy.branches()["data"][0]["name"], "main")

    def test_what_is_raised_fits_the_refusal(self) -> None:
        self.refused(elevo.NotFoundError, ErrorCode.SANDBOX_NOT_FOUND, lambda: self.client.get_sandbox("sbx-none12345678"))
        self.refused(elevo.NotFoundError, ErrorCode.FILE_NOT_FOUND, lambda: self.sandbox.files.read("/tmp/none"))
        self.refused(elevo.ConflictError, ErrorCode.INVALID_SANDBOX_STATE, lambda: self.sandbox.delete(force=False))
        wrong = self.refused(elevo.InvalidRequestError, ErrorCode.VALIDATION_ERROR, lambda: self.client.create_sandbox(name="x"))
        self.assertEqual(wrong.details["fields"][0]["field"], "name")
        self.refused(elevo.AuthenticationError, ErrorCode.INVALID_TOKEN, WorkspaceClient(api_key="ewk_unknown").config)
        key = self.client.api.create_key(body={"name": "reader", "permissions": ["sandbox:read"]})
        with WorkspaceClient(api_key=key["key"]) as reader:
            self.refused(elevo.PermissionDeniedError, ErrorCode.INSUFFICIENT_SCOPE, reader.create_sandbox)
        self.client.api.revoke_key(key["id"])

    def test_a_stream_tells_too_what_does_not_exist(self) -> None:
        self.refused(elevo.NotFoundError, ErrorCode.PROCESS_NOT_FOUND, lambda: list(self.sandbox.command(999_999)))
        self.refused(elevo.NotFoundError, ErrorCode.PTY_NOT_FOUND, lambda: self.sandbox.terminal(999_999))
        self.refused(elevo.NotFoundError, ErrorCode.FILE_NOT_FOUND, lambda: self.sandbox.files.watch("/none"))

    def refused(self, kind: type[elevo.ApiError], code: int, call: Callable[[], Any]) -> elevo.ApiError:
        with self.assertRaises(kind) as caught:
            call()
        self.assertEqual(caught.exception.code, code)
        return caught.exception


if __name__ == "__main__":
    unittest.main()
