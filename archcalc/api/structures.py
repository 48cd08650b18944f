"""The pages of words that are no layer types: those that hold steps, and the blocks that ship with archcalc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.api.formulas import closed_forms
from archcalc.derivation.formula_document import formula_document
from archcalc.errors import Source, SpecError
from archcalc.language.custom import Custom
from archcalc.language.examples import EXAMPLES
from archcalc.language.json_schema import shipped_blocks
from archcalc.language.keys import LISTS, STEP_KEYS, Key
from archcalc.language.parts import Block
from archcalc.language.yaml_tree import read
from archcalc.layers.axes import LETTERS
from archcalc.request import Request
from archcalc.sources import shipped
from archcalc.sources.source import Located

if TYPE_CHECKING:
    from archcalc.layers.arguments import Schema
    from archcalc.report.documents import Structure, StructureArgument, StructureExample, StructureText

BESIDE = f"The keys of a step may stand beside it: {', '.join(STEP_KEYS)}."
FIGURES = ("params", "macs", "activations")
NOTHING: StructureExample = {"example": None, "figures": {}, "outputs": [], "assumes": []}


def structures() -> dict[str, str]:
    """The words that hold steps, each with what it does."""
    does = {name: key.words for name, key in LISTS.items()}
    return {**does, "custom": (Custom.__doc__ or "").partition("\n")[0]}


def blocks() -> dict[str, str]:
    """The shipped blocks, each with what it is."""
    return {name: block.document.description for name, block in shipped_blocks().items()}


def names() -> list[str]:
    """Those of all of them, without reading a file."""
    return [*LISTS, *shipped.index()["blocks"]]


def page(name: str) -> Structure:
    """The page of one of them (archcalc.structure/1)."""
    example = EXAMPLES.get(name)
    found = structure(LISTS[name]) if name in LISTS else block_page(shipped_blocks()[name])
    return {
        "schema": "archcalc.structure/1",
        "name": name,
        **found,
        **(computed(name, example) if example else NOTHING),
    }


def structure(key: Key) -> StructureText:
    keys: list[StructureArgument] = [
        {"name": name, "takes": schema["description"], "required": name in found["required"], "default": None}
        for found in objects(key.schema_for())
        for name, schema in found["properties"].items()
    ]
    return {
        "family": "structures",
        "description": f"{key.words}\n\n{BESIDE}",
        "source": None,
        "arguments": keys,
        "text": None,
    }


def objects(schema: Schema) -> list[Schema]:
    """The alternatives of a schema that are mappings of known keys."""
    return [one for one in (schema, *schema.get("anyOf", ())) if "properties" in one]


def block_page(block: Block) -> StructureText:
    arguments: list[StructureArgument] = [
        {
            "name": name,
            "takes": "the name of a tensor" if name in block.tensors else "",
            "required": default is None,
            "default": default.text if default else None,
        }
        for name, default in block.arguments.items()
    ]
    document = block.document
    return {
        "family": "blocks",
        "description": f"{document.description}.",
        "source": source_of(document.source),
        "arguments": arguments,
        "text": steps_of(document.source),
    }


def source_of(source: Source) -> str:
    return str(read(source).value["source"][1].text)


def steps_of(source: Source) -> str:
    """The lines of the file behind what it says of itself."""
    keys = read(source).value
    first = min(key.span.line for word, (key, _) in keys.items() if word not in ("name", "description", "source"))
    return "\n".join(source.text.splitlines()[first:]).rstrip()


def computed(name: str, example: str) -> StructureExample:
    """The figures and outputs of the example in the names of its variables and of its inputs' axes."""
    located = Located(Source(f"the example of {name}", f"name: example\n{example}"), None)
    request = Request(located)
    network = request.network()
    free = [*read(located.source).value["vars"][1].value] if "vars" in read(located.source).value else []
    several = len(network.inputs) > 1
    for input_name, tensor in network.inputs.items():
        free += [f"{input_name}_{axis}" if several else axis for axis in LETTERS[len(tensor.shape or ())]]
    found = formula_document(closed_forms(request, usable(request, free), False))
    return {
        "example": example,
        "figures": {
            name: {"text": found["figures"][name]["text"], "at": found["figures"][name]["at"]} for name in FIGURES
        },
        "outputs": [[dim["text"] for dim in shape] for shape in found["outputs"]],
        "assumes": [one["text"] for one in found["assumptions"]],
    }


def usable(request: Request, names: list[str]) -> list[str]:
    """The names, one after the other, that can stay names beside those before."""
    found: list[str] = []
    for name in names:
        try:
            closed_forms(request, [*found, name], False)
        except SpecError:
            continue
        found.append(name)
    return found
