"""Requests, until they are answered."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import secrets
import socket
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Callable, Iterator, Mapping, Optional, Tuple, TypeVar, Union
from urllib.parse import quote, urlencode, urlsplit

from .errors import ApiError, ConnectionLostError, SilenceError, WorkspaceError, refusal_of

T = TypeVar("T")

LONGEST_WAIT_SECONDS = 60
#: So long may an attempt whose connection broke be at its work: keep its idempotency key, or the address of its upload.
LOST_ATTEMPT_SECONDS = 60
#: So long, all pauses together, is a service waited for that is away from whoever had reached it before: it starts anew, or the network
#: is gone, and what was begun there goes on meanwhile. A machine that slept has not waited.
OUTAGE_SECONDS = 120
INVALID_TOKEN = 1004
IDEMPOTENCY_CONFLICT = 9009
SERVICE_UNAVAILABLE = 9002

#: What is sent: bytes as they are, anything else as JSON. A function makes an iterator of bytes anew for each attempt.
Body = Union[None, bytes, Mapping[str, Any], Callable[[], Iterator[bytes]]]


@dataclass(frozen=True)
class CallOptions:
    """For one call, instead of what the client has."""

    timeout: Optional[float] = None
    #: Whoever repeats a change with the same key, even in another process, has it done once.
    idempotency_key: Optional[str] = None


@dataclass(frozen=True)
class Exchange:
    method: str
    #: Below the address of the service, percent-encoded; or a whole address, which brings its own credential.
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Body = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        return self.path.startswith("/")


class Outage:
    def __init__(self) -> None:
        self._failures = 0
        self._waited = 0.0

    def pause(self, failure: WorkspaceError) -> float:
        """Seconds until it is time for another attempt. Raises the failure when it has been away for too long."""
        if self._waited >= OUTAGE_SECONDS:
            raise failure
        seconds = backoff(self._failures)
        self._failures += 1
        self._waited += seconds
        return seconds

    def end(self) -> None:
        self._failures, self._waited = 0, 0.0


class Transport:
    """A change carries one idempotency key through all of its attempts, so it is done once."""

    def __init__(
        self,
        api_url: Optional[str],
        api_key: Optional[str],
        timeout: Optional[float],
        retries: int,
        debug: Union[None, bool, Callable[[str], None]],
    ) -> None:
        url = api_url or os.environ.get("WORKSPACE_API_URL") or "http://localhost:8080"
        url = url.rstrip("/")
        self.api_url = url[: -len("/api/v1")] if url.endswith("/api/v1") else url
        self._api_key = api_key or os.environ.get("WORKSPACE_API_KEY") or ""
        if not self._api_key:
            raise WorkspaceError("no credential: pass api_key or set WORKSPACE_API_KEY")
        self.timeout = timeout if timeout is not None else _seconds(os.environ.get("WORKSPACE_TIMEOUT"))
        self.retries = retries
        if debug is None:
            debug = os.environ.get("WORKSPACE_DEBUG", "") not in ("", "0", "false")
        self.debug = debug if callable(debug) else _to_stderr if debug else _to_nobody
        self._connections = _Connections()

    def call(self, method: str, path: str, places: Tuple[Any, ...], query: Mapping[str, Any], body: Body, options: Optional[CallOptions]) -> Any:
        """Of what takes longer than a request the outcome: it is asked for until it is there, also while the service is away."""
        options = options or CallOptions()
        status, headers, answer = self.json(Exchange(method, filled(path, places), query, body), options)
        if status == 202 and "pid" in answer:
            result = Exchange("GET", headers["Location"] + "/result")
            outage = Outage()
            while status == 202:
                try:
                    status, _, answer = self.json(result, CallOptions(timeout=options.timeout))
                    outage.end()
                except WorkspaceError as failure:
                    if not may_help_later(failure):
                        raise
                    time.sleep(outage.pause(failure))
        return answer

    def json(self, exchange: Exchange, options: CallOptions = CallOptions()) -> Tuple[int, Message, Any]:
        return self.send(exchange, options, lambda answer: (answer.status, answer.headers, _content(answer)))

    def send(self, exchange: Exchange, options: CallOptions, read: Callable[[http.client.HTTPResponse], T]) -> T:
        """What ``read`` makes of the answer; all of it is one attempt. A success is what it gets, a refusal is raised."""
        headers = {**exchange.headers}
        if exchange.is_ours:
            headers.update({"X-Client-Type": "sdk", "Authorization": f"Bearer {self._api_key}"})
            if exchange.method != "GET":
                headers["X-Idempotency-Key"] = options.idempotency_key or secrets.token_hex(16)
        attempt, waits, lost_at = 0, 0, None
        while True:
            try:
                return self._attempt(exchange, headers, options, read)
            except _StaleConnectionError:
                lost_at = time.monotonic()  # It may have been heard all the same.
            except WorkspaceError as failure:
                if _is_still_at_it(failure) and lost_at is not None and time.monotonic() < lost_at + LOST_ATTEMPT_SECONDS:
                    time.sleep(backoff(waits))
                    waits += 1
                    continue
                if attempt >= self.retries or not may_help_later(failure):
                    raise
                if isinstance(failure, ConnectionLostError) or _is_of_something_between(failure):
                    lost_at = time.monotonic()
                time.sleep(_delay(failure, attempt))
                attempt += 1

    def open(self, exchange: Exchange, options: CallOptions) -> http.client.HTTPResponse:
        """The answer before its content is read, which is for the caller to do, and to close. Redirections are followed without the credential."""

        def hand_over(answer: http.client.HTTPResponse) -> http.client.HTTPResponse:
            location = answer.headers.get("Location")
            if answer.status not in (302, 303, 307, 308) or location is None:
                return answer
            answer.read()
            return self.open(Exchange("GET", location, headers=exchange.headers), options)

        return self.send(exchange, options, hand_over)

    def socket_address(self, path: str, query: Mapping[str, Any]) -> Tuple[str, Tuple[str, ...]]:
        """How a WebSocket of this service is opened: its address, and the credential as subprotocols."""
        url = self.api_url + path + _query(query)
        return "ws" + url[len("http") :], ("bearer", self._api_key)

    def close(self) -> None:
        self._connections.close()

    def _attempt(self, exchange: Exchange, headers: Mapping[str, str], options: CallOptions, read: Callable[[http.client.HTTPResponse], T]) -> T:
        timeout = options.timeout if options.timeout is not None else self.timeout
        url = urlsplit((self.api_url if exchange.is_ours else "") + exchange.path + _query(exchange.query))
        # An address that the service gave is its own credential.
        about = f"{exchange.method} " + (url.path if exchange.is_ours else f"{url.scheme}://{url.netloc}")
        begun = time.monotonic()
        connection = self._connections.take(url.scheme, url.netloc, timeout)
        was_kept, is_sent = connection.sock is not None, False
        answer = None
        try:
            body, headers = _with_body(exchange.body, headers)
            # Who refuses what is large does not wait for all of it; the answer is there when sending fails.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(exchange.method, url.path + (f"?{url.query}" if url.query else ""), body, dict(headers))
                is_sent = True
            answer = connection.getresponse()
            self.debug(f"{about} {answer.status} {answer.headers.get('X-Request-ID', '')} in {_ms(begun)} ms")
            if answer.status >= 400:
                raise refusal_of(answer.status, answer.headers, answer.read())
            made = read(answer)
        except WorkspaceError:
            _end(connection, answer)
            raise
        except (OSError, http.client.HTTPException, ValueError) as cause:
            _end(connection, answer)
            self.debug(f"{about} broke in {_ms(begun)} ms: {cause!r}")
            if isinstance(cause, (socket.timeout, TimeoutError)):
                raise SilenceError(f"{about} was not answered within {timeout} s") from cause
            if was_kept and answer is None and not isinstance(cause, ValueError):
                # Whoever ended this one ended the others that nobody used, too.
                self._connections.drop(url.scheme, url.netloc)
                raise _StaleConnectionError(f"{about}: {cause!r}") from cause
            raise ConnectionLostError(f"{about}: {cause!r}") from cause
        if answer.isclosed() and is_sent:
            self._connections.give(url.scheme, url.netloc, connection)
        elif connection.sock is not None:
            connection.sock.close()  # The answer holds on to it until its content has been read.
        return made


class _StaleConnectionError(ConnectionLostError):
    """A connection that had been kept was not there any more."""


class _Connections:
    """Those that wait for their next request."""

    def __init__(self) -> None:
        self._idle: dict[Tuple[str, str], list[http.client.HTTPConnection]] = {}
        self._lock = threading.Lock()

    def take(self, scheme: str, host: str, timeout: float) -> http.client.HTTPConnection:
        with self._lock:
            idle = self._idle.get((scheme, host), [])
            connection = idle.pop() if idle else None
        if connection is None:
            if scheme == "https":
                return http.client.HTTPSConnection(host, timeout=timeout, context=ssl.create_default_context())
            return http.client.HTTPConnection(host, timeout=timeout)
        connection.timeout = timeout
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection

    def give(self, scheme: str, host: str, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._idle.setdefault((scheme, host), []).append(connection)

    def drop(self, scheme: str, host: str) -> None:
        with self._lock:
            idle = self._idle.pop((scheme, host), [])
        for connection in idle:
            connection.close()

    def close(self) -> None:
        with self._lock:
            idle = [connection for connections in self._idle.values() for connection in connections]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        self.close()


def filled(path: str, places: Tuple[Any, ...]) -> str:
    parts = path.split("/")
    values = iter(places)
    for i, part in enumerate(parts):
        if part.startswith("{"):
            value = str(next(values))
            if not value:
                raise ValueError(f"{path} needs {part[1:-1]}")
            parts[i] = quote(value, safe="")
    return "/".join(parts)


def backoff(attempt: int) -> float:
    """Seconds. Many clients that failed together should not come back together."""
    return float(min(0.25 * 2**attempt, 8)) * random.uniform(0.5, 1)


def _query(query: Mapping[str, Any]) -> str:
    values = {name: _text(value) for name, value in query.items() if value is not None}
    return "?" + urlencode(values) if values else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(map(_text, value))
    return str(value)


def _with_body(body: Body, headers: Mapping[str, str]) -> Tuple[Any, Mapping[str, str]]:
    if body is None:
        return None, headers
    if callable(body):
        return body(), headers
    if isinstance(body, bytes):
        return body, {"Content-Type": "application/octet-stream", **headers}
    return json.dumps(body).encode(), {**headers, "Content-Type": "application/json"}


def _end(connection: http.client.HTTPConnection, answer: Optional[http.client.HTTPResponse]) -> None:
    if answer is not None:
        answer.close()
    connection.close()


def _content(answer: http.client.HTTPResponse) -> Any:
    content = answer.read()
    if not content:
        return None
    return json.loads(content) if answer.headers.get("Content-Type", "").startswith("application/json") else content


def _is_still_at_it(failure: WorkspaceError) -> bool:
    """An earlier attempt of the same change or upload, whose connection broke, is being carried out."""
    if not isinstance(failure, ApiError):
        return False
    return (failure.code, failure.details.get("reason")) in ((IDEMPOTENCY_CONFLICT, "in_progress"), (INVALID_TOKEN, "in_use"))


def _is_of_something_between(failure: WorkspaceError) -> bool:
    """Not in the words of the service, which may be at work all the same."""
    return isinstance(failure, ApiError) and failure.code == 0 and failure.status in (502, 503, 504)


def may_help_later(failure: WorkspaceError) -> bool:
    """Quotas and states are for the caller to change; the service itself, or what stands before it, may be better in a moment."""
    if isinstance(failure, ConnectionLostError):
        return True
    if not isinstance(failure, ApiError):
        return False
    if failure.retry_after is not None and failure.retry_after > LONGEST_WAIT_SECONDS:
        return False
    is_said_so = failure.retry_after is not None and failure.status in (429, 503)
    return is_said_so or failure.code == SERVICE_UNAVAILABLE or _is_of_something_between(failure)


def _delay(failure: WorkspaceError, attempt: int) -> float:
    return failure.retry_after if isinstance(failure, ApiError) and failure.retry_after is not None else backoff(attempt)


def _seconds(text: Optional[str]) -> float:
    if not text:
        return 60
    if not text.isdigit() or int(text) == 0:
        raise WorkspaceError(f'WORKSPACE_TIMEOUT is "{text}"; it must be a number of milliseconds')
    return int(text) / 1000


def _ms(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _to_stderr(line: str) -> None:
    print(f"workspace: {line}", file=sys.stderr)


def _to_nobody(line: str) -> None:
    pass
