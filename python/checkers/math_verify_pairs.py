"""Math-Verify as a checker of GRPO Lab: one line in, one line out.

    pip install math-verify[antlr4_13_2]
    grpo-lab grade RUN --with 'python python/checkers/math_verify_pairs.py' --checker 'math-verify 0.8.0'

In: {"gold": "3/4", "pred": "… so the answer is \\boxed{0.75}"}. Out: {"verdict": "equal", "extracted": "0.75", "rule": "Math-Verify", "ms": 4.1}.
"""

import json
import sys
import time

from math_verify import parse, verify


def answer(gold: str, pred: str) -> dict:
    golds = parse(f"\\boxed{{{gold}}}")  # bare LaTeX is only read inside an environment
    if not golds:
        return {"verdict": "undecided", "reason": "Math-Verify cannot read the gold answer"}
    found = parse(pred)
    extracted = str(found[-1]) if found else None
    return {"verdict": "equal" if verify(golds, found) else "different", "extracted": extracted, "rule": "Math-Verify"}


for line in sys.stdin:
    begun = time.perf_counter()
    pair = json.loads(line)
    try:
        said = answer(pair["gold"], pair["pred"])
    except Exception as error:  # whatever sympy makes of untrusted text
        said = {"verdict": "undecided", "reason": f"{type(error).__name__}: {error}"[:500]}
    said["ms"] = round((time.perf_counter() - begun) * 1000, 3)
    print(json.dumps(said), flush=True)
