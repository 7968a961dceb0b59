"""The service, for one credential."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Optional, Union

from ._generated import Api, ConfigInfo
from .feed import Feed
from .sandbox import Sandbox
from .stream import Source, Stream
from .transport import CallOptions, Transport


class WorkspaceClient:
    """
    ``api_url``: the address of the service; WORKSPACE_API_URL, else http://localhost:8080.
    ``api_key``: an API key or a JWT; WORKSPACE_API_KEY.
    ``timeout``: seconds for which the service may be silent; WORKSPACE_TIMEOUT (milliseconds), else 60.
    ``retries``: how often a request is tried again.
    ``debug``: tells of each request on the standard error stream, or to a function; WORKSPACE_DEBUG.

    It may be used by many threads.
    """

    def __init__(
        self,
        api_url: Optional[str] = None,
        api_key: Optional[str] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 3,
        debug: Union[None, bool, Callable[[str], None]] = None,
    ) -> None:
        self._transport = Transport(api_url, api_key, timeout, retries, debug)
        #: Every call by its name in the description of the API.
        self.api = Api(self._transport)

    @property
    def api_url(self) -> str:
        return self._transport.api_url

    def create_sandbox(self, *, call: Optional[CallOptions] = None, **request: Any) -> Sandbox:
        """Made, and running unless ``waitForReady`` is False. The fields of the request are as the API calls them."""
        body: Any = request
        sandbox = self._sandbox(self.api.create_sandbox(body=body, options=call))
        return sandbox.until_running() if request.get("waitForReady", True) else sandbox

    def get_sandbox(self, id: str) -> Sandbox:
        """By its id or its name."""
        return self._sandbox(self.api.get_sandbox(id))

    def list_sandboxes(self, **query: Any) -> Iterator[Sandbox]:
        """All that fit, newest first, fetched as they are asked for: state, labels, search, limit, …"""
        cursor: Optional[str] = ""
        while cursor is not None:
            page = self.api.list_sandboxes(cursor=cursor, **query)
            yield from map(self._sandbox, page["data"])
            cursor = page["pagination"].get("nextCursor")

    def events(self, *, sandbox_id: Optional[str] = None, labels: Optional[Mapping[str, str]] = None) -> Feed:
        """What becomes of sandboxes from now on. ``gap``: some may have been missed, since a connection was lost and not taken up where it
        was; whoever must not miss a change lists them."""
        query = {"sandboxId": sandbox_id, "labels": [f"{key}={value}" for key, value in (labels or {}).items()] or None}
        lost = {"type": "event", "data": {"event": "gap"}}
        return Feed(Stream(self._transport, Source("/api/v1/events", query, lambda: self.api.list_sandboxes(limit=1), lost)))

    def config(self) -> ConfigInfo:
        return self.api.get_config()

    def close(self) -> None:
        """Ends the connections that are kept for the next request."""
        self._transport.close()

    def __enter__(self) -> WorkspaceClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _sandbox(self, info: Any) -> Sandbox:
        return Sandbox(self._transport, self.api, info)
