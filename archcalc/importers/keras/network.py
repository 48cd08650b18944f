"""Models in the order in which they run: a Sequential as a chain, a Functional as its graph, nested ones as modules."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from archcalc.errors import Diagnostic, RuleError, SpecError, option
from archcalc.importers.graphs.graph import MOST_NODES, Graph, Value
from archcalc.importers.graphs.unknown import Unreadable, Unreadables
from archcalc.importers.imported import AS_CUSTOM, Asked, Unknown
from archcalc.importers.keras.call import OPERATIONS, RULES, Call, Place, Rule, Told, values
from archcalc.importers.keras.language import MODELS, SEQUENTIAL, Layer, Said, Sent, Wrong, ends, sents
from archcalc.importers.naming import plain_name
from archcalc.meter import OutOfWork, charge
from archcalc.sources.file import File

LAYER = 20
"""Units of work that a call takes."""
MOST_DEEP = 40
"""Models and wrappers in one another."""


class Network:
    """The graph of a file. ``unknown``: classes that nothing here stands for; ``unreadable``: uses of known ones."""

    def __init__(self, file: File, asked: Asked, said: Mapping[str, Any]) -> None:
        self.file, self.asked = file, asked
        self.notes: list[Diagnostic] = []
        self.unknown = Unknown(file, "layer", RULES)
        self.unreadable = Unreadables(file.name)
        try:
            self.top = Layer(said)
        except Wrong as error:
            raise self.wrong(str(error)) from None
        name = self.top.name if re.fullmatch(r"(functional|sequential|model)(_\d+)?", self.top.name) is None else ""
        name = name if name not in MODELS else ""
        stem = os.path.splitext(os.path.basename(file.name))[0]
        self.graph = Graph(plain_name(name or stem), "CHW" if is_channels_first(said) else "HWC")
        self.graph.named = True
        self.deep = 0

    def read(self) -> Graph:
        """Raises SpecError with all that cannot be said."""
        try:
            outputs = self.model_at_the_top()
        except Wrong as error:
            raise self.wrong(f"has {error}") from None
        self.unreadable.stop(self.unknown, self.asked.as_custom)
        self.graph.outputs = [*dict.fromkeys(one for one in outputs if isinstance(one, Value))]
        if not self.graph.nodes or not self.graph.outputs:
            raise self.wrong("has no layer that computes anything")
        self.graph.notes += [note.message for note in self.unknown.notes()]
        if 2 * sum(bool(node.modules) for node in self.graph.nodes) < len(self.graph.nodes):
            for node in self.graph.nodes:  # models that hold little say less than the flow does
                node.modules = ()
        return self.graph

    def wrong(self, what: str) -> SpecError:
        return SpecError(Diagnostic(f"{self.file.name} {what}"))

    # Models

    def model_at_the_top(self) -> list[Any]:
        top = self.top
        if top.kind not in MODELS:
            has_layers = isinstance(top.config, Mapping) and "layers" in top.config
            what = "a class of somebody's own" if has_layers else "a subclassed model: its layers are not in the file"
            raise self.wrong(f"is of the class '{top.title}', {what}")
        layers = self.layers_of(top)
        place = Place(frozen=not top.trainable)
        if top.kind == SEQUENTIAL:
            return self.chain(layers, self.start(top, layers, place), place)
        inputs = ends(top.get("input_layers"))
        named = {layer.name: layer for layer in layers}
        given = []
        for sent in inputs:
            if sent.layer not in named:
                raise Wrong(f"an input '{sent.layer}' that is no layer")
            given.append(self.input(named[sent.layer], len(inputs) == 1))
        return self.graph_of(top, layers, given, place)

    def layers_of(self, model: Layer) -> list[Layer]:
        found = model.config if isinstance(model.config, list) else model.get("layers")
        if not isinstance(found, list) or len(found) > MOST_NODES:
            raise Wrong(f"a model {model.name} without a list of layers")
        charge(LAYER * len(found))
        return [Layer(one, f"layer{number}") for number, one in enumerate(found)]

    def start(self, model: Layer, layers: Sequence[Layer], place: Place, name: str = "input") -> list[Any]:
        """What the first layer of a Sequential reads: an input; of Keras 1's Merge, what the models in it give."""
        first = layers[0] if layers else model
        held = first.get("layers") if first.kind == "Merge" and isinstance(first.config, Mapping) else None
        if not isinstance(held, list):
            return [self.first_input(model, layers, name)]
        self.deep += 1
        if self.deep > MOST_DEEP:
            raise Wrong(f"models more than {MOST_DEEP} deep in one another")
        found = []
        for number, one in enumerate(held, 1):
            branch = Layer(one, f"{name}_{number}")
            if branch.kind != SEQUENTIAL:
                raise Wrong(f"a Merge of {branch.title}, and only those of Sequential are read")
            inside, inner = self.layers_of(branch), place.inside(branch, 0)
            found += self.chain(inside, self.start(branch, inside, inner, f"{name}_{number}"), inner)
        self.deep -= 1
        return found

    def first_input(self, model: Layer, layers: Sequence[Layer], called: str = "input") -> Value:
        """What a Sequential reads: as its first layer says, or as it was built."""
        first = layers[0] if layers else model
        inner = first
        for _ in range(MOST_DEEP):
            if said_shape(inner) is not None or inner.kind not in (*MODELS, "TimeDistributed", "Bidirectional"):
                break
            inside = inner.get("layer") if isinstance(inner.config, Mapping) else None
            held = [inside] if inside else self.held(inner)
            if not held:
                break
            inner = Layer(held[0])
        built = model.build.get("input_shape") if isinstance(model.build, Mapping) else None
        if isinstance(model.config, Mapping):
            built = built or model.get("build_input_shape")
        dtype = inner.get("dtype") if isinstance(inner.config, Mapping) and inner.kind == "InputLayer" else None
        name = first.name if first.kind == "InputLayer" else called
        return self.declared(name, said_shape(inner) or built, dtype, called == "input")

    def held(self, model: Layer) -> list[Any]:
        found = model.config if isinstance(model.config, list) else model.get("layers")
        return found if isinstance(found, list) else []

    def input(self, layer: Layer, only: bool) -> Value:
        return self.declared(layer.name, said_shape(layer), layer.get("dtype"), only)

    def declared(self, name: str, shape: Any, dtype: Any, only: bool) -> Value:
        """An input without its batch. Raises SpecError where its size is not known."""
        given = self.asked.shape(plain_name(name), only)
        if given is None and plain_name(name) != name:
            given = self.asked.shape(name, only)
        if given is None:
            if not isinstance(shape, list) or not shape or any(type(size) is not int or size < 1 for size in shape[1:]):
                sizes = [size if type(size) is int else "?" for size in shape[1:]] if isinstance(shape, list) else []
                example = "x".join(str(224 if size == "?" else size) for size in sizes) or "224x224x3"
                wanted = option("input", example if only else f"{name}={example}")
                said = f", which is {'x'.join(map(str, sizes))} there" if sizes else ""
                message = f"{self.file.name} does not say the size of its input '{name}'{said}"
                raise SpecError(Diagnostic(message, help=f"say it without the batch: {wanted}"))
            given = tuple(shape[1:])
            if type(shape[0]) is int and shape[0] > 1:
                self.notes.append(
                    Diagnostic(f"{self.file.name}: '{name}' is a batch of {shape[0]:,}: shapes have none")
                )
        dtype = dtype.get("config", {}).get("name") if isinstance(dtype, Mapping) else dtype
        kept = dtype if dtype in ("int32", "int64", "uint8", "int8", "int16", "bool") else "float32"
        return self.graph.input(plain_name(name), given, kept)

    def chain(self, layers: Sequence[Layer], found: list[Any], place: Place) -> list[Any]:
        """The layers of a Sequential, each on what the one before gives."""
        for layer in layers:
            if layer.kind != "InputLayer":
                given = [LOST if one is None else one for one in found]
                found = self.run(layer, Said([given[0] if len(given) == 1 else given], {}), place, 0)
        return found

    def graph_of(self, model: Layer, layers: Sequence[Layer], given: Sequence[Any], place: Place) -> list[Any]:
        """The layers of a Functional, each call as soon as what it reads is there, in the order of the file."""
        names = {layer.name: number for number, layer in enumerate(layers)}
        made: dict[tuple[str, int], list[Any]] = {}
        inputs, outputs = ends(model.get("input_layers")), ends(model.get("output_layers"))
        for sent, value in zip(inputs, given, strict=False):
            made[sent.layer, 0] = [value]
        calls: dict[tuple[int, int], Said] = {}
        for number, layer in enumerate(layers):
            for index, said in enumerate(layer.said(names)):
                if (layer.name, index) not in made:
                    calls[number, index] = said
        offsets = offsets_of(layers, [*calls.values()], outputs)

        def key(sent: Sent) -> tuple[str, int]:
            return sent.layer, sent.call - offsets.get(sent.layer, 0)

        waiting: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        missing: dict[tuple[int, int], int] = {}
        for at, said in calls.items():
            needs = {key(sent) for sent in sents([said.args, said.kwargs])} - made.keys()
            missing[at] = len(needs)
            for one in needs:
                waiting[one].append(at)
        ready = [at for at, count in missing.items() if not count]
        heapify(ready)
        done = 0
        while ready:
            at = heappop(ready)
            done += 1
            said, layer = calls[at], layers[at[0]]
            args = replaced([said.args, said.kwargs], made, key)
            made[layer.name, at[1]] = self.run(layer, Said(*args), place, at[1])
            for other in waiting.pop((layer.name, at[1]), ()):
                missing[other] -= 1
                if not missing[other]:
                    heappush(ready, other)
        if done < len(calls):
            left = next(layers[at[0]].name for at, count in missing.items() if count)
            raise Wrong(f"a layer '{left}' that reads what no layer gives before it")
        return [picked(made, key(sent), sent) for sent in outputs]

    # Layers

    def run(self, layer: Layer, said: Said, place: Place, number: int) -> list[Any]:
        """What a call of a layer gives; None for what is not known, which was told."""
        charge(LAYER)
        if has_lost([said.args, said.kwargs]):
            self.look_at(layer, place)
            return [None]
        self.deep += 1
        try:
            if self.deep > MOST_DEEP:
                raise Wrong(f"models more than {MOST_DEEP} deep in one another")
            found = self.model(layer, said, place, number) if layer.kind in MODELS else self.ruled(layer, said, place)
        except Told:
            return [None]
        except Unreadable as error:
            self.unreadable.add(str(error), layer.name)
            return [None]
        except OutOfWork:
            raise
        except (RuleError, ValueError, IndexError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
            told = f"{layer.title} as it is used here ({type(error).__name__}: {str(error)[:200]})"
            self.unreadable.add(told, layer.name)
            return [None]
        finally:
            self.deep -= 1
        return [*found] if isinstance(found, (list, tuple)) else [found]

    def model(self, layer: Layer, said: Said, place: Place, number: int) -> list[Any]:
        """A model inside another: a module, whose weights are the same in every call."""
        layers, inside = self.layers_of(layer), place.inside(layer, number)
        given: list[Any] = values([*said.args, *said.kwargs.values()])
        if layer.kind == SEQUENTIAL:
            return self.chain(layers, given[:1], inside)
        if len(given) != len(ends(layer.get("input_layers"))):
            raise Unreadable(f"a model called with {len(given)} tensors")
        return self.graph_of(layer, layers, given, inside)

    def ruled(self, layer: Layer, said: Said, place: Place) -> Any:
        call = Call(self, layer, said, place)
        found, title = self.rule_of(layer)
        return self.not_known(title, call) if found is None else found(call)

    def rule_of(self, layer: Layer) -> tuple[Rule | None, str]:
        """What a layer's class stands for, if anything here does, and what it is called."""
        if layer.kind == "Lambda" and not self.asked.as_custom:
            raise Unreadable(f"Lambda holds code, which is never loaded ({option(AS_CUSTOM)} takes it as custom)")
        if layer.is_operation:
            return OPERATIONS.get(layer.operation), layer.function
        return RULES.get(layer.kind) if layer.is_known else None, layer.title

    def look_at(self, layer: Layer, place: Place) -> None:
        """Tell of a layer behind one that is not known whether it is known itself."""
        if layer.kind in MODELS:
            return
        try:
            found, title = self.rule_of(layer)
        except Unreadable as error:
            self.unreadable.add(str(error), layer.name)
            return
        if found is None:
            self.unknown.add(title, Diagnostic(f"layer {'/'.join([*place.key, layer.name])}"))

    def not_known(self, title: str, call: Call) -> Any:
        self.unknown.add(title, Diagnostic(f"layer {'/'.join(call.key)}"))
        if not self.asked.as_custom:
            return None
        shape = call.get("output_shape") if isinstance(call.layer.config, Mapping) else None
        sizes = shape[-len(call.x.shape) :] if isinstance(shape, list) else []
        whole = len(sizes) == len(call.x.shape) and all(type(size) is int for size in sizes)
        out = sizes if whole else [*call.x.shape]
        return call.add("custom", {"out": out, "params": 0, "macs": 0}, *call.inputs)


def said_shape(layer: Layer) -> Any:
    """The shape with a batch that a layer says it reads."""
    if not isinstance(layer.config, Mapping):
        return None
    for name in ("batch_shape", "batch_input_shape"):
        if isinstance(layer.get(name), list):
            return layer.get(name)
    return [None, *layer.get("input_shape")] if isinstance(layer.get("input_shape"), list) else None


OLD_FORMATS = {"th": "channels_first", "tf": "channels_last"}


def is_channels_first(said: Any) -> bool:
    """Whether the layers of a file have their channels first: more of them than have them last."""
    found: dict[Any, int] = {"channels_first": 0, "channels_last": 0}
    todo = [said]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            word = one.get("data_format") or OLD_FORMATS.get(str(one.get("dim_ordering")))
            if isinstance(word, str) and word in found:
                found[word] += 1
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    return found["channels_first"] > found["channels_last"]


def offsets_of(layers: Sequence[Layer], calls: Sequence[Said], outputs: Sequence[Sent]) -> dict[str, int]:
    """What must be taken off the number of a call: a nested model's first call may be its own building."""
    counts = {layer.name: len(layer.raw) for layer in layers if layer.kind in MODELS}
    last: dict[str, int] = {}
    for sent in (*(one for said in calls for one in sents([said.args, said.kwargs])), *outputs):
        if sent.layer in counts:
            last[sent.layer] = max(last.get(sent.layer, 0), sent.call)
    return {name: max(0, last.get(name, 0) + 1 - count) for name, count in counts.items()}


def replaced(value: Any, made: Mapping[tuple[str, int], list[Any]], key: Any) -> Any:
    """A structure with the tensors in the place of their names."""
    if isinstance(value, Sent):
        return picked(made, key(value), value)
    if isinstance(value, Mapping):
        return {name: replaced(one, made, key) for name, one in value.items()}
    return [replaced(one, made, key) for one in value] if isinstance(value, list) else value


class Lost:
    """A tensor that is not known: what makes it was told."""


LOST = Lost()


def picked(made: Mapping[tuple[str, int], list[Any]], key: tuple[str, int], sent: Sent) -> Any:
    found = made.get(key)
    if found is None:
        raise Wrong(f"a tensor of '{sent.layer}' that it does not give")
    if found in ([None], [LOST]):
        return LOST
    if not 0 <= sent.tensor < len(found) or found[sent.tensor] is None:
        raise Wrong(f"tensor {sent.tensor} of '{sent.layer}', which gives {len(found)}")
    return found[sent.tensor]


def has_lost(value: Any) -> bool:
    return any(one is LOST or one is None for one in flat(value))


def flat(value: Any) -> Iterator[Any]:
    """What stands in a structure of calls: numbers and words are no matter."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            todo += [found for found in one.values() if found is not None]
        elif isinstance(one, (list, tuple)):
            todo += [found for found in one if found is not None]
        else:
            yield one
