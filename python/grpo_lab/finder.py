"""Waits for the modules of trainers to be imported, and hands each to `grpo_lab.capture`. Whoever imports this pays nearly nothing."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

MODULES = frozenset(
    (
        "transformers.trainer",
        "verl.trainer.constants_ppo",
        "verl.trainer.ppo.ray_trainer",
        "verl.trainer.ppo.v1.trainer_base",
        "openrlhf.trainer.ppo_trainer",
    )
)


class _Finder:
    """Lets the others find a module, and has it captured once it has been loaded."""

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in MODULES:
            return None
        for finder in sys.meta_path:
            spec = None if finder is cls or not hasattr(finder, "find_spec") else finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        if spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            try:
                from grpo_lab.capture import loaded

                loaded(module)
            except Exception as error:
                print(f"grpo-lab: nothing is captured: {error!r}", file=sys.stderr)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def watch() -> None:
    """Begins to wait. Modules that are loaded already are not seen."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
