"""The rest is in pyproject.toml; what is generated must be there before the package is put together."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


class Build(build_py):
    def run(self):
        # A source distribution brings it along, and not the description it is made of.
        if (HERE / "generate.py").exists() and not (HERE / "PKG-INFO").exists():
            import generate

            generate.main()
        super().run()


setup(cmdclass={"build_py": Build})
