"""Client of the Elevo Workspace API."""

from ._generated import ErrorCode
from .client import WorkspaceClient
from .command import Command, CommandEnd, OutputChunk
from .errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    InvalidRequestError,
    LimitError,
    NotFoundError,
    PermissionDeniedError,
    SilenceError,
    StreamClosedError,
    UnavailableError,
    WorkspaceError,
)
from .feed import Feed
from .files import Files
from .git import Repository
from .sandbox import RunResult, Sandbox
from .terminal import Terminal
from .transport import CallOptions

__all__ = [
    "ApiError",
    "AuthenticationError",
    "CallOptions",
    "Command",
    "CommandEnd",
    "ConflictError",
    "ConnectionLostError",
    "ErrorCode",
    "Feed",
    "Files",
    "InvalidRequestError",
    "LimitError",
    "NotFoundError",
    "OutputChunk",
    "PermissionDeniedError",
    "Repository",
    "RunResult",
    "Sandbox",
    "SilenceError",
    "StreamClosedError",
    "Terminal",
    "UnavailableError",
    "WorkspaceClient",
    "WorkspaceError",
]
