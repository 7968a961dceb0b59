"""Against a running service: WORKSPACE_API_URL and WORKSPACE_API_KEY name it."""

from __future__ import annotations

import os
import re
import tempfile
import threading
import unittest
from pathlib import Path

from elevo import WorkspaceClient

DOCUMENT = Path(__file__).parents[3] / "docs" / "clients.md"

# What the reader has of his own: a service, a project with tests, a repository, and somebody who changes files.
OWN = {
    '"http://localhost:8080", "ewk_…", ': "",
    '"https://example.org/a.git"': '"file:///tmp/source"',
    '"make test"': '"git init -q /tmp/source; (while sleep 0.2; do date > /tmp/now; done) > /dev/null 2>&1 < /dev/null & exit 2"',
}


class DocumentTest(unittest.TestCase):
    def test_what_the_document_begins_with_is_done(self) -> None:
        exec(compile(self.program("py"), str(DOCUMENT), "exec"), {})

    def test_what_the_document_shows_is_done(self) -> None:
        program = self.program("python")
        for theirs, here in OWN.items():
            self.assertIn(theirs, program)
            program = program.replace(theirs, here)
        is_over = threading.Event()
        others = threading.Thread(target=self.others_come_and_go, args=[is_over])
        others.start()
        self.addCleanup(others.join)
        self.addCleanup(is_over.set)
        self.addCleanup(os.chdir, os.getcwd())
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            Path("big").write_text("much", encoding="utf-8")

            exec(compile(program, str(DOCUMENT), "exec"), {})

            self.assertEqual(Path("copy").read_text(encoding="utf-8"), "much")

    @staticmethod
    def program(language: str) -> str:
        shown = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
        assert shown is not None
        return shown[1]

    @staticmethod
    def others_come_and_go(is_over: threading.Event) -> None:
        """Who listens to events hears of these."""
        with WorkspaceClient() as client:
            while not is_over.is_set():
                client.create_sandbox(labels={"for": "docs"}).delete()


if __name__ == "__main__":
    unittest.main()
