"""What the formats say in the same words: how a network is trained, what a step costs, and which steps cost it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.render.memory.words import sized
from archcalc.render.style import Style
from archcalc.report.fold import step_path
from archcalc.report.listing import network_words

if TYPE_CHECKING:
    from archcalc.report.documents import Train

DEPTH = 1
"""Of the steps in the table, unless asked otherwise."""

COLUMNS = ("forward_macs", "backward_weight_macs", "backward_input_macs", "recomputed_macs", "kept_bytes")
HEADINGS = ("step", "forward", "backward, weights", "backward, inputs", "anew", "kept bytes")


def title(train: Train) -> str:
    """The network, its batch and the recipe."""
    batch = [f"batch {train['batch']:,}"] if train["batch"] != 1 else []
    zero = [f"ZeRO stage {train['zero']} over {train['devices']:,} devices"] if train["zero"] else []
    return ", ".join([*network_words(train), *batch, train["optimizer"], train["precision"], *zero])


def sums(train: Train) -> list[tuple[str, str]]:
    """What a step costs: name and amount."""
    torch = " as torch.utils.flop_counter counts them" if train["convention"] == "torch" else ""
    found = [
        ("forward", f"{train['forward_macs']:,} multiply-adds{torch}"),
        ("backward", backward(train)),
        *anew(train),
        ("a step", f"{train['step_macs']:,} multiply-adds, {2 * train['step_macs']:,} FLOPs"),
        ("6 N D", six(train)),
        ("kept", f"{sized(train['kept_bytes'])}{by_dtype(train)}"),
        ("parameters", sized(train["parameter_bytes"])),
        ("gradients", sized(train["gradient_bytes"])),
        ("optimizer", sized(train["optimizer_bytes"])),
        ("in all", sized(train["total_bytes"])),
        ("peak", f"at least {sized(train['peak_bytes_at_least'])}: a bound from below, no kernel's workspace in it"),
    ]
    return found + run(train)


def backward(train: Train) -> str:
    weights, inputs = train["backward_weight_macs"], train["backward_input_macs"]
    return f"{weights + inputs:,} multiply-adds: {weights:,} for weights, {inputs:,} for inputs"


def anew(train: Train) -> list[tuple[str, str]]:
    found = train["checkpoint"]
    if not (found["steps"] or found["auto"]):
        return []
    how = "" if not found["auto"] else ", the least" if found["optimal"] else ", the least found"
    steps = ", ".join(in_rows(found["steps"])) or "no step"
    return [("anew", f"{train['recomputed_macs']:,} multiply-adds{how}: {steps}")]


def in_rows(paths: list[str]) -> list[str]:
    """Paths, those of repetitions that follow each other as one: ``layer1/0 to layer1/11``."""
    found: list[list[str]] = []
    for path in paths:
        step, _, number = path.rpartition("/")
        if found and number.isdigit() and found[-1][-1] == f"{step}/{int(number) - 1}":
            found[-1].append(path)
        else:
            found.append([path])
    return [row[0] if len(row) == 1 else f"{row[0]} to {row[-1]}" for row in found]


def six(train: Train) -> str:
    frozen = train["params"] - train["trained_params"]
    less = f", {frozen:,} of them frozen" if frozen else ""
    return f"{train['flops_6nd']:,} FLOPs: N = {train['params']:,} parameters{less}, D = {train['tokens']:,}"


def by_dtype(train: Train) -> str:
    kept = train["kept_by_dtype"]
    return "" if len(kept) < 2 else f": {', '.join(f'{size:,} as {dtype}' for dtype, size in kept.items())}"


def run(train: Train) -> list[tuple[str, str]]:
    if "run" not in train:
        return []
    found = train["run"]
    words = f"{found['samples']:,} samples in {found['steps']:,} steps: {found['macs']:,} multiply-adds"
    return [("a run", f"{words}; 6 N D = {found['flops_6nd']:,} FLOPs")]


def steps(train: Train, style: Style) -> list[tuple[str, list[int]]]:
    """The steps of the depth that is asked for, each with the sums of its layers."""
    found: dict[str, list[int]] = {}
    for layer in train["layers"]:
        row = found.setdefault(step_path(layer["path"], style.depth or DEPTH), [0] * len(COLUMNS))
        numbers = (layer["forward_macs"], layer["backward_weight_macs"], layer["backward_input_macs"])
        more = (*numbers, layer["recomputed_macs"], layer["kept_bytes"])
        row[:] = [one + other for one, other in zip(row, more, strict=True)]
    return list(found.items())
