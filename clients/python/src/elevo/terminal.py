"""Terminals."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional, Union

from .command import CommandEnd
from .stream import Source, Stream
from .transport import Transport, filled

if TYPE_CHECKING:
    from ._generated import Api, PtyInfo

#: Bytes of a message: with its base64 it stays below the 32 KiB that the service reads.
_INPUT_BYTES = 16 << 10


class Terminal:
    """A terminal, and a connection to it. What it shows is read by iterating over it, once, from one thread; any may write. It lives on
    when the connection is closed, which leaving a ``with`` block does."""

    def __init__(self, transport: Transport, api: Api, sandbox_id: str, pid: int, query: Mapping[str, Any]) -> None:
        self._api = api
        self.sandbox_id = sandbox_id
        self.pid = pid
        #: How it ended, once it has.
        self.end: Optional[CommandEnd] = None
        path = filled("/api/v1/sandboxes/{id}/pty/{pid}/connect", (sandbox_id, pid))
        self._stream = Stream(transport, Source(path, query, self.info))

    def __iter__(self) -> Iterator[bytes]:
        for message in self._stream:
            if message["type"] == "data":
                yield base64.b64decode(message["data"])
            elif message["type"] == "exit":
                self.end = CommandEnd.of(message["data"])

    @property
    def cursor(self) -> Optional[str]:
        """Where another connection goes on right behind what was read here."""
        return self._stream.cursor

    def write(self, data: Union[str, bytes]) -> None:
        """Types. While the connection is being made anew it goes by a request, which arrives once."""
        content = data.encode() if isinstance(data, str) else data
        for start in range(0, len(content), _INPUT_BYTES):
            text = base64.b64encode(content[start : start + _INPUT_BYTES]).decode()
            if not self._stream.send({"type": "input", "data": text}):
                self._api.write_pty(self.sandbox_id, self.pid, body={"data": text, "encoding": "base64"})

    def resize(self, cols: int, rows: int) -> None:
        self._api.resize_pty(self.sandbox_id, self.pid, body={"cols": cols, "rows": rows})

    def info(self) -> PtyInfo:
        return self._api.get_pty(self.sandbox_id, self.pid)

    def disconnect(self) -> None:
        self._stream.close()

    def close(self) -> None:
        """Hangs up: the terminal and what runs in it end."""
        self._api.delete_pty(self.sandbox_id, self.pid)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.disconnect()
