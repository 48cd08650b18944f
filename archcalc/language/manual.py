"""The reference of the spec language, ``archcalc help spec``: prose, and tables made from the keys and layers."""

from __future__ import annotations

from archcalc.language.json_schema import shipped_blocks
from archcalc.language.keys import BLOCK_KEYS, FILE_KEYS, INPUT_KEYS, LISTS, RESERVED, STEP_KEYS, TENSOR_NAMES
from archcalc.language.prose import WIDTH, filled, keys, sections, table, wrapped
from archcalc.layers import CONTENTS, KEYWORDS, find
from archcalc.layers.axes import show_value
from archcalc.layers.base import Computed, Layer, Missing, SameAs

INTRODUCTION = """\
A spec is one YAML file that says what a network is made of. What a layer reads
is never written, only what it gives: sizes, padding, parameters and operations
are worked out from there, and whatever does not fit is an error with its place.

    name: small
    input: [3, 32, 32]
    vars: {width: 16, classes: 10}
    defaults: {conv: {kernel: 3, padding: same, norm: batch_norm, act: relu}}
    layers:
      - conv: width
      - residual: [{conv: width}, {conv: {out: width, act: none}}]
        repeat: 2
      - global_avg_pool
      - linear: classes

Shapes have no batch axis. Images are [C, H, W], volumes [C, D, H, W], sequences
[T, C], vectors [C], a scalar []. Convolutions, pools and the norms of channels
read [C, ...spatial] with 1 to 3 spatial axes; linear, embedding, attention,
recurrent layers, layer_norm and softmax work on the last axes and leave the
others as they are."""

STEPS = """\
A step is a layer's name; a layer with one value, which sets its argument marked
* below; a layer with its arguments; or from and name without a layer.

    - relu
    - linear: 1000
    - conv: {out: 64, kernel: 7, stride: 2, padding: 3}
      name: stem
    - from: [stem, prev]

conv, conv_transpose, depthwise_conv and linear take norm and act, which become
layers of their own after it, in that order: act: relu, act: {leaky_relu: 0.2};
none undoes a default. Where several steps say an argument the later wins: the
layer's own default, defaults of the file, the step, the row of repeat, first.
A step's keys stand beside the layer, never among its arguments:"""

HOLDERS = """\
These hold steps of their own:"""

TENSORS = """\
prev is what the step before gave. It is several tensors after parallel, each,
split, from: [a, b], or a block that ends so, and at the start of a spec with
several inputs. A layer that reads several (add, concat, matmul, attention, ...)
reads them all, in order; a list after a merge is its from: add: [a, b]. Any
other layer given several is an error; from: NAME[0] takes the first of several.
What prev is at the end is the spec's output. A tensor that no step reads and
that is not given out is an error too, unless its step has a name."""

NOTES = """\
What is right by the letter and probably not meant is noted: a convolution, pool
or norm of channels on what an embedding, linear or recurrent layer gives;
linear, attention, layer_norm or a recurrent layer on an image or [C, T]; an
input with a batch axis, or with its channels where the layout has none;
group_norm of one value a group; in a check, max_increase without a base. A note
names the change that makes it go, and changes no figure. The exit status is 2
with --strict. A permutation says that the order is meant, and so does an
explicit axis; notes: none silences a step and what it holds."""

NAMES = """\
A step's path is its name, or its type and its number among the steps of that
type in its list, from 1: conv2; relu6_1, where the type ends in a digit. What
holds it stands before: body/conv2, and after a repetition its index:
stage/0/conv1. norm and act are stem/norm and stem/act. A step that is left out
takes no number, and its name stands for what it reads; a merge that is left out
passes prev on, if that is among the tensors that it reads. A name is seen by
the later steps of its list and in the lists inside those; from elsewhere it is
reached by its path, where * stands for one level: add: [stack/*/skip]. Names
have no space, comma, slash, star or bracket, and are no numbers. These words
are no names of yours, for the language has them:"""

BLOCKS = """\
A block is steps under a name, called like a layer. It sees its arguments, its
own names and the variables of its file, nothing of its caller.

    name: two-blocks
    input: [3, 32, 32]
    blocks:
      unit:
        input: [C, H, W]
        args: {out: required, stride: 1}
        layers:
          - conv: {out: out, kernel: 3, stride: stride, padding: 1}
          - batch_norm
          - relu
    layers:
      - unit: 32
      - unit: {out: 64, stride: 2}

C, H and W are bound to the sizes that are given; a number, an argument or a
variable there is held to them. An argument that is required must be given, one
that is tensor takes the name of a tensor, and any other has its default. A bare
value sets the one that is required. A block's keys:"""

SHIPPED = """\
These blocks need no import; a block of your own of the same name replaces one:"""

IMPORT = """\
import: [FILE, ...] brings in the blocks of FILE, and FILE itself as a block
under its name, with its variables and its variant as arguments. FILE is found
beside the file that imports it, inside the project, or is a shipped spec.
What is imported keeps its own variables and defaults, and is not passed on. Its
layout is that of the file that imports it, or any."""

EXPRESSIONS = """\
Every text that is a value is an expression: 4*width, depths[i], a if i else b.
It has Python's arithmetic (+ - * / // % **), comparisons, and, or, not, in,
conditionals, lists, indices and slices. Whole numbers are exact; a/b is whole
where it divides, and where a whole number is needed and does not come out, that
is an error: write //, floor or ceil. Quote an expression that has brackets or a
comma inside {...} or [...], for YAML ends a value there: "depths[0]". A tensor
stands in an expression with its axis: prev[0], c4[1:]. The functions:"""

WORDS = """\
A name is looked up among a block's arguments and axes, then i, the variables of
the file, the tensors, and last the words: layer types and blocks, true, false,
none, and those that arguments take:"""

PADDING = """\
padding is a number for every side; a list with an entry for each axis, which is
a number or [before, after]; valid, which is 0; or same, which gives
ceil(size / stride) positions and puts the odd one after. axis counts from 0, or
from the end with a minus; channels is a word for the axis of the channels.

layout: HWC has the channels last: [H, W, C], [D, H, W, C], [T, C]. A layer that
takes [C, ...spatial] takes [...spatial, C]: conv on [T, C] runs along T. Shapes
and axis numbers are everywhere, JSON too, as the file has them."""

LAYERS = """\
* marks the argument that a bare value sets. An argument without a default must
be given, one in brackets may be left out, and of a|b exactly one is given. An
argument of the spatial axes takes one number, or a list with one for each axis.
'archcalc layers NAME' prints a layer's page. For a layer that archcalc does not
know: custom: {out: [C, H, W], params: n, macs: n}."""


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


def reference(width: int = WIDTH) -> str:
    """The whole reference as plain text."""

    def text(*parts: str) -> str:
        return "\n\n".join(parts)

    return sections(
        {
            "THE SPEC LANGUAGE": filled(INTRODUCTION, width),
            "KEYS OF A FILE": text(keys(FILE_KEYS, width), f"Of an input:\n{keys(INPUT_KEYS, width)}"),
            "STEPS": text(filled(STEPS, width), keys(STEP_KEYS, width), HOLDERS, keys(LISTS, width)),
            "TENSORS": text(filled(TENSORS, width), table(TENSOR_NAMES, width)),
            "NAMES AND PATHS": text(filled(NAMES, width), wrapped(" ".join(sorted(RESERVED)), width)),
            "NOTES": filled(NOTES, width),
            "BLOCKS": text(filled(BLOCKS, width), keys(BLOCK_KEYS, width), SHIPPED, table(block_signatures(), width)),
            "IMPORTS": filled(IMPORT, width),
            "EXPRESSIONS": text(
                filled(EXPRESSIONS, width),
                functions(width),
                filled(WORDS, width),
                wrapped(" ".join(sorted(KEYWORDS)), width),
            ),
            "PADDING, AXES, LAYOUT": filled(PADDING, width),
            "LAYERS": text(filled(LAYERS, width), *(family(name, width) for name in CONTENTS)),
        }
    )


def family(name: str, width: int) -> str:
    """The layers of a family with their arguments, those of one class in one line."""
    classes: dict[tuple[str, ...], type[Layer]] = {}
    for layer in map(find, CONTENTS[name].split()):
        classes.setdefault(layer.names, layer)
    rows = {" ".join(names): signature(layer) for names, layer in classes.items()}
    return f"{name}\n{table(rows, width, most=20)}"


def signature(layer: type[Layer]) -> str:
    """``out*, kernel, stride=1, [norm]``."""
    shown, chosen = [], [name for name in layer.arguments if name in layer.either]
    for name, (_, default) in layer.arguments.items():
        marked = f"{name}*" if name == layer.obvious else name
        if name in chosen:
            if name == chosen[0]:
                shown.append("|".join(f"{one}*" if one == layer.obvious else one for one in chosen))
        elif default is Missing:
            shown.append(marked)
        elif default is None:
            shown.append(f"[{marked}]")
        elif isinstance(default, (SameAs, Computed)):
            shown.append(f"{marked}={default.text}")
        else:
            shown.append(f"{marked}={show_value(default)}")
    return ", ".join(shown)


def block_signatures() -> dict[str, str]:
    """The shipped blocks with their arguments; ``*`` marks what a bare value sets."""
    found = {}
    for name, block in shipped_blocks().items():
        shown = []
        for argument, default in block.arguments.items():
            marked = f"{argument}*" if argument == block.obvious else argument
            shown.append(marked if default is None else f"{marked}={default.text}")
        found[name] = ", ".join(shown)
    return found


def functions(width: int) -> str:
    rows = (text.partition(": ") for text in FUNCTIONS.values())
    return table({call: does for call, _, does in rows}, width, most=30)
