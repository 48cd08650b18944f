"""``archcalc generate``: a sequence made token by token, its multiply-adds and what is kept of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import options
from archcalc.cli.answer import answer
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Generate

TAKEN = ("prompt", "tokens", "context", "sequence", "cache", "cache_dtype", "device", "activations")
"""The options that the document takes."""


@click.command("generate")
@click.argument("spec", metavar="SPEC", shell_complete=options.completing("specs"))
@options.taking(
    *options.NETWORK,
    *options.WIDTHS,
    click.option("--prompt", type=options.ABOVE_ZERO, metavar="P", help="Tokens that are read at once."),
    click.option("--tokens", type=options.ABOVE_ZERO, metavar="N", help="Tokens that are made, one by one (1)."),
    click.option("--context", type=click.IntRange(min=0), metavar="C", help="The one step after so many tokens."),
    click.option("--sequence", metavar="NAME", help="The variable or input whose tokens are meant."),
    click.option(
        "--cache",
        default="need",
        metavar="need|all|window+N",
        help="What is kept: what windows need, all tokens in every layer, or N more than windows need.",
    ),
    click.option(
        "--cache-dtype",
        metavar="TYPE",
        shell_complete=options.completing("dtypes"),
        help="The type of what is kept; that of --dtype unless given.",
    ),
    options.device(),
    click.option(
        "--activations",
        metavar="TYPE",
        shell_complete=options.completing("dtypes"),
        help="The type that a device computes in; that of --dtype unless given.",
    ),
    click.option("--depth", type=options.ABOVE_ZERO, metavar="N", help="Show steps at that depth."),
    *options.LIMITS,
    options.form("generate"),
    *options.OUTPUT,
)
def command(spec: str, **given: Any) -> None:
    """Print what it costs to make a sequence token by token: the prompt, a token, and what is kept of the past.

    A step at context C computes one position after C others. Causal attention keeps keys and values of each token, or
    what a step with cache: true gives, of which they are made anew. Recurrent layers keep a state, causal convolutions
    their last inputs. What does not depend on the sequence is computed once. Without --prompt and --context it is the
    last token of the length in the spec. 'archcalc help generating' says what is counted.

    With --device it says how many tokens a second a device makes at most: 'archcalc help roofline'.

    \b
        archcalc generate gpt2 --prompt 100 --tokens 50
        archcalc generate llama-2-7b --context 4095 --dtype float16 --batch 8
        archcalc generate gemma3 --context 8192 --dtype bfloat16 --cache all
        archcalc generate llama-2-7b --prompt 2000 --dtype int4 --device h100 --activations float16
    """
    from archcalc.api.generating import generate_document

    def build(request: Request) -> Generate:
        return generate_document(request, **{name: given[name] for name in TAKEN})

    answer("generate", spec, given, build, depth=given["depth"])
