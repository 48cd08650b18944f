"""``archcalc layers``: the vocabulary, and the reference page of one layer, from its class."""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from archcalc.cli import options
from archcalc.layers import CONTENTS, FAMILY, find
from archcalc.render import writer
from archcalc.render.style import Style


@click.command("layers")
@click.argument("name", required=False, shell_complete=options.completing("layers"))
@options.form("layers")
def command(name: str | None, form: str) -> None:
    """List the layer types by family, or print one layer's page: arguments, rules, operations, an example.

    \b
        archcalc layers
        archcalc layers conv_transpose
    """
    document, found = ("layers", vocabulary()) if name is None else ("layer", layer_page(name))
    writer(document, form)(found, sys.stdout, Style())


def vocabulary() -> dict[str, Any]:
    """Every family with its layers and what each does in a line (archcalc.layers/1)."""
    families = []
    for family, names in CONTENTS.items():
        layers = [{"name": name, "does": (find(name).__doc__ or "").strip().split("\n")[0]} for name in names.split()]
        families.append({"family": family, "layers": layers})
    return {"schema": "archcalc.layers/1", "families": families}


def layer_page(name: str) -> dict[str, Any]:
    """The page of a layer; raises SpecError where there is none of that name."""
    from archcalc.analysis.layer_page import page, split_docstring
    from archcalc.errors import Source, SpecError, unknown
    from archcalc.spec.foreign import layer
    from archcalc.spec.load import load_network
    from archcalc.spec.source import Located

    if name not in FAMILY:
        meant, listed = layer(name), "'archcalc layers' lists them"
        meant = meant if meant in FAMILY else None
        raise SpecError(unknown(f"no layer '{name}'", name, FAMILY, meant=meant, otherwise=listed))
    layer_type = find(name)
    _, example = split_docstring(layer_type.__doc__ or "")
    one_of_the_class = rf"- ({'|'.join(layer_type.names)})\b"  # they share its example
    example = re.sub(one_of_the_class, f"- {name}", example)
    network = load_network(Located(Source(f"the example of {name}", f"name: example\n{example}\n"), None))
    node = next(node for node in network.kept if node.type == name)
    return page(name, FAMILY[name], layer_type, example, node.applied.layer.given, list(node.applied.inputs))
