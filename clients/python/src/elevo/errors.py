"""What goes wrong."""

from __future__ import annotations

import json
from email.message import Message
from typing import Any, Mapping, Optional


class WorkspaceError(Exception):
    """Whatever goes wrong in here."""


class ConnectionLostError(WorkspaceError):
    """The service did not answer, or the connection broke, and trying again did not help."""


class SilenceError(ConnectionLostError):
    """The service was silent for longer than the client may wait. What was asked for may be done all the same."""


class StreamClosedError(WorkspaceError):
    """The service closed a stream before its end, for a reason that coming back does not mend."""

    def __init__(self, close_code: int, reason: str) -> None:
        super().__init__(f"the stream was closed with {close_code}" + (f": {reason}" if reason else ""))
        self.close_code = close_code


class ApiError(WorkspaceError):
    """The service refused. Programs decide by ``code``, which never changes its meaning."""

    def __init__(
        self,
        status: int,
        code: int,
        code_name: str,
        message: str,
        details: Mapping[str, Any],
        request_id: Optional[str] = None,
        retry_after: Optional[int] = None,
    ) -> None:
        super().__init__(f"{code} {code_name}: {message}" + (f" ({request_id})" if request_id else ""))
        self.status = status
        self.code = code
        self.code_name = code_name
        self.details = details
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds."""


class AuthenticationError(ApiError):
    """401: no credential, or one that is good for nothing."""


class PermissionDeniedError(ApiError):
    """403: the credential is good, but not for this."""


class NotFoundError(ApiError):
    """404."""


class ConflictError(ApiError):
    """409: it is there, and its state forbids this."""


class InvalidRequestError(ApiError):
    """400, 413, 422: what was sent is wrong; ``details["fields"]`` may say where."""


class LimitError(ApiError):
    """429: a rate limit or a quota."""


class UnavailableError(ApiError):
    """502, 503, 507: something behind the service, its capacity or a disk."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidRequestError,
    422: InvalidRequestError,
    429: LimitError,
    502: UnavailableError,
    503: UnavailableError,
    507: UnavailableError,
}


def refusal_of(status: int, headers: Message, body: bytes) -> ApiError:
    """Of an answer that is no success. One that is not in the words of the API, from whatever stands between, has the code 0."""
    code, name, message, details = 0, "UNKNOWN", f"HTTP {status}", {}
    said = _json(body)
    if isinstance(said.get("error"), dict):
        error = said["error"]
        code, name, message, details = error["code"], error["name"], error["message"], error.get("details", {})
    elif isinstance(said.get("code"), str):
        # The gateway's own envelope.
        name, message = said["code"], said.get("msg", message)
    wait = headers.get("Retry-After") or ""
    retry_after = int(wait) if wait.isdigit() else None
    return _BY_STATUS.get(status, ApiError)(status, code, name, message, details, headers.get("X-Request-ID"), retry_after)


def error_of(data: Mapping[str, Any]) -> ApiError:
    """Of an error that a stream told of."""
    from ._generated import STATUSES

    status = STATUSES.get(data["code"], 500)
    return _BY_STATUS.get(status, ApiError)(status, data["code"], data["name"], data["message"], data.get("details", {}))


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}  # What is no JSON says nothing that could be told.
    return said if isinstance(said, dict) else {}
