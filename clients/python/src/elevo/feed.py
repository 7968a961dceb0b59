"""What happens, as it happens."""

from __future__ import annotations

from typing import Any, Dict, Iterator

from .stream import Stream


class Feed:
    """Iterate over it; it ends when it is closed, which leaving a ``with`` block does."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        for message in self._stream:
            if message["type"] == "event" and message["data"]["event"] != "subscribed":
                yield message["data"]

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
