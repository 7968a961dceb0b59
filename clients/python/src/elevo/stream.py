"""Streams that outlive their connections."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, Mapping, Optional

from .errors import ApiError, StreamClosedError, WorkspaceError, error_of
from .transport import Outage, Transport, backoff, may_help_later
from .websocket import ABNORMAL, Closed, HandshakeError, WebSocket

Message = Dict[str, Any]

#: Coming back is no use after these: the client's own mistake, its credential, or that what it looked at is gone.
FINAL = {1003, 1009, 4400, 4401, 4403, 4404, 4409}
#: Coming back at once is no use: the service is broken, or has had too much of us.
LATER = {1011, 4429}
#: What a cursor is answered with that is too old, or none of this stream: it goes on from now.
NO_PLACE = {9004, 9005}
HEARTBEAT_SECONDS = 30
#: Whoever says nothing for so many heartbeats is not there any more.
SILENT_HEARTBEATS = 3


@dataclass(frozen=True)
class Source:
    path: str
    query: Mapping[str, Any]
    #: An ordinary request about the same thing, which says why a handshake fails.
    probe: Callable[[], Any]
    #: What the reader is told where some of it may have been missed.
    gap: Optional[Message] = None


class Stream:
    """Goes on behind the last message that had a cursor. Whoever reads slowly makes the service wait, and then close: that costs a
    connection and no message."""

    def __init__(self, transport: Transport, source: Source) -> None:
        self._transport = transport
        self._source = source
        self._is_closed = threading.Event()
        #: Where another stream of the same thing can go on.
        self.cursor: Optional[str] = None
        self._socket = self._begin()

    def send(self, message: Message) -> bool:
        """False where there is no connection at this moment."""
        try:
            self._socket.send(json.dumps(message))
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Also while the connection is being made anew."""
        self._is_closed.set()
        self._socket.close()

    def __iter__(self) -> Iterator[Message]:
        fruitless = 0  # Connections in a row that ended before they brought anything.
        said: Optional[ApiError] = None  # Said last. Only a close that follows makes an error the end.
        outage = Outage()
        gap = self._source.gap
        try:
            while True:
                try:
                    message = self._next()
                except Closed as end:
                    if self._is_closed.is_set() or end.code == 1000:
                        return
                    failure = said or StreamClosedError(end.code, end.reason)
                    # What the service says against it is no outage.
                    if end.code in FINAL or (said and fruitless > self._transport.retries):
                        raise failure from None
                    self._transport.debug(f"{self._source.path} closed with {end.code}, connecting again")
                    if fruitless or end.code in LATER:
                        self._is_closed.wait(outage.pause(failure))
                    fruitless += 1
                    said = None
                    if not self._come_back(outage):
                        return
                    if gap and self.cursor is None:
                        yield gap
                    continue
                self.cursor = message.get("cursor", self.cursor)
                said = error_of(message["data"]) if message["type"] == "error" else None
                if said:
                    self._transport.debug(f"{self._source.path} says {said}")
                    if gap and said.code in NO_PLACE:
                        self.cursor = None
                        yield gap
                    continue
                fruitless = 0
                outage.end()
                if message["type"] != "pong":
                    yield message
        finally:
            self.close()

    def _next(self) -> Message:
        for _ in range(SILENT_HEARTBEATS):
            text = self._socket.receive(HEARTBEAT_SECONDS)
            # The service counts what it hears of us, however much we hear of it. Where nothing comes, the answer tells that it is there.
            is_due = text is None or time.monotonic() - self._socket.sent_at >= HEARTBEAT_SECONDS
            is_sent = not is_due or self.send({"type": "ping"})
            if text is not None:
                message: Message = json.loads(text)
                return message
            if not is_sent:
                break
        self._socket.close()
        raise Closed(ABNORMAL, "nothing comes any more")

    def _come_back(self, outage: Outage) -> bool:
        """False when nobody wants it any more."""
        while not self._is_closed.is_set():
            try:
                self._socket = self._connect()
                break
            except WorkspaceError as failure:
                if self._is_closed.is_set():
                    return False
                if not (isinstance(failure, StreamClosedError) or may_help_later(failure)):
                    raise
                self._is_closed.wait(outage.pause(failure))
        if self._is_closed.is_set():
            self._socket.close()  # What was closed may have been the one before.
            return False
        return True

    def _begin(self) -> WebSocket:
        attempt = 0
        while True:
            try:
                return self._connect()
            except StreamClosedError:
                if attempt >= self._transport.retries:
                    raise
            self._is_closed.wait(backoff(attempt))
            attempt += 1

    def _connect(self) -> WebSocket:
        query = {**self._source.query, **({"cursor": self.cursor} if self.cursor else {})}
        url, protocols = self._transport.socket_address(self._source.path, query)
        try:
            return WebSocket(url, protocols, self._transport.timeout)
        except (OSError, HandshakeError) as cause:
            self._source.probe()
            raise StreamClosedError(ABNORMAL, str(cause)) from cause
