"""What each word of the spec language is for, in a line: read by the JSON Schema and by the language reference."""

from __future__ import annotations

FILE_KEYS = {
    "archcalc": "The version of the spec language: 1, which is also what a file without it means.",
    "name": "What the network is called. Reports, and files that import this one, know it by this name.",
    "description": "What the network is, in a sentence.",
    "source": "Where the architecture is published.",
    "layout": "CHW (the default) or HWC: whether shapes are written and printed with the channels first or last.",
    "input": "The shape that is read, without a batch axis: [C, H, W], [T, C], [C]; or {shape: [...], dtype: int64}; or"
    " several inputs as {NAME: shape, ...}.",
    "vars": "Variables: a name and its value each. Expressions use them, variants replace them, --set overrides them.",
    "variants": "Named settings of the variables, chosen as SPEC:NAME or with --variant NAME.",
    "defaults": "Arguments that steps of this file have unless they say otherwise: {LAYER: {ARG: value}}.",
    "import": "Files or shipped specs whose blocks may be used here; each file is a block itself, under its name.",
    "blocks": "Steps under a name, with arguments: {NAME: {input: [...], args: {...}, layers: [...]}}.",
    "layers": "The steps of the network, in order. Each reads what the step before it gave, unless it says from.",
    "count": "The way of counting operations that this spec is reported in unless --count says another.",
    "budget": "What the network may cost: an entry of archcalc.yaml without specs, held by 'archcalc check'.",
}

INPUT_KEYS = {
    "shape": "The shape, without a batch axis.",
    "dtype": "The type of the numbers: float32 unless given, int64 for what an embedding looks up.",
}

BLOCK_KEYS = {
    "input": "The shape that the block reads. A new name is bound to that axis's size; anything else is held to it.",
    "args": "The block's arguments: {ARG: default}, {ARG: required}, or {ARG: tensor} for the name of a tensor.",
    "layers": "The steps of the block. What the last of them gives is what the block gives.",
}

STEP_KEYS = {
    "from": "NAME or [NAME, ...]: reads these tensors in place of prev.",
    "name": "Names the output; with a list, each of several outputs.",
    "repeat": "How many times, or one {ARG: value} for each time; i counts the repetitions from 0.",
    "first": "{ARG: value}: arguments that are different in the first repetition.",
    "when": "A condition; where it does not hold the step is left out and prev passes through.",
    "share": "NAME of the step whose weights are used: parameters counted once, operations each time.",
    "trainable": "false freezes the parameters: they are counted, but not as trainable.",
    "expect": "The output shape that must come out; any other is an error.",
    "row": "false leaves the row out of tables; totals and JSON keep it, --all shows it.",
}

LISTS = {
    "residual": "A list of steps: what they make of prev is added to prev.",
    "parallel": "{BRANCH: [step, ...]}: each starts at prev ([] passes it on); then prev is all of them, in order.",
    "map": "A list of steps that run on every slice of axis 0: weights once, operations each time.",
    "experts": "{count: n, active: k, layers: [...]}: n copies of the steps, of which k run.",
}

EXPERTS = {
    "count": "How many copies of the steps there are: their parameters count so often.",
    "active": "How many of the copies run: their operations count so often.",
    "layers": "The steps of one expert.",
}

FUNCTIONS = {
    "min": "min(a, b, ...) or min(list): the smallest",
    "max": "max(a, b, ...) or max(list): the largest",
    "abs": "abs(x): without its sign",
    "ceil": "ceil(x): the next whole number up",
    "floor": "floor(x): the next whole number down",
    "round": "round(x) or round(x, digits): the nearest, halves to even, as Python's",
    "sqrt": "sqrt(x): the square root",
    "len": "len(list): how many entries",
    "sum": "sum(list): all entries added",
    "range": "range(stop), range(start, stop), range(start, stop, step): a list",
    "divisible": "divisible(x, by=8): the nearest multiple, never 10 % below x (the MobileNet rounding rule)",
}

NAMES = {
    "prev": "what the step before gave; several tensors after parallel, split, or from: [a, b]",
    "input": "what this list of steps was given",
    "i": "the number of the repetition, from 0",
}
