"""Record PyTorch's answers to a sample of cases: ``python -m tests.oracle.record``, when the generators change."""

from __future__ import annotations

import json
from platform import python_version
from typing import Any

from .case import Answer
from .generate import cases
from .pytorch import pytorch_answer
from .recorded import RECORDED

SEED, NUMBER = 2, 4000


def row(layer: str, arguments: dict[str, Any], inputs: Any, answer: Answer | str) -> str:
    """One line of the file: the case, and the answer or null for a refusal."""
    found = None if isinstance(answer, str) else answer
    return json.dumps([layer, arguments, inputs, found], separators=(",", ":"))


def main() -> None:
    import torch

    lines = [json.dumps({"seed": SEED, "torch": torch.__version__.split("+")[0], "python": python_version()})]
    lines += [row(*case, pytorch_answer(case)) for case in cases(SEED, NUMBER)]
    with open(RECORDED, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
