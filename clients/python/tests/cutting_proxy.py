"""Stands between a client and the service, and cuts the wires."""

from __future__ import annotations

import socket
import threading
from typing import Optional
from urllib.parse import urlsplit


class CuttingProxy:
    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._room: Optional[int] = None
        self.cuts = 0
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: int) -> None:
        """Once: the connection that would carry more than so many bytes back is gone."""
        with self._lock:
            self._room = size

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return  # It was closed.
            service = socket.create_connection(self._target)
            threading.Thread(target=self._join, args=(client, service), daemon=True).start()

    def _join(self, client: socket.socket, service: socket.socket) -> None:
        with client, service:
            asks = threading.Thread(target=self._carry, args=(client, service, False), daemon=True)
            asks.start()
            self._carry(service, client, True)
            asks.join()

    def _carry(self, one: socket.socket, other: socket.socket, is_answer: bool) -> None:
        try:
            while True:
                data = one.recv(64 << 10)
                if not data or (is_answer and self._is_cut(len(data))):
                    break
                other.sendall(data)
        except OSError:
            pass  # The other direction has ended it.
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It is shut already.

    def _is_cut(self, size: int) -> bool:
        with self._lock:
            if self._room is None:
                return False
            self._room -= size
            if self._room >= 0:
                return False
            self._room = None
            self.cuts += 1
            return True
