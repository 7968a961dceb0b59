"""Sandboxes."""

from __future__ import annotations

import codecs
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, List, Optional

from ._generated import ErrorCode
from .command import Command, OutputChunk
from .errors import ApiError, NotFoundError, WorkspaceError, error_of
from .files import Files
from .git import Repository
from .terminal import Terminal
from .transport import CallOptions, Transport

if TYPE_CHECKING:
    from ._generated import Api, RunResult as RunAnswer, SandboxInfo, SandboxMetrics, SnapshotInfo

#: As much of each stream as ``run`` keeps.
_KEPT_BYTES = 10 << 20
_RUN_TIMEOUT_MS = 60_000
#: The process has ended, or its sandbox, or it takes no more: its exit says the rest.
_NOBODY_READS = {ErrorCode.PROCESS_NOT_FOUND, ErrorCode.STDIN_CLOSED, ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING}


@dataclass(frozen=True)
class RunResult:
    #: −1 after a signal.
    exit_code: int
    stdout: str
    stderr: str
    signal: Optional[str]
    duration_ms: int
    timed_out: bool
    #: Not all of the output is here.
    truncated: bool
    #: Why it failed, in words.
    error: Optional[str] = None
    charts: Optional[List[Any]] = None

    @staticmethod
    def of(answer: RunAnswer) -> RunResult:
        return RunResult(
            answer["exitCode"],
            answer["stdout"],
            answer["stderr"],
            answer.get("signal"),
            answer["durationMs"],
            answer["timedOut"],
            answer["truncated"],
            answer.get("error"),
            answer.get("charts"),
        )


class Sandbox:
    """One sandbox: what it was when it was last looked at, and everything that can be done with it. Options are the other fields of the
    request, as the API calls them. In a ``with`` block it is deleted at the end."""

    def __init__(self, transport: Transport, api: Api, info: SandboxInfo) -> None:
        self._transport = transport
        self._api = api
        #: As it was told last; ``refresh`` asks again.
        self.info = info
        self.files = Files(transport, api, info["id"])

    @property
    def id(self) -> str:
        return self.info["id"]

    def run(
        self,
        command: str,
        *,
        on_stdout: Optional[Callable[[str], None]] = None,
        on_stderr: Optional[Callable[[str], None]] = None,
        call: Optional[CallOptions] = None,
        **options: Any,
    ) -> RunResult:
        """Runs a command to its end, however long that takes. One that fails is a result, not an error. A connection that breaks changes
        nothing: the command goes on, and is not started again. With one of the functions it is heard while it runs."""
        if on_stdout or on_stderr:
            return self._run_aloud(command, on_stdout, on_stderr, call, options)
        body: Any = {"command": command, **options}
        return RunResult.of(self._api.run_command(self.id, body=body, options=call))

    def spawn(self, command: str, *, call: Optional[CallOptions] = None, **options: Any) -> Command:
        """Starts a command and leaves it."""
        body: Any = {"command": command, **options}
        return self.command(self._api.spawn_command(self.id, body=body, options=call)["pid"])

    def command(self, pid: int) -> Command:
        """One that was started before, here or elsewhere."""
        return Command(self._transport, self._api, self.id, pid)

    def run_code(self, language: str, code: str, *, call: Optional[CallOptions] = None, **options: Any) -> RunResult:
        body: Any = {"language": language, "code": code, **options}
        return RunResult.of(self._api.run_code(self.id, body=body, options=call))

    def open_terminal(self, **options: Any) -> Terminal:
        body: Any = options
        return self.terminal(self._api.create_pty(self.id, body=body)["pid"], include_history=True)

    def terminal(self, pid: int, *, include_history: bool = False, cursor: Optional[str] = None) -> Terminal:
        """A connection to a terminal that is there."""
        return Terminal(self._transport, self._api, self.id, pid, {"includeHistory": include_history, "cursor": cursor})

    def git(self, path: str) -> Repository:
        return Repository(self._api, self.id, path)

    def clone(self, url: str, path: str, **options: Any) -> Repository:
        """Into a new directory, however long it takes."""
        body: Any = {"url": url, "path": path, **options}
        self._api.clone_repository(self.id, body=body)
        return self.git(path)

    def refresh(self) -> Sandbox:
        return self._now(self._api.get_sandbox(self.id))

    def update(self, **changes: Any) -> Sandbox:
        body: Any = changes
        return self._now(self._api.change_settings(self.id, body=body))

    def start(self) -> Sandbox:
        return self._now(self._api.start_sandbox(self.id)).until_running()

    def stop(self, *, force: bool = False) -> Sandbox:
        return self._now(self._api.stop_sandbox(self.id, body={"force": force}))

    def pause(self) -> Sandbox:
        return self._now(self._api.pause_sandbox(self.id))

    def resume(self) -> Sandbox:
        return self._now(self._api.resume_sandbox(self.id)).until_running()

    def restart(self) -> Sandbox:
        return self._now(self._api.restart_sandbox(self.id))

    def delete(self, *, force: bool = True) -> None:
        """In whatever state it is, unless ``force`` is False."""
        self._api.delete_sandbox(self.id, force=force)

    def fork(self, **options: Any) -> List[Sandbox]:
        body: Any = options
        return [Sandbox(self._transport, self._api, info) for info in self._api.fork_sandbox(self.id, body=body)["sandboxes"]]

    def snapshot(self, **options: Any) -> SnapshotInfo:
        """What is kept of its files and its configuration, as soon as it can be used; with ``wait=False``, at once."""
        body: Any = options
        snapshot = self._api.checkpoint_sandbox(self.id, body=body)
        while options.get("wait", True) and snapshot["state"] == "creating":
            time.sleep(0.25)
            snapshot = self._api.get_snapshot(snapshot["id"])
        if snapshot["state"] == "failed":
            raise _failed("snapshot", snapshot["id"], ErrorCode.SNAPSHOT_CREATE_FAILED, snapshot.get("errorMessage"))
        return snapshot

    def metrics(self, **query: Any) -> List[SandboxMetrics]:
        return self._api.get_metrics(self.id, **query)["metrics"]

    def preview_url(self, port: int, **query: Any) -> str:
        """Where a browser finds what listens on a port of it."""
        return self._api.get_preview_url(self.id, port=port, **query)["url"]

    def until_running(self) -> Sandbox:
        """No request of the service waits that long."""
        while self.info["state"] == "creating":
            time.sleep(0.25)
            self.refresh()
        if self.info["state"] == "failed":
            raise _failed("sandbox", self.id, ErrorCode.SANDBOX_CREATION_FAILED, self.info.get("errorReason"))
        return self

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: Optional[type], *_: object) -> None:
        try:
            self.delete()
        except NotFoundError:
            pass  # It is gone already.
        except WorkspaceError:
            if kind is None:
                raise  # Else there is something more important to tell.

    def _run_aloud(self, command: str, on_stdout: Any, on_stderr: Any, call: Optional[CallOptions], options: dict[str, Any]) -> RunResult:
        spawn = {"timeoutMs": _RUN_TIMEOUT_MS, "maxBuffer": _KEPT_BYTES, **options}
        text = spawn.pop("input", None)
        spawn.pop("waitMs", None)
        running = self.spawn(command, call=call, stdin=text is not None, **spawn)
        kept = {"stdout": _Kept(spawn["maxBuffer"], on_stdout), "stderr": _Kept(spawn["maxBuffer"], on_stderr)}
        typist = _Typist(running, text)
        for chunk in running:
            kept[chunk.stream].take(chunk)
        typist.finish()
        end = running.wait()
        out, err = kept["stdout"], kept["stderr"]
        return RunResult(end.exit_code, out.text(), err.text(), end.signal, end.duration_ms, end.timed_out, out.is_cut or err.is_cut)

    def _now(self, info: SandboxInfo) -> Sandbox:
        self.info = info
        return self


class _Typist:
    """Gives a command its input while its output is read: either could wait for the other."""

    def __init__(self, command: Command, text: Optional[str]) -> None:
        self._failure: Optional[BaseException] = None
        self._thread = threading.Thread(target=self._type, args=(command, text), daemon=True)
        if text is not None:
            self._thread.start()

    def finish(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _type(self, command: Command, text: str) -> None:
        try:
            command.write(text)
            command.close_input()
        except WorkspaceError as failure:
            if not (isinstance(failure, ApiError) and failure.code in _NOBODY_READS):
                self._failure = failure


def _failed(what: str, id_: str, code: ErrorCode, reason: Optional[str]) -> ApiError:
    """As the service says it where it knows before it has answered."""
    return error_of(
        {
            "code": code,
            "name": code.name,
            "message": f"{what} {id_} failed: {reason or 'no reason given'}",
            "details": {f"{what}Id": id_},
        }
    )


class _Kept:
    """The beginning of a stream, as text."""

    def __init__(self, room: int, on_text: Optional[Callable[[str], None]]) -> None:
        self.is_cut = False
        self._parts: List[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._left = room
        self._on_text = on_text

    def take(self, chunk: OutputChunk) -> None:
        text = self._decoder.decode(chunk.data)
        if self._on_text:
            self._on_text(text)
        if chunk.dropped_bytes > 0 or len(chunk.data) > self._left:
            self.is_cut = True
        if not self.is_cut:
            self._parts.append(text)
        self._left -= len(chunk.data)

    def text(self) -> str:
        return "".join(self._parts)
