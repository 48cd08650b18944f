"""The JSON that describes a model, in each kind of file that Keras writes. Weights are not read, and no code is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.archives import BYTES_A_UNIT, MOST_BYTES, archive, unpacked
from archcalc.meter import charge
from archcalc.sources.file import File

CONFIG = "config.json"
ZIP, HDF5 = b"PK\3\4", b"\x89HDF\r\n\x1a\n"
START = b'{"class_name"'
STARTS = (START, b'{"module"')
MOST_STARTS = 1000
"""Places of an HDF5 file at which a description may begin that are looked at."""


def is_archive(file: File) -> bool:
    """Whether a file is a zip with a description of a model in it."""
    try:
        with archive(file) as found:
            return CONFIG in found.namelist()
    except SpecError:
        return False


def document(file: File) -> Mapping[str, Any]:
    """The description of a model. Raises SpecError for a file that has none."""
    if file.head.startswith(ZIP):
        return mapping(file, configuration(file))
    if file.head.startswith(HDF5):
        return from_hdf5(file)
    return mapping(file, parsed(file, file.source.text))


def mapping(file: File, found: Any) -> Mapping[str, Any]:
    if not isinstance(found, Mapping) or not isinstance(found.get("class_name"), str):
        raise wrong(file, "describes no model of Keras: it has no class_name")
    return found


def configuration(file: File) -> Any:
    """The JSON of config.json in a ``.keras``."""
    with archive(file) as found:
        if CONFIG not in found.namelist():
            raise wrong(file, f"has no {CONFIG}")
        data = unpacked(file, found, found.getinfo(CONFIG))
    return read(file, data)


def parsed(file: File, data: str) -> Any:
    charge(len(data) // BYTES_A_UNIT)
    return read(file, data)


def read(file: File, data: str | bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise wrong(file, f"is not JSON that can be read: {said}") from None


def from_hdf5(file: File) -> Mapping[str, Any]:
    """The attribute ``model_config``: one string among the bytes, the first that reads as a model."""
    view = file.view()
    data = bytes(view[: min(len(view), MOST_BYTES)])
    decoder, place = json.JSONDecoder(), -1
    for _ in range(MOST_STARTS):
        places = [at for start in STARTS if (at := data.find(start, place + 1)) >= 0]
        if not places:
            break
        place = min(places)
        ends = [at for sign in (b"\0", b"\x89HDF") if (at := data.find(sign, place)) >= 0]
        text = data[place : min(ends, default=len(data))].decode("utf-8", "replace")
        charge(1 + len(text) // BYTES_A_UNIT)
        try:
            found, _ = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found.get("class_name"), str) and isinstance(found.get("config"), (dict, list)):
            return dict(found)
    raise SpecError(
        Diagnostic(
            f"{file.name} describes no model: it may hold weights alone",
            help="write the description with model.to_json(), or the whole with model.save('net.keras')",
        )
    )


def wrong(file: File, what: str) -> SpecError:
    return SpecError(Diagnostic(f"{file.name} {what}"))
