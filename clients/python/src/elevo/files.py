"""The files of a sandbox."""

from __future__ import annotations

import http.client
import io
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Iterator, List, Optional, Sequence, Union

from .errors import ApiError, ConnectionLostError
from .feed import Feed
from .stream import Source, Stream
from .transport import CallOptions, Exchange, Transport, backoff, filled

if TYPE_CHECKING:
    from ._generated import Api, FileInfo, FindResult, GrepResult, WriteResult

#: The content of a file to be. A path is a file of this machine, an open file is read from where it stands.
Content = Union[str, bytes, Path, BinaryIO]
Progress = Callable[[int, int], None]

FILE_TOO_LARGE = 3007
#: What goes with an ordinary request; the service names its limit when that is lower.
_INLINE_BYTES = 4 << 20
_CHUNK_BYTES = 256 << 10


class Files:
    def __init__(self, transport: Transport, api: Api, sandbox_id: str) -> None:
        self._transport = transport
        self._api = api
        self._id = sandbox_id

    def list(self, path: str, **options: Any) -> List[FileInfo]:
        """Options are those of the call: depth, type, include_hidden, sort_by, sort_order, user."""
        return self._api.list_files(self._id, path=path, **options)["data"]

    def stat(self, path: str, **options: Any) -> FileInfo:
        return self._api.stat_file(self._id, path=path, **options)

    def exists(self, path: str) -> bool:
        return self._api.file_exists(self._id, path=path)["exists"]

    def read(self, path: str) -> str:
        """As text. Of any size, so it must fit into memory."""
        return self.read_bytes(path).decode("utf-8", "replace")

    def read_bytes(self, path: str, *, on_progress: Optional[Progress] = None) -> bytes:
        return b"".join(self.stream(path, on_progress=on_progress))

    def download(self, path: str, target: Union[str, Path], *, on_progress: Optional[Progress] = None) -> None:
        """Into a file of this machine, which is replaced when all of it is there, and not before."""
        place = Path(os.path.realpath(target))  # A link stays one.
        if place.exists() and not place.is_file():
            # A device or a pipe, which cannot be replaced.
            with open(place, "wb") as file:
                self._pour(path, file, on_progress)
            return
        beside = place.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with open(beside, "xb") as file:
                self._pour(path, file, on_progress)
            if place.exists():
                shutil.copymode(place, beside)
            os.replace(beside, place)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def stream(self, path: str, *, user: Optional[str] = None, on_progress: Optional[Progress] = None) -> Iterator[bytes]:
        """In parts, as they arrive. A connection that breaks goes on where it broke, unless the file is not the same any more."""
        before = self._api.stat_file(self._id, path=path, user=user)
        offset, attempt = 0, 0
        while True:
            begun = offset
            try:
                for part in self._open(path, user, offset):
                    offset += len(part)
                    if on_progress:
                        on_progress(offset, before["size"])
                    yield part
                return
            except ConnectionLostError:
                attempt = 0 if offset > begun else attempt
                if attempt >= self._transport.retries:
                    raise
                now = self._api.stat_file(self._id, path=path, user=user)
                if (now["size"], now["modifiedAt"]) != (before["size"], before["modifiedAt"]):
                    raise
                if offset == before["size"]:
                    return
            time.sleep(backoff(attempt))
            attempt += 1

    def append(self, path: str, text: str) -> WriteResult:
        """Adds to the end of a file."""
        return self._api.write_file(self._id, body={"path": path, "content": text, "append": True})

    def write(
        self,
        path: str,
        content: Content,
        *,
        mode: Optional[str] = None,
        create_parents: Optional[bool] = None,
        overwrite: Optional[bool] = None,
        user: Optional[str] = None,
        on_progress: Optional[Progress] = None,
        options: Optional[CallOptions] = None,
    ) -> int:
        """Of any size: small content goes along, more by an address of its own. How many bytes it were."""
        with _Opened(content) as source:
            if source.size <= _INLINE_BYTES:
                try:
                    self._api.upload_file(
                        self._id,
                        body=b"".join(source.parts(None)),
                        path=path,
                        mode=mode,
                        create_parents=create_parents,
                        overwrite=overwrite,
                        user=user,
                        options=options,
                    )
                    if on_progress:
                        on_progress(source.size, source.size)
                    return source.size
                except ApiError as failure:
                    if failure.code != FILE_TOO_LARGE:
                        raise
            wanted = {"path": path, "mode": mode, "createParents": create_parents, "overwrite": overwrite, "user": user}
            body = {name: value for name, value in wanted.items() if value is not None}
            address = self._api.make_upload_url(self._id, body=body, options=options)  # type: ignore[arg-type]
            self._put(address["url"], source, on_progress, options or CallOptions())
            return source.size

    def make_directory(self, path: str, *, recursive: bool = False) -> None:
        self._api.make_directory(self._id, body={"path": path, "recursive": recursive})

    def copy(self, src: str, dst: str, *, recursive: bool = False, overwrite: bool = False) -> FileInfo:
        return self._api.copy_file(self._id, body={"src": src, "dst": dst, "recursive": recursive, "overwrite": overwrite})

    def move(self, src: str, dst: str, *, overwrite: bool = False) -> FileInfo:
        return self._api.move_file(self._id, body={"src": src, "dst": dst, "overwrite": overwrite})

    def remove(self, path: str, *, recursive: bool = False, force: bool = False) -> None:
        self._api.delete_file(self._id, path=path, recursive=recursive, force=force)

    def find(self, path: str, pattern: str, **options: Any) -> FindResult:
        """Options are the other fields of the request, as the API calls them."""
        return self._api.find_files(self._id, body={"path": path, "pattern": pattern, **options})  # type: ignore[typeddict-item]

    def grep(self, path: str, pattern: str, **options: Any) -> GrepResult:
        """Options are the other fields of the request, as the API calls them."""
        return self._api.grep_files(self._id, body={"path": path, "pattern": pattern, **options})  # type: ignore[typeddict-item]

    def watch(
        self,
        path: str,
        *,
        recursive: bool = False,
        events: Optional[Sequence[str]] = None,
        include: Optional[str] = None,
        exclude: Optional[Sequence[str]] = None,
    ) -> Feed:
        """Begun before this returns. ``overflow``: more happened than could be told, or a connection was lost meanwhile; what is below
        ``path`` should be listed again."""
        query = {"path": path, "recursive": recursive, "events": events, "include": include, "exclude": exclude}
        place = filled("/api/v1/sandboxes/{id}/files/watch", (self._id,))
        lost = {"type": "event", "data": {"event": "overflow", "path": path}}
        return Feed(Stream(self._transport, Source(place, query, lambda: self.stat(path), lost)))

    def _pour(self, path: str, file: BinaryIO, on_progress: Optional[Progress]) -> None:
        for part in self.stream(path, on_progress=on_progress):
            file.write(part)

    def _open(self, path: str, user: Optional[str], offset: int) -> Iterator[bytes]:
        place = filled("/api/v1/sandboxes/{id}/files/download", (self._id,))
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        answer = self._transport.open(Exchange("GET", place, {"path": path, "user": user}, headers=headers), CallOptions())
        # Something between may answer the whole of it, though its end was asked for.
        again = 0 if answer.status == 206 else offset
        with answer:
            # What something between answers in chunks has no length, and an end that is told.
            length = answer.headers["Content-Length"]
            left = None if length is None else int(length)
            while left != 0:
                try:
                    # Not `read`, which waits until so much is there; and no more than there is, which older versions would wait for.
                    part = answer.read1(_CHUNK_BYTES if left is None else min(left, _CHUNK_BYTES))
                except (OSError, http.client.HTTPException) as cause:
                    raise ConnectionLostError("the download broke off") from cause
                if not part and left is None:
                    return
                if not part:
                    raise ConnectionLostError(f"the download broke off {left} bytes before its end")
                left = None if left is None else left - len(part)
                again, part = max(0, again - len(part)), part[again:]
                if part:
                    yield part

    def _put(self, url: str, source: _Opened, on_progress: Optional[Progress], options: CallOptions) -> None:
        attempts = 0

        def body() -> Iterator[bytes]:
            nonlocal attempts
            attempts += 1
            return source.parts(on_progress)

        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(source.size)}
        try:
            self._transport.send(Exchange("PUT", url, body=body, headers=headers), options, lambda answer: answer.read())
        except ApiError as failure:
            # An address is good for one upload: it has taken the one whose answer was lost.
            if attempts == 1 or failure.details.get("reason") != "used":
                raise


class _Opened:
    """Content that can be read from its beginning, as often as it takes."""

    def __init__(self, content: Content) -> None:
        self._is_mine = not hasattr(content, "read")
        if isinstance(content, (str, bytes)):
            self._file: BinaryIO = io.BytesIO(content.encode() if isinstance(content, str) else content)
        elif isinstance(content, Path):
            self._file = open(content, "rb")
        else:
            self._file = content
        self._start = self._file.tell()
        self.size = self._file.seek(0, os.SEEK_END) - self._start

    def parts(self, on_progress: Optional[Progress]) -> Iterator[bytes]:
        self._file.seek(self._start)
        done = 0
        while done < self.size:
            part = self._file.read(min(_CHUNK_BYTES, self.size - done))
            if not part:
                raise OSError("the file became shorter while it was read")
            done += len(part)
            yield part
            if on_progress:
                on_progress(done, self.size)

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_mine:
            self._file.close()
