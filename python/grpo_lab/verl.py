"""
verl's own way in, for trainings that GRPO Lab has not launched: `VERL_USE_EXTERNAL_MODULES=grpo_lab.verl` has verl import this.

The run is written into the folder that GRPO_LAB_FOLDER names, the one that is open in VS Code; left out: where the training runs.
"""

import sys

try:
    from .finder import watch

    watch()
except Exception as error:  # verl would end with it
    print(f"grpo-lab: nothing is captured: {error!r}", file=sys.stderr)
