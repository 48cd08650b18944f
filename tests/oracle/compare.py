"""Where two answers differ."""

from __future__ import annotations

from .case import Answer, Case, spec_of


def difference(case: Case, archcalc: Answer | str, pytorch: Answer | str | None) -> str | None:
    """What differs, with the case as a spec, or None. A refusal is its reason, or None where that is not known."""
    found = "\n".join(differing(archcalc, pytorch))
    return f"{spec_of(case)}{found}" if found else None


def differing(archcalc: Answer | str, pytorch: Answer | str | None) -> list[str]:
    if isinstance(archcalc, str) and (pytorch is None or isinstance(pytorch, str)):
        return []
    if not isinstance(archcalc, Answer) or not isinstance(pytorch, Answer):
        return [f"  archcalc  {archcalc}", f"  PyTorch   {pytorch}"]
    lines = []
    for name in Answer._fields:
        ours, theirs = getattr(archcalc, name), getattr(pytorch, name)
        if ours != theirs and not (name == "macs" and theirs is None):
            lines += [f"  archcalc  {name} {ours}", f"  PyTorch   {name} {theirs}"]
    return lines
