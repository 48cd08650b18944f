"""The reference of training, ``archcalc help training``: what is counted, and the table of recipes."""

from __future__ import annotations

from archcalc.costs.recipes import OPTIMIZERS, PRECISIONS, Recipe, a_parameter
from archcalc.language.prose import WIDTH, filled, sections, table

INTRODUCTION = """\
'archcalc train SPEC' says what one step of training costs on one device.

    archcalc train resnet50 --batch 32
    archcalc train gpt2 --precision mixed --optimizer adamw --zero 2 --devices 8
    archcalc train gpt2 --batch 8 --checkpoint auto=16GB"""

COUNTED = """\
forward: multiply-adds as 'archcalc show' has them. backward, weights: those of
the gradients of weights, none for frozen ones (trainable: false, --freeze,
--train-only). backward, inputs: those of the gradients of activations, none
where nothing before has a gradient. kept: what PyTorch's autograd keeps for the
backward pass in training mode, as torch.autograd.graph.saved_tensors_hooks shows
it on the meta device: distinct storages, parameters and buffers left out, the
network's input where a layer keeps it. Attention is one kernel, which keeps
queries, keys, values, its output and a number a query. A dropout keeps a number
of its input's type an element; --dropout-mask byte a byte, as on a GPU."""

AGAIN = """\
--checkpoint PATTERN names steps that are computed anew in the backward pass: of
each only what it reads is kept. --checkpoint auto=24GB chooses steps at the top
so that all four kinds of memory stay within 24 GB and the least is computed
anew."""

STATES = """\
Bytes a parameter: of the weight, of its gradient, and of the optimizer with its
float32 copy of the weights where the precision is mixed (for a large matrix,
rounded down). --gradients float32 makes gradients 4 bytes: adamw mixed is then
18 in place of 16. --zero 1 divides the optimizer's part among --devices, 2 the
gradients too, 3 the weights too. A frozen weight has no gradient and no state."""

BOUND = """\
in all is parameters, gradients, optimizer and what is kept. peak is a bound from
below: the three states, what is kept at some time of the backward pass, and the
gradient of one layer's output, or what one step that is computed anew keeps.
No kernel's workspace is in it."""

ELSEWHERE = """\
train_memory, kept_bytes and backward_macs, with adamw, are figures of other
commands too, in mixed precision with --dtype float16 and in bfloat16 with that:
limits of 'archcalc check', changes in 'archcalc diff', derived by
'archcalc explain SPEC --figure kept_bytes', and closed forms:

    archcalc formula gpt2 --vars T,batch --figure kept_bytes"""


def reference(width: int = WIDTH) -> str:
    """The page, for a terminal of so many columns."""
    recipes = {
        f"{name}, {precision}": " + ".join(map(str, found)) + f" = {sum(found)}"
        for name in OPTIMIZERS
        for precision in PRECISIONS
        for found in [a_parameter(Recipe(name, precision))]
    }
    return sections(
        {
            "Training": filled(INTRODUCTION, width),
            "What is counted": filled(COUNTED, width),
            "Less memory for more computation": filled(AGAIN, width),
            "Recipes": "\n\n".join([filled(STATES, width), table(recipes, width)]),
            "Precisions": table({name: one.words for name, one in PRECISIONS.items()}, width),
            "Optimizers": table({name: one.words for name, one in OPTIMIZERS.items()}, width),
            "The bound": filled(BOUND, width),
            "In other commands": filled(ELSEWHERE, width),
        }
    )
