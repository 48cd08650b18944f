"""A file compiled: its keys and those of its blocks, with everything that is wrong in them."""

from __future__ import annotations

import re
from typing import Any

from archcalc.errors import Source, SpecError, did_you_mean, nearest, option, unknown
from archcalc.language import foreign
from archcalc.language.keys import BLOCK_KEYS, DTYPES, FILE_KEYS, LISTS, RESERVED, VERSION_1, Keys
from archcalc.language.names import read_identifier, read_name
from archcalc.language.parts import ANY, LAYOUTS, Block, Document, Input, Step
from archcalc.language.problems import Problems
from archcalc.language.steps import compile_steps, unknown_argument
from archcalc.language.values import Value, compile_value, literal_value
from archcalc.language.words import find_word
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_tree import read
from archcalc.meter import OutOfWork


def read_document(source: Source, path: str | None, problems: Problems, imports: Any) -> Document:
    """The parts of a file. What is wrong with them goes to ``problems``; raises SpecError if it is no YAML mapping."""
    document = Document(source, path, problems, imports)
    try:
        node = read(source)
    except OutOfWork:
        raise
    except SpecError as error:
        problems.add(*error.diagnostics)
        problems.stop()
    document.span = node.inside(0, node.stop - node.start)  # only the place: the tree may be freed
    compile_file(document, node, problems)
    return document


def compile_file(document: Document, node: Node, problems: Problems) -> None:
    if not isinstance(node.value, dict):
        problems.say("a spec is a mapping of keys: name, input, layers, ...", node.span)
        problems.stop()
    listed = f"a file's keys are {', '.join(FILE_KEYS)}"
    given = as_meant(node, FILE_KEYS, "unknown key", problems, listed)
    compile_head(document, given, problems)
    compile_vars(document, given, problems)
    if "import" in given:
        for block in document.imports.blocks_of(document, given["import"]):
            document.imported.setdefault(block.name, []).append(block)
    headers = compile_block_headers(document, given, problems)
    own = document.imported.keys() | document.blocks.keys()
    document.words = document.imports.words | own if own else document.imports.words
    compile_defaults(document, given, problems)
    for block, body in headers:
        if body is not None:
            block.steps = compile_steps(body, document, problems, "layers")
    if "layers" in given:
        document.layers = compile_steps(given["layers"], document, problems, "layers")
        if not document.layers and isinstance(given["layers"].value, list):
            problems.say("layers is empty: a network has at least one step", given["layers"].span)
        if document.inputs is None and "input" not in given:
            place = node.value["layers"][0].span if "layers" in node.value else node.span
            problems.say("a file with layers needs 'input'", place, help="such as input: [3, 224, 224]")
    elif not document.blocks and "import" not in given and not problems:
        problems.say("a spec needs 'layers', or 'blocks' for other files to import", node.span)


def compile_head(document: Document, given: dict[str, Node], problems: Problems) -> None:
    version = given.get("archcalc")
    if version is not None and (version.value != 1 or version.value is True):
        problems.say(f"this archcalc reads version 1 of the spec language, not {version.text}", version.span)
    if "name" not in given:
        problems.say("a spec needs a name", document.span, help="begin the file with name: and a word")
    else:
        document.name = prose(given["name"], "name", problems)
    if "description" in given:
        document.description = prose(given["description"], "description", problems)
    if "source" in given:
        prose(given["source"], "source", problems)
    if "layout" in given:
        layout = given["layout"]
        if layout.text not in (*LAYOUTS, ANY):
            message = f"layout is CHW, HWC or any, not {layout.text or 'empty'}"
            meant = foreign.layout(layout.text)
            problems.add(unknown(message, layout.text, (*LAYOUTS, ANY), layout.span, meant=meant))
        document.layout = layout.text
    if "count" in given:
        document.count = given["count"]
    document.budget = given.get("budget")
    if "input" in given:
        compile_input(document, given["input"], problems)


def prose(node: Node, word: str, problems: Problems) -> str:
    if node.value is None or isinstance(node.value, (list, dict)) or not node.text.strip():
        problems.say(f"{word} takes text", node.span)
    return node.text


def compile_input(document: Document, node: Node, problems: Problems) -> None:
    document.inputs = []
    if isinstance(node.value, dict) and "shape" not in node.value:
        document.several_inputs = True
        for name, (key, value) in node.value.items():
            if name in ("shape", "dtype"):
                problems.say(
                    f"an input may not be called '{name}'",
                    key.span,
                    help="one input is {shape: [...], dtype: int64}",
                )
            elif read_name(key, problems, "input"):
                compile_one_input(document, name, value, problems)
        if not node.value:
            problems.say("input takes a shape, such as [3, 224, 224]", node.span)
    else:
        compile_one_input(document, "input", node, problems)


def compile_one_input(document: Document, name: str, node: Node, problems: Problems) -> None:
    dtype, shape = "float32", node
    if isinstance(node.value, dict):
        for word, (key, value) in node.value.items():
            if word == "dtype":
                dtype = value.text
                if dtype not in DTYPES:
                    meant, listed = foreign.dtype(dtype), f"one of {', '.join(DTYPES)}"
                    message = f"unknown dtype '{dtype}'"
                    problems.add(unknown(message, dtype, DTYPES, value.span, meant=meant, otherwise=listed))
            elif word != "shape":
                message = f"an input has shape and dtype, not '{word}'"
                problems.add(unknown(message, word, ("shape", "dtype"), key.span))
        if "shape" not in node.value:
            problems.say("an input needs its shape", node.span)
        else:
            shape = node.value["shape"][1]
    axes = None
    if isinstance(shape.value, list) and shape.value and shape.value[0].value is None:
        problems.say("an axis of input is empty", shape.value[0].span, help=no_batch())
    else:
        axes = compile_shape(shape, problems, "input")
        tell_order(document, shape, "input", problems)
    if document.inputs is not None:
        document.inputs.append(Input(name, axes, dtype, shape.span))


def no_batch() -> str:
    advice = f"{option('batch', 'N')} multiplies what grows with the batch"
    return f"a shape has no batch axis: leave it out; {advice}"


def compile_vars(document: Document, given: dict[str, Node], problems: Problems) -> None:
    for name, key, node in entries(given.get("vars"), "vars", "{NAME: value, ...}", problems):
        if not read_identifier(key, problems, "variable"):
            document.misnamed.update(re.findall(r"\w+", name))
        else:
            value = compile_value(node, problems, f"variable '{name}'")
            document.var_spans[name] = key.span
            if value is not None:
                document.vars[name] = value
    for name, key, node in entries(given.get("variants"), "variants", "{NAME: {VAR: value}, ...}", problems):
        read_name(key, problems, "variant")
        document.variants[name] = chosen = {}
        if node.value is None:
            continue
        for var, var_key, value_node in entries(node, f"variant '{name}'", "{VAR: value, ...}", problems):
            if var not in document.var_spans:
                message = f"variant '{name}' sets '{var}', which is no variable of this file"
                problems.add(unknown(message, var, document.var_spans, var_key.span))
                continue
            value = compile_value(value_node, problems, var)
            if value is not None:
                chosen[var] = value


def compile_block_headers(
    document: Document, given: dict[str, Node], problems: Problems
) -> list[tuple[Block, Node | None]]:
    found = []
    for name, key, node in entries(given.get("blocks"), "blocks", "{NAME: {layers: [...]}, ...}", problems):
        block = Block(name, document, key.span)
        document.blocks[name] = block
        if read_name(key, problems, "block") and (name in VERSION_1 or name in LISTS):
            problems.say(f"'{name}' is a layer type: a block may not take its name", key.span)
        body = None
        entries(node, f"block '{name}'", "{layers: [...]}", problems)
        given_keys = as_meant(node, BLOCK_KEYS, "a block has input, args and layers, not", problems)
        for word, value in given_keys.items():
            if word == "layers":
                body = value
            elif word == "args":
                compile_block_arguments(block, value, problems)
            elif word == "input":
                block.input = compile_block_input(value, problems)
                tell_order(document, value, "input", problems)
        if body is None and isinstance(node.value, dict):
            problems.say(f"block '{name}' needs 'layers'", key.span)
        found.append((block, body))
    return found


def compile_block_input(node: Node, problems: Problems) -> list[Value] | None:
    axes = compile_shape(node, problems, "input")
    for axis in axes or ():
        if axis.name in RESERVED:
            problems.say(f"an axis may not be called '{axis.name}': the word is reserved", axis.span)
    return axes


def tell_order(document: Document, node: Node, what: str, problems: Problems) -> None:
    """A file of layout any cannot say the shape of an image."""
    if document.layout == ANY and isinstance(node.value, list) and len(node.value) > 2:
        help = "leave it out and write prev[channels], or say layout: CHW or HWC"
        problems.say(
            f"{what} has an order, which layout: any leaves open for the axes of an image", node.span, help=help
        )


def compile_block_arguments(block: Block, node: Node, problems: Problems) -> None:
    if isinstance(node.value, list) and all(isinstance(item.value, str) for item in node.value):
        names = [item.text for item in node.value]
        help = f"write args: {{{', '.join(f'{name}: required' for name in names)}}}"
        problems.say("args takes {ARG: default | required | tensor}", node.span, help=help)
        block.arguments = dict.fromkeys(names)
        return
    for name, key, value in entries(node, "args", "{ARG: default | required | tensor}", problems):
        read_identifier(key, problems, "argument")
        if value.value == "required" or value.value == "tensor":
            block.arguments[name] = None
            if value.value == "tensor":
                block.tensors.add(name)
                block.literal.add(name)
        else:
            label = did_you_mean(value.text, ("required", "tensor")) if isinstance(value.value, str) else None
            if label and value.text not in block.document.var_spans and value.text not in node.value:
                problems.say(f"'{value.text}' is not known here", value.span, label=label)
                block.arguments[name] = None
                continue
            default = compile_value(value, problems, name)
            if default is not None:
                block.arguments[name] = default


def compile_defaults(document: Document, given: dict[str, Node], problems: Problems) -> None:
    for name, key, node in entries(given.get("defaults"), "defaults", "{LAYER: {ARG: value}, ...}", problems):
        if name in LISTS:
            problems.say(f"{name} has no arguments to give defaults for", key.span)
            continue
        found = find_word(document, name, key.span, problems)
        if found is None:
            continue
        document.defaults[name] = values = {}
        document.default_spans[name] = key.span
        for argument, argument_key, value_node in entries(node, f"defaults of {name}", "{ARG: value}", problems):
            if argument not in found.arguments:
                unknown_argument(Step(key.span, name), argument_key, set(found.arguments), problems, value_node)
            elif isinstance(found, Block) and argument in found.literal:
                problems.say(
                    f"'{argument}' of '{name}' has no default: write it where '{name}' is called", argument_key.span
                )
            elif isinstance(found, type) and getattr(found.arguments[argument][0], "literal", False):
                values[argument] = literal_value(value_node)
            else:
                value = compile_value(value_node, problems, argument)
                if value is not None:
                    values[argument] = value


def as_meant(node: Node, keys: Keys, what: str, problems: Problems, otherwise: str | None = None) -> dict[str, Node]:
    """The values of a mapping by key. An unknown key is an error, and then stands for the key that was meant."""
    if not isinstance(node.value, dict):
        return {}
    given: dict[str, Node] = {}
    for word, (key, value) in node.value.items():
        if word in keys:
            given[word] = value
        else:
            meant = foreign.key(word.lower(), keys) or nearest(word, keys)
            problems.add(unknown(f"{what} '{word}'", word, keys, key.span, meant=meant, otherwise=otherwise))
            if meant is not None:
                given.setdefault(meant, value)
    return given


def entries(node: Node | None, what: str, form: str, problems: Problems) -> list[tuple[str, Node, Node]]:
    """The (text, key, value) of a mapping. Anything else is a problem, and gives nothing."""
    if node is None:
        return []
    if not isinstance(node.value, dict):
        problems.say(f"{what} takes {form}", node.span)
        return []
    return [(word, key, value) for word, (key, value) in node.value.items()]


def compile_shape(node: Node, problems: Problems, what: str) -> list[Value] | None:
    """The axes of a shape as written."""
    if not isinstance(node.value, list):
        problems.say(f"{what} takes a shape, such as [3, 224, 224]", node.span)
        return None
    axes = [compile_value(item, problems, f"an axis of {what}", none_allowed=False) for item in node.value]
    return None if None in axes else axes  # type: ignore[return-value]
