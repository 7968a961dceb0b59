"""Git inside a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

if TYPE_CHECKING:
    from ._generated import Api, BranchInfo, BranchInfoPage, CheckedOut, CommitInfo, CommitInfoPage


class Repository:
    """The repository in one directory; the sandbox's own git does the work. Options are those of the call: parameters of a query as
    Python writes them, fields of a body as the API does."""

    def __init__(self, api: Api, sandbox_id: str, path: str) -> None:
        self._api = api
        self._id = sandbox_id
        self.path = path

    def status(self) -> Any:
        return self._api.get_status(self._id, path=self.path)

    def log(self, **options: Any) -> CommitInfoPage:
        return self._api.get_log(self._id, path=self.path, **options)

    def diff(self, **options: Any) -> Any:
        return self._api.get_diff(self._id, path=self.path, **options)

    def branches(self, **options: Any) -> BranchInfoPage:
        return self._api.list_branches(self._id, path=self.path, **options)

    def create_branch(self, name: str, **options: Any) -> BranchInfo:
        return self._api.create_branch(self._id, body=self._body(name=name, **options))

    def delete_branch(self, name: str, **options: Any) -> None:
        self._api.delete_branch(self._id, name, path=self.path, **options)

    def check_out(self, target: str, **options: Any) -> CheckedOut:
        return self._api.check_out(self._id, body=self._body(target=target, **options))

    def add(self, files: Sequence[str] = (".",), **options: Any) -> None:
        self._api.add_files(self._id, body=self._body(files=list(files), **options))

    def commit(self, message: str, **options: Any) -> CommitInfo:
        return self._api.commit_changes(self._id, body=self._body(message=message, **options))

    def merge(self, branch: str, **options: Any) -> Any:
        return self._api.merge_branch(self._id, body=self._body(branch=branch, **options))

    def fetch(self, **options: Any) -> Any:
        return self._api.fetch_commits(self._id, body=self._body(**options))

    def pull(self, **options: Any) -> Any:
        return self._api.pull_commits(self._id, body=self._body(**options))

    def push(self, **options: Any) -> Any:
        return self._api.push_commits(self._id, body=self._body(**options))

    def reset(self, **options: Any) -> Any:
        return self._api.reset_branch(self._id, body=self._body(**options))

    def stash(self, **options: Any) -> Any:
        return self._api.stash_changes(self._id, body=self._body(**options))

    def _body(self, **fields: Any) -> Any:
        return {"path": self.path, **fields}
