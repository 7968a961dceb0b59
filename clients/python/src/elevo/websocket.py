"""As much of RFC 6455 as a client of text messages needs."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import ssl
import struct
import threading
import time
from typing import Optional, Sequence, Tuple
from urllib.parse import urlsplit

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CONTINUATION, _TEXT, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x8, 0x9, 0xA
_LONGEST_HEAD = 64 << 10
#: What comes when nothing came: the connection broke.
ABNORMAL = 1006


class HandshakeError(Exception):
    """The other side does not want a WebSocket; an ordinary request tells why."""


class Closed(Exception):
    """There is nothing more to read."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class WebSocket:
    """One thread reads, any may write."""

    def __init__(self, url: str, protocols: Sequence[str], timeout: float) -> None:
        self._buffer = bytearray()
        self._parts = bytearray()
        self._writing = threading.Lock()
        #: When the other side was last told anything, by the monotonic clock.
        self.sent_at = time.monotonic()
        self._socket = _connect(url, timeout)
        try:
            self._shake_hands(url, protocols)
        except BaseException:
            self._socket.close()
            raise

    def receive(self, timeout: float) -> Optional[str]:
        """The next message; None when none came in time."""
        self._socket.settimeout(timeout)
        while True:
            try:
                is_last, opcode, payload = self._frame()
                if opcode == _PING:
                    self._write(_PONG, payload)
            except (socket.timeout, TimeoutError):
                return None
            except OSError as cause:
                self._socket.close()
                raise Closed(ABNORMAL, str(cause)) from cause
            if opcode in (_TEXT, _CONTINUATION):
                self._parts += payload
                if is_last:
                    message, self._parts = self._parts.decode(), bytearray()
                    return message
            elif opcode == _CLOSE:
                self.close()
                code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
                raise Closed(code, payload[2:].decode("utf-8", "replace"))

    def send(self, text: str) -> None:
        self._write(_TEXT, text.encode())

    def close(self) -> None:
        try:
            self._write(_CLOSE, struct.pack("!H", 1000))
        except OSError:
            pass  # It is closed already, by whoever was first.
        # A reader in another thread would not notice that the socket is closed alone.
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _shake_hands(self, url: str, protocols: Sequence[str]) -> None:
        parts = urlsplit(url)
        key = base64.b64encode(os.urandom(16))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
        head += [f"Sec-WebSocket-Key: {key.decode()}", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Protocol: {', '.join(protocols)}"]
        self._socket.sendall("\r\n".join([*head, "", ""]).encode())
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
            if len(self._buffer) > _LONGEST_HEAD:
                raise HandshakeError("the head of the answer does not end")
        answer, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        self._buffer = bytearray(rest)
        status, *lines = answer.split(b"\r\n")
        accepted = base64.b64encode(hashlib.sha1(key + _ACCEPT).digest())
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        if status.split(b" ")[1:2] != [b"101"] or headers.get(b"sec-websocket-accept") != accepted:
            raise HandshakeError(status.decode("latin-1"))

    def _frame(self) -> Tuple[bool, int, bytes]:
        """Nothing is taken out of the buffer before all of it is there: a time-out in the middle loses nothing."""
        self._need(2)
        first, second = self._buffer[0], self._buffer[1]
        length, start = second & 0x7F, 2
        if length == 126:
            self._need(4)
            length, start = struct.unpack("!H", self._buffer[2:4])[0], 4
        elif length == 127:
            self._need(10)
            length, start = struct.unpack("!Q", self._buffer[2:10])[0], 10
        self._need(start + length)
        payload = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return bool(first & 0x80), first & 0x0F, payload

    def _need(self, size: int) -> None:
        while len(self._buffer) < size:
            self._fill()

    def _fill(self) -> None:
        data = self._socket.recv(64 << 10)
        if not data:
            raise ConnectionResetError("the connection ended")
        self._buffer += data

    def _write(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
        repeated = mask * (length // 4 + 1)
        masked = int.from_bytes(payload, "big") ^ int.from_bytes(repeated[:length], "big")
        with self._writing:
            self._socket.sendall(head + mask + masked.to_bytes(length, "big"))
            self.sent_at = time.monotonic()


def _connect(url: str, timeout: float) -> socket.socket:
    parts = urlsplit(url)
    is_secure = parts.scheme == "wss"
    plain = socket.create_connection((parts.hostname or "", parts.port or (443 if is_secure else 80)), timeout)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) if is_secure else plain
