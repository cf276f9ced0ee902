"""Writes what slime's torch.save makes of a rollout, from a sample of JSON a line: `pickles.py STEP FILE`. Standard library only."""

import json
import pickle
import sys
import zipfile

_, step, path = sys.argv
rows = [json.loads(line) for line in sys.stdin]
with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
    archive.writestr("archive/data.pkl", pickle.dumps({"rollout_id": int(step), "samples": rows}, protocol=2))
    archive.writestr("archive/version", "3\n")
