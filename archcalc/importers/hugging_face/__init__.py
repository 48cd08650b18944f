"""Configurations of Hugging Face, ``config.json``: a family of shipped specs, imported, and a page of variables.

configuration.py  values with the defaults of their model type, and what nobody reads
families.py       which module reads which model type
model.py          the text of the spec
places.py         where a key stands in a file
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from archcalc.errors import Diagnostic, Span, SpecError, unknown
from archcalc.importers.hugging_face.configuration import Configuration, Path, Place, shown
from archcalc.importers.hugging_face.families import MODEL_TYPES
from archcalc.importers.hugging_face.places import key_span
from archcalc.importers.imported import Asked, Imported
from archcalc.sources.file import File


def read(file: File, asked: Asked) -> Imported:
    """The spec of a ``config.json``. Raises SpecError with what is wrong in it."""

    def place(path: Path) -> Span | None:
        """Of a key that is left out, that of the model type, whose default it has."""
        return key_span(file.source, path) or key_span(file.source, ("model_type",))

    text, notes = read_configuration(parsed(file), place, file_name(file))
    return Imported(text, [file.name] * text.count("\n"), notes)


def parsed(file: File) -> Mapping[str, Any]:
    """The values of a file. Raises SpecError if it is no JSON, or no mapping."""
    text = file.source.text
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecError(
            Diagnostic(f"this is no JSON: {error.msg}", file.source.span(error.pos, error.pos + 1))
        ) from None
    except (RecursionError, ValueError) as error:
        told = "it is nested too deep" if isinstance(error, RecursionError) else "a number has too many digits"
        raise SpecError(Diagnostic(f"'{file.name}' cannot be read: {told}")) from None
    if not isinstance(found, Mapping):
        raise SpecError(Diagnostic(f"'{file.name}' holds no configuration, which is a mapping"))
    return found


def file_name(file: File) -> str | None:
    """What a network may be called after its file; None if that is ``config.json``, as on the hub."""
    name = os.path.basename(file.name).removesuffix(".json")
    return None if name in ("config", "-", "") else name


def nowhere(path: Path) -> None:
    """The place of what did not come from a file."""


def spec_text(config: Mapping[str, Any], place: Place = nowhere, name: str | None = None) -> str:
    """The spec of a configuration. Raises SpecError with all that cannot be said in one."""
    return read_configuration(config, place, name)[0]


def read_configuration(
    config: Mapping[str, Any], place: Place = nowhere, name: str | None = None
) -> tuple[str, list[Diagnostic]]:
    """The spec, and notes of keys that mean nothing here."""
    type = model_type(config, place)
    found = Configuration(type, config, place)
    architecture = architecture_of(found)
    network = import_module(f"{__name__}.{MODEL_TYPES[type]}").model(found, architecture)
    if wrong := [*found.unread()]:
        raise SpecError(*wrong)
    title = path_name(config) or name or type
    text = network.text(title, f"{architecture} as its configuration says", f"config.json of model type {type}")
    return text, notes(found)


def model_type(config: Mapping[str, Any], place: Place) -> str:
    found = config.get("model_type")
    if isinstance(found, str) and found in MODEL_TYPES:
        return found
    told = f"archcalc knows no model type {shown(found)}"
    part = config.get("text_config")
    if isinstance(part, Mapping) and part.get("model_type") in MODEL_TYPES:
        help = "its text_config is one that archcalc reads, in a file of its own with architectures"
        raise SpecError(Diagnostic(told, place(("model_type",)), help=help))
    raise SpecError(unknown(told, str(found), MODEL_TYPES, place(("model_type",))))


def architecture_of(c: Configuration) -> str:
    """The class whose configuration it is, the first of ``architectures``."""
    found = c.words("architectures")
    if not found:
        raise c.wrong("architectures", "it does not say of which class it is, such as LlamaForCausalLM")
    return found[0]


def path_name(config: Mapping[str, Any]) -> str | None:
    """The last part of ``_name_or_path``."""
    found = config.get("_name_or_path")
    return found.rstrip("/").rpartition("/")[2] or None if isinstance(found, str) else None


def notes(c: Configuration) -> list[Diagnostic]:
    found = []
    if "quantization_config" in c.given:
        told = "quantization_config is not read: weights are counted one by one, whatever their width"
        found.append(Diagnostic(told, c.place(("quantization_config",)), help="--dtype says how wide a weight is"))
    strange = [key for key in c.strange() if key not in ("quantization_config", "auto_map")]
    if strange:
        told = f"transformers reads no {', '.join(strange[:5])} of {c.type}, and so does archcalc"
        found.append(Diagnostic(told, c.place((strange[0],))))
    return found
