"""Streams that outlive their connections."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, Mapping, Optional

from .errors import StreamClosedError, error_of
from .transport import Transport, backoff
from .websocket import ABNORMAL, Closed, HandshakeError, WebSocket

Message = Dict[str, Any]

#: Coming back is no use after these: the client's own mistake, its credential, or that what it looked at is gone.
FINAL = {1003, 1009, 4400, 4401, 4403, 4404, 4409}
#: Told before a close that may be followed by better times: rate limited, service unavailable.
PASSING = {9003, 9002}
HEARTBEAT_SECONDS = 30
#: Whoever says nothing for so many heartbeats is not there any more.
SILENT_HEARTBEATS = 3


@dataclass(frozen=True)
class Source:
    path: str
    query: Mapping[str, Any]
    #: An ordinary request about the same thing, which says why a handshake fails.
    probe: Callable[[], Any]
    #: What the reader is told when a connection came back and no cursor told where to go on.
    on_return: Optional[Message] = None


class Stream:
    """Goes on behind the last message that had a cursor. Whoever reads slowly makes the service wait, and then close: that costs a
    connection and no message."""

    def __init__(self, transport: Transport, source: Source) -> None:
        self._transport = transport
        self._source = source
        self._is_closed = threading.Event()
        #: Where another stream of the same thing can go on.
        self.cursor: Optional[str] = None
        self._socket = self._connect()

    def send(self, message: Message) -> bool:
        """False where there is no connection at this moment."""
        try:
            self._socket.send(json.dumps(message))
        except OSError:
            return False
        return True

    def close(self) -> None:
        self._is_closed.set()
        self._socket.close()

    def __iter__(self) -> Iterator[Message]:
        fruitless = 0  # Connections in a row that ended before they brought anything.
        try:
            while True:
                try:
                    message = self._next()
                except Closed as end:
                    if self._is_closed.is_set() or end.code == 1000:
                        return
                    if end.code in FINAL or fruitless > self._transport.retries:
                        raise StreamClosedError(end.code, end.reason) from None
                    self._transport.debug(f"{self._source.path} closed with {end.code}, connecting again")
                    if fruitless:
                        time.sleep(backoff(fruitless))
                    fruitless += 1
                    self._socket = self._connect()
                    if self._source.on_return:
                        yield self._source.on_return
                    continue
                self.cursor = message.get("cursor", self.cursor)
                if message["type"] == "error":
                    refusal = error_of(message["data"])
                    if refusal.code not in PASSING:
                        raise refusal
                    continue
                fruitless = 0
                if message["type"] != "pong":
                    yield message
        finally:
            self.close()

    def _next(self) -> Message:
        for _ in range(SILENT_HEARTBEATS):
            text = self._socket.receive(HEARTBEAT_SECONDS)
            if text is not None:
                message: Message = json.loads(text)
                return message
            if not self.send({"type": "ping"}):
                break
        self._socket.close()
        raise Closed(ABNORMAL, "nothing comes any more")

    def _connect(self) -> WebSocket:
        query = {**self._source.query, **({"cursor": self.cursor} if self.cursor else {})}
        url, protocols = self._transport.socket_address(self._source.path, query)
        attempt = 0
        while True:
            try:
                return WebSocket(url, protocols, self._transport.timeout)
            except (OSError, HandshakeError) as cause:
                self._source.probe()
                if attempt >= self._transport.retries:
                    raise StreamClosedError(ABNORMAL, str(cause)) from cause
                time.sleep(backoff(attempt))
                attempt += 1
