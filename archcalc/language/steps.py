"""A list of steps compiled: their keys and arguments, with everything that is wrong in them."""

from __future__ import annotations

from archcalc.errors import Span, did_you_mean, nearest, unknown
from archcalc.language import foreign
from archcalc.language.keys import LISTS, PARTS, STEP_KEYS
from archcalc.language.names import read_name, read_reference, read_references
from archcalc.language.parts import Document, Step
from archcalc.language.problems import Problems
from archcalc.language.values import Value, compile_value, literal_value
from archcalc.language.words import find_word, foreign_step, known_word
from archcalc.language.yaml_nodes import Node
from archcalc.layers import FAMILY
from archcalc.layers.arguments import Integer
from archcalc.layers.base import Missing
from archcalc.meter import charge

STEP = 8
"""Units of work that a step takes to be compiled, its values apart."""

DIGITS = tuple("0123456789")

VALUE_KEYS = tuple(key.name for key in STEP_KEYS.values() if key.is_value)


def compile_steps(node: Node, document: Document, problems: Problems, what: str) -> list[Step]:
    """The steps of a list."""
    if not isinstance(node.value, list):
        problems.say(f"{what} takes a list of steps", node.span, help="begin each step with '- '")
        return []
    steps = [compile_step(item, document, problems) for item in node.value]
    check_names(steps, problems)
    return steps


def check_residual(steps: list[Step], has_shortcut: bool, problems: Problems) -> None:
    """Report a name in a residual that is a path of its own."""
    own = {"add": "addition", "shortcut": "shortcut"} if has_shortcut else {"add": "addition"}
    for step in steps:
        for name in own.keys() & set(step.names or ()):
            problems.say(f"'{name}' is the path of the residual's own {own[name]}", step.places["name"])


def check_names(steps: list[Step], problems: Problems) -> None:
    """Report a name that is given twice in a list, or that is the path of another step."""
    paths, seen, numbers = dict[str, Step](), dict[str, Step](), dict[str, int]()
    for step in steps:
        if step.type is not None:
            numbers[step.type] = numbers.get(step.type, 0) + 1
            step.taken = seen
            if step.name is None:
                paths[numbered(step.type, numbers[step.type])] = step
    for step in steps:
        for name in step.names or ():
            if name in seen and seen[name] is not step:
                line = seen[name].span.line + 1
                problems.say(f"two steps are called '{name}'", step.places["name"], label=f"first in line {line}")
            elif paths.get(name, step) is not step:
                line = paths[name].span.line + 1
                problems.say(f"'{name}' is the path of the step in line {line}", step.places["name"])
            seen.setdefault(name, step)


def numbered(type: str, number: int) -> str:
    """The path of an unnamed step: conv2; relu6_1, for a number that follows a digit could be read with it.

    And so with what ends in a digit and ``_``: else block a_ and block a1_ ... would meet.
    """
    return f"{type}{'_' if type.rstrip('_').endswith(DIGITS) else ''}{number}"


def compile_step(node: Node, document: Document, problems: Problems) -> Step:
    charge(STEP, node)
    if isinstance(node.value, str):
        step = Step(node.span, node.value)
        body = what_it_is(step, document, problems, node.span, None)
        if step.type in LISTS:
            help = f"write '- {step.type}:' and the steps below it"
            problems.say(f"{step.type} holds steps of its own", node.span, help=help)
            step.broken = True
        elif body is not None and not step.broken:  # it was a call
            compile_arguments(step, node, body, problems)
        return step
    if not isinstance(node.value, dict) or not node.value:
        help = "such as '- relu' or '- conv: {out: 64, kernel: 3}'"
        problems.say("a step is a layer, or a layer with its arguments", node.span, help=help)
        return broken(node)
    words = [key for key in node.value if key not in STEP_KEYS]
    if len(words) > 1:
        several_layers(node, words, document, problems)
        return broken(node)
    if not words:
        return compile_bare_step(node, problems)
    key, body = node.value[words[0]]
    step = Step(key.span, words[0])
    body = what_it_is(step, document, problems, key.span, body)
    if body is not None and not step.broken:
        compile_body(step, node, body, document, problems)
    compile_step_keys(step, node, problems)
    if step.layer is not None and step.reads is not None and FAMILY.get(words[0]) == "merge":
        step.passes_one = 1 not in step.layer.reads and any(reference.starred for reference in step.reads)
    return step


def broken(node: Node) -> Step:
    """A step that could not be read. Its tensors have no known shape, and cause no further error."""
    step = Step(node.span, None)
    step.broken = True
    if isinstance(node.value, dict):
        compile_name(step, node, Problems())
    return step


def several_layers(node: Node, words: list[str], document: Document, problems: Problems) -> None:
    first, *others = words
    found = f"a step has one layer; found {', '.join(words[:-1])} and {words[-1]}"
    layer = find_word(document, first, node.span, problems) if first in document.words else None
    allowed = set(layer.arguments) if layer else set()
    belongs = others[0] in allowed or told_elsewhere(first, node.value[others[0]], allowed)
    if not belongs and first == "parallel":
        belongs = node.value[first][1].value is None and isinstance(node.value[others[0]][1].value, list)
    if belongs:
        found += f": indent '{others[0]}' under '{first}'"
        problems.say(found, node.value[others[0]][0].span)
    elif first not in document.words and first not in LISTS and nearest(first, STEP_KEYS):
        problems.add(unknown(found, first, STEP_KEYS, node.value[first][0].span))
    elif others[0] in document.words or others[0] in LISTS:
        problems.say(found, node.value[others[0]][0].span, help="write one step for each")
    else:
        label, listed = did_you_mean(others[0], STEP_KEYS) or "", f"a step's own keys are {', '.join(STEP_KEYS)}"
        problems.say(found, node.value[others[0]][0].span, label=label, help=listed)


def told_elsewhere(layer: str, entry: tuple[Node, Node], allowed: set[str]) -> bool:
    """Whether a framework has this argument for the layer."""
    key, value = entry
    return foreign.argument(layer, key, value, allowed) is not None


def compile_bare_step(node: Node, problems: Problems) -> Step:
    """A step without a layer: it moves prev, names what prev is, or both."""
    extra = [key for key in node.value if key not in ("from", "name")]
    if extra:
        problems.say("a step without a layer may have only from and name", node.value[extra[0]][0].span)
        return broken(node)
    step = Step(next(iter(node.value.values()))[0].span, None)
    compile_from(step, node, problems)
    compile_name(step, node, problems)
    return step


def what_it_is(step: Step, document: Document, problems: Problems, span: Span, body: Node | None) -> Node | None:
    """Find the layer type or block that the step's word names. Returns its body, in our words."""
    word = step.type or ""
    if word in LISTS:
        return body
    found = known_word(document, word, span, problems)
    if found is None:
        found, body = foreign_step(document, word, span, body, problems)
    elif body is not None and body.is_mapping and not body.value.keys() <= found.arguments.keys():
        found, body = foreign_step(document, word, span, body, problems, found)
    if found is None:
        step.broken = True
    elif isinstance(found, type):
        step.layer, step.type = found, found.type_name
    else:
        step.block = found
    return body


def argument_names(step: Step) -> set[str]:
    found = step.layer or step.block
    return set(found.arguments) if found else set()


def compile_body(step: Step, node: Node, body: Node, document: Document, problems: Problems) -> None:
    """What stands after the layer's colon: nothing, a bare value, arguments, or steps."""
    if step.type == "parallel":
        compile_branches(step, body, document, problems)
    elif step.type == "experts" or (step.type in PARTS and has_parts(body, document)):
        compile_parts(step, body, document, problems)
    elif step.type in LISTS:
        step.steps = compile_steps(body, document, problems, step.type)
    elif isinstance(body.value, dict):
        compile_arguments(step, node, body, problems)
    elif body.value is not None:
        compile_bare_value(step, body, problems)
    if step.type == "residual":
        check_residual(step.steps or [], bool(step.branches), problems)


def has_parts(body: Node, document: Document) -> bool:
    """Whether a body has keys, and not the layers that a list of steps was meant to have."""
    return isinstance(body.value, dict) and document.words.isdisjoint(body.value)


def compile_branches(step: Step, body: Node, document: Document, problems: Problems) -> None:
    step.branches = {}
    if not isinstance(body.value, dict) or not body.value:
        problems.say("parallel takes branches: {name: [step, ...], ...}", body.span)
        step.broken = True
        return
    for key, steps in body.value.values():
        read_name(key, problems, "branch")
        step.branches[key.text] = compile_steps(steps, document, problems, f"branch '{key.text}'")


def compile_parts(step: Step, body: Node, document: Document, problems: Problems) -> None:
    """Steps with keys beside them, such as ``{count: n, active: k, layers: [...]}`` of experts."""
    keys, required = PARTS[step.type or ""]
    if not isinstance(body.value, dict):
        problems.say("experts takes {count: n, active: k, layers: [step, ...]}", body.span)
        step.broken = True
        return
    given = {}
    for name, (key, value) in body.value.items():
        meant: str | None = name
        if name not in keys:
            meant = unknown_argument(step, key, set(keys), problems, value)
            step.broken = True
        given[meant] = value
    for name, value in given.items():
        if name == "layers":
            step.steps = compile_steps(value, document, problems, "layers")
        elif name == "shortcut":
            step.branches = {name: compile_steps(value, document, problems, name)}
        elif name is not None:
            add_argument(step.arguments, step, name, value, problems)
    for name in required:
        if name not in given:
            problems.say(f"{step.type} needs '{name}'", step.span)
            step.broken = True


def compile_arguments(step: Step, node: Node, body: Node, problems: Problems) -> None:
    allowed = argument_names(step)
    for name, (key, value) in body.value.items():
        if name in allowed:
            add_argument(step.arguments, step, name, value, problems)
            continue
        meant = unknown_argument(step, key, allowed, problems, value)
        if name in STEP_KEYS:
            node.value.setdefault(name, (key, value))  # read it where it belongs
        elif meant is not None and meant not in body.value and meant not in step.arguments:
            add_argument(step.arguments, step, meant, value, problems)
        else:
            step.broken = True


def add_argument(into: dict[str, Value], step: Step, name: str, node: Node, problems: Problems) -> None:
    """Compile one argument; a tensor's name or prose stays as it is written."""
    if step.block is not None and name in step.block.literal:
        what = f"'{name}'"
        read = read_name(node, problems, what, ()) if name == "variant" else read_reference(node, problems, what)
        step.literals = {**step.literals, name: node}
        step.broken = step.broken or read is None
        return
    value = compile_argument(step, name, node, problems)
    if value is None:
        step.broken = True
    else:
        into[name] = value


def compile_argument(step: Step, name: str, node: Node, problems: Problems) -> Value | None:
    """The value of a layer's or block's argument: an expression, or a text as it stands if the argument takes one."""
    if step.layer is None:
        return compile_value(node, problems, name)
    argument, default = step.layer.arguments[name]
    if not getattr(argument, "literal", False):
        return compile_value(node, problems, name, none_allowed=default is None)
    if node.value is None or isinstance(node.value, (list, dict)):
        problems.say(f"{name} takes {argument.describe}", node.span)
        return None
    return literal_value(node)


def unknown_argument(
    step: Step, key: Node, allowed: set[str], problems: Problems, value: Node | None = None
) -> str | None:
    """Tell an argument that the layer does not have. Returns the one that was meant, if that is known."""
    word, layer = key.text, step.type or ""
    if word in STEP_KEYS:
        problems.say(f"'{word}' belongs beside '{layer}', not inside its arguments", key.span)
        return None
    if step.block is not None and word in step.block.literal:
        problems.say(f"'{word}' is the same in every repetition: write it in the arguments of '{layer}'", key.span)
        return None
    told = foreign.argument(layer, key, value, allowed)
    if told is not None:
        problems.add(told.diagnostic)
        return told.meant
    listed = f"its arguments are {', '.join(sorted(allowed))}" if allowed else "it takes none"
    problems.add(unknown(f"{layer} has no argument '{word}'", word, allowed, key.span, otherwise=listed))
    return nearest(word, allowed)


def compile_bare_value(step: Step, body: Node, problems: Problems) -> None:
    """A value in place of arguments: a merge's list of names, or the one argument that is obvious."""
    if step.layer is not None and isinstance(body.value, list) and step.layer.obvious is None and 2 in step.layer.reads:
        step.reads = read_references(body, problems, step.type or "")
        step.put("from", body.span)
        step.broken = step.reads is None
        return
    name = step.layer.obvious if step.layer is not None else step.block.obvious if step.block else None
    if name is None:
        help = how_to_name(step)
        problems.say(f"{step.type} has no one argument that a bare value sets", body.span, help=help)
        step.broken = True
        return
    if isinstance(body.value, list) and step.layer is not None and type(step.layer.arguments[name][0]) is Integer:
        problems.say(f"{step.type} takes several arguments by name", body.span, help=how_to_name(step))
        step.broken = True
        return
    add_argument(step.arguments, step, name, body, problems)


def how_to_name(step: Step) -> str:
    """Advice for a value without its name."""
    found = step.layer or step.block
    allowed = [*found.arguments] if found is not None else []
    if not allowed:
        return f"leave it out: {step.type} takes no arguments"
    required = step.block.required if step.block else []
    if step.layer is not None:
        required = [name for name, (_, default) in step.layer.arguments.items() if default is Missing]
    if required:
        return f"name each: {step.type}: {{{', '.join(f'{name}: ...' for name in required)}}}"
    return f"name it, or leave it out: {step.type} takes {', '.join(allowed)}"


def compile_step_keys(step: Step, node: Node, problems: Problems) -> None:
    given = node.value
    compile_from(step, node, problems)
    compile_name(step, node, problems)
    if "repeat" in given:
        compile_repeat(step, given["repeat"][1], problems)
    if "first" in given:
        key, value = given["first"]
        step.first = compile_overrides(step, value, problems, "first")
        if "repeat" not in given:
            problems.say("'first' without 'repeat': it overrides arguments of the first repetition", key.span)
    if "share" in given:
        compile_share(step, given["share"][1], problems)
    if "notes" in given:
        compile_notes(step, given["notes"][1], problems)
    for name in VALUE_KEYS:
        if name in given:
            compile_value_key(step, name, given[name][1], problems)


def compile_value_key(step: Step, name: str, node: Node, problems: Problems) -> None:
    step.put(name, node.span)
    value = compile_value(node, problems, name, none_allowed=False)
    if value is None:
        step.broken = True
    else:
        step.put_value(name, value)


def compile_notes(step: Step, node: Node, problems: Problems) -> None:
    step.noted = False
    if node.text != "none":
        problems.say(f"notes takes none, not {node.text or 'nothing'}", node.span, help="leave it out to see the notes")


def compile_share(step: Step, node: Node, problems: Problems) -> None:
    step.put("share", node.span)
    step.share = read_reference(node, problems, "share")
    if step.share is not None and (step.share.starred or step.share.index or step.share.text in ("prev", "input")):
        problems.say(f"share takes the name or path of one step, not '{node.text}'", node.span)
        step.share = None


def compile_from(step: Step, node: Node, problems: Problems) -> None:
    if "from" not in node.value:
        return
    key, value = node.value["from"]
    if step.reads is not None:
        problems.say(f"'from' beside the list of names of '{step.type}': write one of them", key.span)
        return
    step.reads = read_references(value, problems, "from")
    step.put("from", value.span)
    step.broken = step.broken or step.reads is None


def compile_name(step: Step, node: Node, problems: Problems) -> None:
    if "name" not in node.value:
        return
    value = node.value["name"][1]
    step.put("name", value.span)
    if not isinstance(value.value, list):
        step.name = read_name(value, problems, "step")
        step.names = None if step.name is None else [step.name]
        return
    names = [read_name(item, problems, "step") for item in value.value]
    step.names = [name for name in names if name is not None] or None
    step.broken = step.broken or len(step.names or ()) < len(names)
    if not names:
        problems.say("name is an empty list: give each output its name", value.span)
    if len(set(step.names or ())) < len(step.names or ()):
        problems.say("a step's outputs need names that differ", value.span)


def compile_repeat(step: Step, node: Node, problems: Problems) -> None:
    if isinstance(node.value, list) and all(isinstance(item.value, dict) for item in node.value):
        rows = [compile_overrides(step, item, problems, "an entry of repeat") for item in node.value]
        step.rows = [row for row in rows if row is not None]
        step.put("repeat", node.span)
    else:
        compile_value_key(step, "repeat", node, problems)


def compile_overrides(step: Step, node: Node, problems: Problems, what: str) -> dict[str, Value] | None:
    if not isinstance(node.value, dict):
        problems.say(f"{what} takes arguments: {{name: value, ...}}", node.span)
        return None
    overrides: dict[str, Value] = {}
    if step.broken:
        return overrides
    allowed = overridable(step)
    for name, (key, value) in node.value.items():
        if name not in allowed:
            unknown_argument(step, key, allowed, problems, value)
        else:
            compiled = compile_argument(step, name, value, problems)
            if compiled is None:
                step.broken = True
            else:
                overrides[name] = compiled
    return overrides


def overridable(step: Step) -> set[str]:
    """The arguments that may differ between repetitions: those that are values."""
    if step.type in PARTS:
        return set(step.arguments)
    return argument_names(step) - (step.block.literal if step.block else set())
