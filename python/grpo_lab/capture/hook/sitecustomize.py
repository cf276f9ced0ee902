"""Python runs this at every start when its folder stands first on PYTHONPATH.

Without GRPO_LAB_CAPTURE in the environment it does nothing but to run the sitecustomize that it hides. With it, it waits for
modules of trainers to be imported and hands these to `grpo_lab.capture`. Nothing else is imported before: every Python that
the command starts pays for what stands here.
"""

import os
import sys

_folder = os.environ.get("GRPO_LAB_CAPTURE")


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
    try:
        from grpo_lab.finder import watch

        watch()
        os.close(os.open(os.path.join(_folder, "seen-hook"), os.O_CREAT | os.O_WRONLY, 0o644))
    except OSError:
        pass
    except Exception as error:
        print(f"grpo-lab: nothing is captured: {error!r}", file=sys.stderr)
_run_hidden()
