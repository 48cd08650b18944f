"""A configuration as a family reads it: values by key with the defaults of its model type, and what nobody has read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from archcalc.errors import Diagnostic, Span, SpecError, unknown
from archcalc.importers.hugging_face.harmless import is_harmless

Path = tuple[str, ...]
"""The keys that lead to a value, outermost first."""
Place = Callable[[Path], Span | None]

MOST_LAYERS, LARGEST, LARGEST_RATIO = 10_000, 10**12, 10_000

ACTIVATIONS = {
    **dict.fromkeys(("gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_python_tanh", "gelu_10"), "gelu"),
    **dict.fromkeys(("gelu_pytorch_tanh", "gelu_accurate", "quick_gelu"), "gelu"),
    **dict.fromkeys(("silu", "swish"), "silu"),
    **{name: name for name in ("relu", "relu6", "tanh", "sigmoid", "mish", "leaky_relu", "hardswish")},
    "linear": "identity",
}
"""What transformers calls an activation, and the layer here. Its forms of gelu differ in how they are computed."""


@cache
def defaults() -> Mapping[str, Any]:
    """Of each model type ``keys`` with their defaults, ``aliases``, other names of them, and ``bare``, the class a
    head."""
    text = (files("archcalc") / "importers/hugging_face/defaults.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


class Configuration:
    """The values of a ``config.json``, or of a part of it. Raises SpecError for a value of the wrong kind.

    ``type``: its key in the table of defaults, such as ``llama`` or ``clip/text_config``.
    """

    def __init__(self, type: str, given: Mapping[str, Any], place: Place, path: Path = ()) -> None:
        self.type, self.given, self.place, self.path = type, given, place, path
        entry = defaults()[type]
        self.keys: Mapping[str, Any] = entry["keys"]
        self.aliases: Mapping[str, str] = entry.get("aliases", {})
        self.bare: str = entry.get("bare", "")
        self.parts: list[Configuration] = []
        self.read: set[str] = set()

    def get(self, key: str, otherwise: Any = None) -> Any:
        """What the file says, or the type's default, or ``otherwise``."""
        names = [key, *(one for one, other in self.aliases.items() if other == key)]
        self.read.update(names)
        for name in names:
            if name in self.given:
                return otherwise if self.given[name] is None else self.given[name]
        found = self.keys.get(key)
        return otherwise if found is None else found

    def wrong(self, key: str, message: str, help: str | None = None) -> SpecError:
        names = [key, *(one for one, other in self.aliases.items() if other == key)]
        name = next((one for one in names if one in self.given), key)
        return SpecError(Diagnostic(f"{name}: {message}", self.place((*self.path, name)), help=help))

    def optional(self, key: str) -> int | None:
        """A whole number above 0, or None where none is given."""
        found = self.get(key)
        return None if found is None else self.number(key)

    def number(self, key: str, otherwise: int | None = None, least: int = 1) -> int:
        """A whole number; some are 0 where something is not there."""
        found = self.get(key, otherwise)
        if type(found) is float and found.is_integer():
            found = int(found)
        if type(found) is not int or not least <= found <= LARGEST:
            raise self.wrong(key, f"expected a whole number{' above 0' * (least > 0)}, got {shown(found)}")
        return found

    def depth(self, key: str = "num_hidden_layers") -> int:
        """How many layers there are: lists with an entry for each are made of it."""
        found = self.number(key)
        if found > MOST_LAYERS:
            raise self.wrong(key, f"more than {MOST_LAYERS:,} layers cannot be read")
        return found

    def ratio(self, key: str, otherwise: float = 1.0) -> float:
        """A number that widths are multiplied with."""
        found = self.get(key, otherwise)
        if type(found) not in (int, float) or not 0 <= found <= LARGEST_RATIO:
            raise self.wrong(key, f"expected a number from 0 to {LARGEST_RATIO:,}, got {shown(found)}")
        return float(found)

    def flag(self, key: str, otherwise: bool = False) -> bool:
        found = self.get(key, otherwise)
        if type(found) is not bool:
            raise self.wrong(key, f"expected true or false, got {shown(found)}")
        return found

    def word(self, key: str, known: Sequence[str], otherwise: str | None = None) -> str:
        found = self.get(key, otherwise)
        if found not in known:
            raise self.wrong(key, f"expected {' or '.join(known)}, got {shown(found)}")
        return str(found)

    def act(self, key: str) -> str:
        """The layer of an activation."""
        found = self.get(key)
        if not isinstance(found, str) or found not in ACTIVATIONS:
            known = unknown(f"archcalc knows no activation {shown(found)}", str(found), ACTIVATIONS)
            raise self.wrong(key, known.message, known.help)
        return ACTIVATIONS[found]

    def numbers(self, key: str, length: int | None = None) -> list[int]:
        """A list of whole numbers; one number stands for ``length`` of them."""
        found = self.get(key)
        if type(found) is int and length is not None:
            return [found] * length
        if not isinstance(found, list) or any(type(one) is not int or one < 0 for one in found):
            raise self.wrong(key, f"expected a list of whole numbers, got {shown(found)}")
        if length is not None and len(found) != length:
            raise self.wrong(key, f"expected {length} numbers, got {len(found)}")
        return found

    def ratios(self, key: str, length: int) -> list[float]:
        """Numbers that widths are multiplied with."""
        found = self.get(key)
        right = isinstance(found, list) and all(
            type(one) in (int, float) and 0 <= one <= LARGEST_RATIO for one in found
        )
        if not right or len(found) != length:
            raise self.wrong(key, f"expected {length} numbers from 0 to {LARGEST_RATIO:,}, got {shown(found)}")
        return list(found)

    def flags(self, key: str, length: int) -> list[bool]:
        found = self.get(key)
        if not isinstance(found, list) or len(found) != length or any(type(one) is not bool for one in found):
            raise self.wrong(key, f"expected a list of {length} times true or false, got {shown(found)}")
        return found

    def pair(self, key: str) -> tuple[int, int]:
        """Height and width; one number is both."""
        found = self.get(key)
        if not isinstance(found, list):
            return self.number(key), self.number(key)
        height, width = self.numbers(key, 2)
        return height, width

    def indices(self, key: str) -> list[int]:
        """Numbers of layers, none where there are none."""
        return [] if self.get(key) is None else self.numbers(key)

    def words(self, key: str) -> list[str] | None:
        found = self.get(key)
        if found is not None and (not isinstance(found, list) or any(type(one) is not str for one in found)):
            raise self.wrong(key, f"expected a list of words, got {shown(found)}")
        return found

    def part(self, key: str) -> Configuration:
        """A configuration inside this one, with the defaults of its own."""
        given: Any = {}
        for name in (key, f"{key}_dict"):  # as files of old have it; the second says more
            found = self.get(name, {})
            if not isinstance(found, Mapping):
                raise self.wrong(name, f"expected a configuration, got {shown(found)}")
            given = {**given, **found}
        own = given.get("model_type")
        type = own if isinstance(own, str) and own in defaults() else f"{self.type}/{key}"
        part = Configuration(type, given, self.place, (*self.path, key))
        self.parts.append(part)
        return part

    def heads(self, key: str = "num_attention_heads", of: int | None = None) -> int:
        """How many heads; those of a width have to divide it."""
        found = self.number(key)
        if not found or (of is not None and of % found):
            raise self.wrong(key, f"{of} channels cannot be divided among {found} heads")
        return found

    def head(self, of: str, heads: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """The variables of a class's head, by the end of its name."""
        for ending, variables in heads.items():
            if self.is_bare(of) if ending == "Model" else of.endswith(ending):
                return variables
        raise self.wrong("architectures", f"archcalc knows no head of '{of}'", f"it knows {', '.join(heads)}")

    def is_bare(self, of: str) -> bool:
        """Whether a class has no head, in whatever letters its author wrote the type."""
        return of.lower() == self.bare.lower()

    def classes(self) -> int:
        """How many labels there are: two unless they are named."""
        labels = self.given.get("id2label")
        self.read.update(("id2label", "num_labels"))
        return len(labels) if isinstance(labels, Mapping) else self.number("num_labels", 2)

    def fixed(self, key: str, *values: Any) -> None:
        """The family holds only where ``key`` is one of ``values``."""
        found = self.get(key)
        if found not in values:
            known = " or ".join(shown(one) for one in values)
            raise self.wrong(key, f"archcalc reads {self.type} only with {known}, not {shown(found)}")

    def unread(self) -> Iterator[Diagnostic]:
        """Keys of the model type that the family did not read and that are not as it takes them to be."""
        for key, value in self.given.items():
            if key in self.read or is_harmless(key) or self.aliases.get(key, key) not in self.keys:
                continue
            usual = self.keys[self.aliases.get(key, key)]
            if value is not None and value != usual:
                told = f"{key}: {shown(value)} is not read; archcalc knows {self.type} only with {shown(usual)}"
                yield Diagnostic(told, self.place((*self.path, key)))
        for part in self.parts:
            yield from part.unread()

    def strange(self) -> list[str]:
        """Keys that configurations of the model type do not have."""
        known = self.read | self.keys.keys() | self.aliases.keys()
        return [key for key in self.given if key not in known and not is_harmless(key)]


def shown(value: Any) -> str:
    """A value as JSON writes it, not longer than a line."""
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."
