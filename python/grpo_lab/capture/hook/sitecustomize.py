"""Python runs this at every start when its folder stands first on PYTHONPATH.

Without GRPO_LAB_CAPTURE in the environment it does nothing but to run the sitecustomize that it hides. With it, it waits for
`transformers.trainer` to be imported and hands that module to `grpo_lab.capture`. Nothing is imported before: every Python that
the command starts pays for what stands here.
"""

import os
import sys

_folder = os.environ.get("GRPO_LAB_CAPTURE")


class _TrainerModule:
    """A finder that knows one module: it lets the others find it, and has `Trainer.train` wrapped once it has been loaded."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "transformers.trainer":
            return None
        sys.meta_path.remove(cls)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if hasattr(finder, "find_spec") else None
            if spec is not None:
                break
        else:
            return None
        if spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            try:
                from grpo_lab.capture import from_environment

                from_environment(module)
            except Exception as error:
                print(f"grpo-lab: nothing is captured: {error!r}", file=sys.stderr)

        spec.loader.exec_module = exec_module
        return spec


def _run_hidden():
    """Runs the sitecustomize that would have been found if this one were not there."""
    here = os.path.dirname(os.path.abspath(__file__))
    path, own = sys.path[:], sys.modules.pop("sitecustomize", None)
    sys.path[:] = [entry for entry in path if os.path.abspath(entry or ".") != here]
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.path[:] = path + [entry for entry in sys.path if entry not in path]
        if own is not None:
            sys.modules.setdefault("sitecustomize", own)


if _folder:
    sys.meta_path.insert(0, _TrainerModule)
    try:
        os.close(os.open(os.path.join(_folder, "seen-hook"), os.O_CREAT | os.O_WRONLY, 0o644))
    except OSError:
        pass
_run_hidden()
