"""Commands that run by themselves."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional, Union

from ._generated import ErrorCode
from .errors import ApiError, ConnectionLostError
from .stream import Source, Stream
from .transport import Transport, filled

if TYPE_CHECKING:
    from ._generated import Api, ProcessInfo

#: So much the service takes at a time.
_WRITE_BYTES = 512 << 10


@dataclass(frozen=True)
class OutputChunk:
    """Some of what a command wrote. A chunk may end in the middle of a character."""

    stream: str
    data: bytes
    #: Goes on right behind this chunk, also in another process.
    cursor: str
    #: So much right before this chunk was not kept.
    dropped_bytes: int


@dataclass(frozen=True)
class CommandEnd:
    #: −1 after a signal.
    exit_code: int
    signal: Optional[str]
    timed_out: bool
    duration_ms: int

    @staticmethod
    def of(data: Mapping[str, Any]) -> CommandEnd:
        return CommandEnd(data["exitCode"], data.get("signal"), data.get("timedOut", False), data.get("durationMs", 0))


class Command:
    """Its output is read by iterating over it: all, from the beginning to the end, over as many connections as it takes."""

    def __init__(self, transport: Transport, api: Api, sandbox_id: str, pid: int) -> None:
        self._transport = transport
        self._api = api
        self._end: Optional[CommandEnd] = None
        self.sandbox_id = sandbox_id
        self.pid = pid

    def __iter__(self) -> Iterator[OutputChunk]:
        return self.output()

    def output(self, *, cursor: Optional[str] = None, include_history: Optional[bool] = None) -> Iterator[OutputChunk]:
        """What lies behind the cursor of a chunk; or with include_history=False what is written from now on."""
        path = filled("/api/v1/sandboxes/{id}/process/{pid}/stream", (self.sandbox_id, self.pid))
        source = Source(path, {"cursor": cursor, "includeHistory": include_history}, self.info)
        for message in Stream(self._transport, source):
            if message["type"] == "data":
                data = base64.b64decode(message["data"])
                yield OutputChunk(message["stream"], data, message.get("cursor", ""), message.get("droppedBytes", 0))
            elif message["type"] == "exit":
                self._end = CommandEnd.of(message["data"])

    def wait(self) -> CommandEnd:
        """How it ended."""
        if self._end is None:
            for _ in self.output(include_history=False):
                pass
        if self._end is None:
            raise ConnectionLostError(f"the stream of process {self.pid} ended without its exit")
        return self._end

    def info(self) -> ProcessInfo:
        return self._api.get_process(self.sandbox_id, self.pid)

    def write(self, data: Union[str, bytes]) -> None:
        """Into its standard input, all of it: a process that reads slowly is waited for. It must have been started with ``stdin``."""
        left = memoryview(data.encode() if isinstance(data, str) else data)
        while left:
            left = left[self._write_some(base64.b64encode(left[:_WRITE_BYTES]).decode()) :]

    def close_input(self) -> None:
        self._api.write_to_process(self.sandbox_id, self.pid, body={"eof": True})

    def _write_some(self, text: str) -> int:
        try:
            return self._api.write_to_process(self.sandbox_id, self.pid, body={"data": text, "encoding": "base64"})["bytesWritten"]
        except ApiError as failure:
            if failure.code == ErrorCode.RESOURCE_EXHAUSTED and failure.details.get("resource") == "stdin":
                return 0  # It does not read just now, and the service has waited for it already.
            raise

    def kill(self, signal: str = "SIGTERM", *, wait: bool = False) -> None:
        """Sends a signal to it and what it started."""
        self._api.kill_process(self.sandbox_id, self.pid, signal=signal, wait=wait)  # type: ignore[arg-type]
