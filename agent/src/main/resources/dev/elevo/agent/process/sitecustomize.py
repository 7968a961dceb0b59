"""Catches what the program draws: figures that it shows, and those that are open at its end."""

import atexit
import importlib.abc
import importlib.util
import os
import sys

_HOME = os.path.dirname(os.path.abspath(__file__))
_CHARTS = os.environ.pop("ELEVO_CHARTS")
_count = 0


def _restore():
    # The program and its children find the path they would have found without us.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HOME]
    rest = os.environ.get("PYTHONPATH", "").split(os.pathsep)[1:]
    if rest:
        os.environ["PYTHONPATH"] = os.pathsep.join(rest)
    else:
        os.environ.pop("PYTHONPATH", None)


def _place(kind):
    global _count
    _count += 1
    return os.path.join(_CHARTS, "%04d.%s" % (_count, kind))


def _save_figures(pyplot, close):
    for number in pyplot.get_fignums():
        pyplot.figure(number).savefig(_place("png"), format="png")
        if close:
            pyplot.close(number)


def _hook_pyplot(pyplot):
    pyplot.show = lambda *args, **kwargs: _save_figures(pyplot, True)
    atexit.register(_save_figures, pyplot, False)


def _hook_plotly(base):
    def show(figure, *args, **kwargs):
        with open(_place("json"), "w", encoding="utf-8") as out:
            out.write(figure.to_json())

    base.BaseFigure.show = show


_HOOKS = {"matplotlib.pyplot": _hook_pyplot, "plotly.basedatatypes": _hook_plotly}


class _Hooked(importlib.abc.Loader):
    def __init__(self, loader, hook):
        self._loader = loader
        self._hook = hook

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        self._hook(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        hook = _HOOKS.pop(name, None)
        if hook is None:
            return None
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Hooked(spec.loader, hook)
        return spec


def _go_on():
    # The one that we stand in front of.
    sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError:
        pass


_restore()
os.environ.setdefault("MPLBACKEND", "Agg")
sys.meta_path.insert(0, _Finder())
_go_on()
