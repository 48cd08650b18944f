"""What archcalc knows, as plain data: layers, ways of counting, shipped specs, schemas; and names for completion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.building.load import load_network
from archcalc.conventions import CONVENTIONS, NEWEST, find_convention
from archcalc.errors import Source, SpecError, unknown
from archcalc.layers import CONTENTS, FAMILY, find
from archcalc.request import ALL_CONVENTIONS, Request, settled
from archcalc.sources import shipped
from archcalc.sources.source import Located, locate

if TYPE_CHECKING:
    from archcalc.layers.arguments import Schema
    from archcalc.report import documents


def vocabulary() -> documents.Layers:
    """Every family with its layers, what holds steps, and the shipped blocks, each in a line (archcalc.layers/1)."""
    from archcalc.api.structures import blocks, structures

    families = {
        family: {name: (find(name).__doc__ or "").strip().split("\n")[0] for name in names.split()}
        for family, names in CONTENTS.items()
    }
    families |= {"structures": structures(), "blocks": blocks()}
    return {
        "schema": "archcalc.layers/1",
        "families": [
            {"family": family, "layers": [{"name": name, "does": does} for name, does in layers.items()]}
            for family, layers in families.items()
        ],
    }


def layer_page(name: str) -> documents.Layer | documents.Structure:
    """The page of a layer (archcalc.layer/1), or of a structure or block (archcalc.structure/1).

    Raises SpecError for an unknown name.
    """
    from archcalc.api import structures
    from archcalc.derivation.layer_page import page, split_docstring
    from archcalc.language.custom import Custom

    known = layer_names()
    if name not in known:
        from archcalc.language.foreign import layer

        meant, listed = layer(name), "'archcalc layers' lists them"
        meant = meant if meant in known else None
        raise SpecError(unknown(f"no layer '{name}'", name, known, meant=meant, otherwise=listed))
    if name in structures.names():
        return structures.page(name)
    layer_type = Custom if name == "custom" else find(name)
    _, example = split_docstring(layer_type.__doc__ or "")
    one_of_the_class = rf"- ({'|'.join(layer_type.names)})\b"  # they share its example
    example = re.sub(one_of_the_class, f"- {name}", example)
    network = load_network(Located(Source(f"the example of {name}", f"name: example\n{example}\n"), None))
    node = next(node for node in network.kept if node.type == name)
    family = FAMILY.get(name, "structures")
    return page(name, family, layer_type, example, node.applied.layer.given, list(node.applied.inputs))


def conventions(*names: str) -> documents.Conventions:
    """The ways of counting, or those named, with their rules and the groups of layer types (archcalc.count/1).

    Raises SpecError for an unknown name.
    """
    from archcalc.conventions.groups import GROUPS

    return {
        "schema": "archcalc.count/1",
        "conventions": [
            {
                "name": convention.name,
                "version": convention.version or None,
                "unit": convention.unit,
                "counts": convention.counts,
                "source": convention.source,
                "rules": {
                    group: {"sign": rule.sign, "counts": rule.words}
                    for group in GROUPS
                    if (rule := convention.rules.get(group))
                },
                "wrong": [{"reason": reason, "networks": names.split()} for reason, names in convention.wrong.items()],
                "notes": [*convention.notes],
            }
            for convention in map(find_convention, names or NEWEST)
        ],
        "kinds": {group: types.split() for group, types in GROUPS.items()},
    }


def shipped_specs(*words: str) -> documents.Specs:
    """The shipped specs that mention all the words, with their variants and figures (archcalc.specs/1)."""
    found = [spec for spec in shipped.catalogue() if all(word.lower() in searched(spec) for word in words)]
    return {"schema": "archcalc.specs/1", "specs": found}


def searched(spec: documents.ShippedSpec) -> str:
    """What a word is looked for in."""
    variants = [variant["name"] for variant in spec["variants"]]
    return " ".join([spec["name"], spec["field"], *variants, spec["description"], spec["source"]]).lower()


MANUALS = {
    "spec": "archcalc.language.manual",
    "budget": "archcalc.budget.manual",
    "widths": "archcalc.language.widths_manual",
    "counting": "archcalc.api.counting",
    "training": "archcalc.api.training_manual",
    "generating": "archcalc.api.generating_manual",
    "roofline": "archcalc.api.roofline_manual",
}
"""The reference pages by what they are about, each with the module that has it."""


def manual(topic: str, columns: int | None) -> str:
    """A reference page for a terminal of so many columns, or for a pipe."""
    from importlib import import_module

    from archcalc.language.prose import WIDEST, WIDTH

    page: str = import_module(MANUALS[topic]).reference(min(columns, WIDEST) if columns else WIDTH)
    return page


def schema(name: str) -> Schema:
    """The JSON Schema of specs, of archcalc.yaml (``budgets``), of a file of widths or a device, or of a JSON output.

    Raises SpecError for an unknown name.
    """
    known = schema_names()
    if name not in known:
        raise SpecError(unknown(f"no schema '{name}'", name, known, otherwise=f"there are {', '.join(known)}"))
    if name == "widths":
        from archcalc.language.widths import widths_schema

        return widths_schema()
    if name == "device":
        from archcalc.language.device import device_schema

        return device_schema()
    if name == ROW:
        from archcalc.report.schema import row_schema

        return row_schema()
    if name not in READ:
        from archcalc.report.schema import output_schema

        return output_schema(name)
    from archcalc.budget.keys import budget_schema, file_schema
    from archcalc.language.json_schema import spec_schema

    return file_schema() if name == "budgets" else spec_schema(CONVENTIONS, budget_schema())


READ = ("spec", "budgets", "widths", "device")
"""What has a schema and is read, not printed."""
ROW = "sweep"
"""What is printed a line a variant."""


# Names that a shell completes


def spec_names() -> list[str]:
    return shipped.names()


def layer_names() -> list[str]:
    """Layer types, what holds steps, and shipped blocks."""
    from archcalc.api import structures

    return [*FAMILY, "custom", *structures.names()]


def convention_names() -> list[str]:
    return [ALL_CONVENTIONS, *CONVENTIONS]


def optimizer_names() -> list[str]:
    from archcalc.costs.recipes import OPTIMIZERS

    return [*OPTIMIZERS]


def precision_names() -> list[str]:
    from archcalc.costs.recipes import PRECISIONS

    return [*PRECISIONS]


def device_names() -> list[str]:
    from archcalc.costs.devices import shipped_devices

    return [name for device in shipped_devices().values() for name in (device.name, *device.also)]


def schema_names() -> list[str]:
    from archcalc.report.documents import OUTPUTS

    return [*READ, *OUTPUTS, ROW]


def column_names() -> list[str]:
    from archcalc.report.columns import LAYER_COLUMNS

    return [column.name for column in LAYER_COLUMNS]


def figure_names() -> list[str]:
    from archcalc.report.figures import KNOWN

    return [*KNOWN]


def variants_of(spec: str) -> list[str]:
    """The names of a spec's variants; none if it cannot be read."""
    from archcalc.language.yaml_tree import read

    try:
        found = settled(locate(spec))
        root = read(found.source) if found.file is None else None
    except SpecError:
        return []
    node = root.value.get("variants") if root is not None and root.is_mapping else None
    return [*node[1].value] if node and node[1].is_mapping else []


def paths_of(spec: str) -> list[str]:
    """The paths of a spec's layers; none if it is wrong."""
    from archcalc.graph.repetition import renamed, walk

    try:
        return [renamed(node.path, repetition) for node, repetition in walk(Request(spec).network())]
    except SpecError:
        return []
