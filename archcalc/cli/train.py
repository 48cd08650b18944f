"""``archcalc train``: one step of training, its multiply-adds and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Train

TAKEN = (
    *("optimizer", "precision", "gradients", "zero", "devices", "checkpoint", "samples", "dropout_mask"),
    *("freeze", "train_only"),
)
"""The options that the document takes."""


def patterns(name: str, help: str) -> Any:
    return click.option(name, multiple=True, metavar="PATTERN", shell_complete=options.completing("paths"), help=help)


@click.command("train")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    *options.NETWORK,
    click.option(
        "--optimizer",
        default="adamw",
        metavar="NAME",
        shell_complete=options.completing("optimizers"),
        help="none, sgd, momentum, adam, adamw, adafactor or adam8bit.",
    ),
    click.option(
        "--precision",
        default="float32",
        metavar="NAME",
        shell_complete=options.completing("precisions"),
        help="float32, mixed or bfloat16: of weights, gradients and activations.",
    ),
    click.option(
        "--gradients",
        metavar="TYPE",
        shell_complete=options.completing("dtypes"),
        help="The type of the gradients; the precision's unless given.",
    ),
    click.option("--zero", type=click.IntRange(0, 3), default=0, metavar="1|2|3", help="The stage of ZeRO."),
    click.option("--devices", type=options.ABOVE_ZERO, metavar="N", help="Devices that ZeRO divides among."),
    patterns("--checkpoint", "Steps to compute anew, or auto=BUDGET for the best choice of steps at the top."),
    patterns("--freeze", "Steps whose weights do not train."),
    patterns("--train-only", "Steps whose weights alone train."),
    click.option("--samples", type=options.ABOVE_ZERO, metavar="N", help="What a run over so many samples costs too."),
    click.option(
        "--dropout-mask",
        type=click.Choice(["input", "byte"]),
        default="input",
        help="What a dropout keeps for each element: a number of its input's type, or a byte as on a GPU.",
    ),
    options.count("mac or torch"),
    click.option("--depth", type=options.ABOVE_ZERO, metavar="N", help="Show steps at that depth."),
    *options.LIMITS,
    options.form("train"),
    *options.OUTPUT,
)
def command(spec: str, **given: Any) -> None:
    """Print what one step of training costs: the multiply-adds of both passes, and the memory of one device.

    Multiply-adds of the backward pass are those of the gradients of weights and of activations: none for frozen
    weights, none where nothing before has a gradient. Kept is what PyTorch's autograd keeps for it, to the byte.
    'archcalc help training' has the recipes, and what is counted.

    \b
        archcalc train resnet50 --batch 32
        archcalc train gpt2 --precision mixed --zero 2 --devices 8
        archcalc train gpt2 --batch 8 --checkpoint auto=16GB
        archcalc train resnet50 --train-only linear1
    """
    from archcalc.api.training import train_document

    def build(request: Request) -> Train:
        return train_document(request, **{name: given[name] for name in TAKEN})

    answer("train", spec, given, build, depth=given["depth"])
