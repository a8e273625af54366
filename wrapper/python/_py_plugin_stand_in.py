"""Stands for the module `host` while a plugin's types are read.

There is no host then, and the plugin is imported all the same. Nothing here is
for plugins to import, and nothing of the library is imported: the plugin is
not loaded yet, and what it imports first must stay its own.
"""

import sys
from _frozen_importlib import ModuleSpec


class _StandIn(type(sys)):
    """Stands for `host` and all that is in it while types are read."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "HostError":
            return Exception
        return _import(f"{self.__name__}.{name}")

    def __call__(self, *_args, **_kwargs):
        raise RuntimeError(
            f"cannot call {self.__name__}: there is no host while types are read;"
            " call it in a function, not while the plugin is imported"
        )


def _import(name):
    if name not in sys.modules:
        sys.modules[name] = _StandIn(name)
    return sys.modules[name]


class _Finder:
    """Finds `host` and all modules in it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] != "host":
            return None
        return ModuleSpec(name, _Finder, is_package=True)

    @staticmethod
    def create_module(spec):
        return _StandIn(spec.name)

    @staticmethod
    def exec_module(module):
        pass


def stand_in():
    """Let the plugin import whatever it wants from `host`."""
    sys.meta_path.insert(0, _Finder)
