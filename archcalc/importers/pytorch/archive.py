"""The zip that torch.export.save writes: its members by name and size, its JSON within bounds. No pickle is read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from typing import IO, Any

from archcalc.errors import Diagnostic, SpecError
from archcalc.meter import charge
from archcalc.sources.file import File

MODEL = "models/model.json"
WEIGHTS = "data/weights/model_weights_config.json"
CONSTANTS = "data/constants/model_constants_config.json"

MOST_BYTES = 60_000_000
"""Of a member of JSON; PyTorch writes about 2 kB a node."""

MOST_DIRECTORY = 50_000_000
"""Bytes of the directory of the zip, which zipfile reads whole."""

BYTES_A_UNIT = 100
"""Bytes of JSON that are read in a unit of work."""

TAIL = 65_600
"""Bytes at the end of a zip in which its directory is told."""

Documents = Mapping[str, Any]

MAJOR = range(5, 10)
"""Major versions of the schema that are read: those of PyTorch 2.6 and later."""


class Archive:
    """The members of JSON of a ``.pt2``."""

    def __init__(self, file: File) -> None:
        self.file = file

    def documents(self) -> Documents:
        """The model, the stored tensors and the constants, by the ends of their names; {} for one that is not there."""
        try:
            with self.file.open() as stream:
                hold_directory(stream, self.file.name)
                with zipfile.ZipFile(stream) as found:
                    return {end: self.document(found, end) for end in (MODEL, WEIGHTS, CONSTANTS)}
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError) as error:
            raise self.wrong(f"is no zip that can be read: {error}") from None
        except OSError as error:
            raise self.wrong(f"cannot be read: {error.strerror or error}") from None

    def document(self, found: zipfile.ZipFile, end: str) -> Any:
        """The JSON of the member whose name ends so, in the folder that all members share."""
        members = [one for one in found.infolist() if one.filename == end or one.filename.endswith(f"/{end}")]
        if not members:
            return {}
        member = min(members, key=lambda one: len(one.filename))
        if member.file_size > MOST_BYTES:
            raise self.wrong(f"has {member.filename} of {member.file_size:,} bytes; at most {MOST_BYTES:,} are read")
        charge(member.file_size // BYTES_A_UNIT)
        with found.open(member) as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > member.file_size:
            raise self.wrong(f"has {member.filename}, which is larger than the file says")
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            said = "it is nested too deep" if isinstance(error, RecursionError) else error
            raise self.wrong(f"has {member.filename}, which is not JSON: {said}") from None

    def model(self) -> tuple[Any, Any, Any]:
        """The program, the stored tensors, the constants. Raises SpecError for anything else."""
        documents = self.documents()
        program = documents[MODEL]
        if not isinstance(program, dict) or not isinstance(program.get("graph_module"), dict):
            help = "torch.export.save(torch.export.export(module, example), 'net.pt2') writes one"
            raise SpecError(Diagnostic(f"{self.file.name} holds no program of torch.export", help=help))
        version = program.get("schema_version", {})
        major = version.get("major") if isinstance(version, dict) else None
        if major not in MAJOR:
            message = f"{self.file.name} has version {major} of PyTorch's schema; {MAJOR[0]} to {MAJOR[-1]} are read"
            raise SpecError(Diagnostic(message, help="export it again with PyTorch 2.6 or later"))
        return program, documents[WEIGHTS], documents[CONSTANTS]

    def wrong(self, what: str) -> SpecError:
        return SpecError(Diagnostic(f"{self.file.name} {what}"))


def hold_directory(stream: IO[bytes], name: str) -> None:
    """Raise SpecError for a directory too large to be read: its size stands in the last bytes of the file."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    end = tail.rfind(b"PK\5\6")
    if end < 0:
        raise SpecError(Diagnostic(f"{name} is no zip: it has no directory"))
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    large = tail.rfind(b"PK\6\6", 0, end)
    if directory == 0xFFFFFFFF and large >= 0:
        directory = int.from_bytes(tail[large + 40 : large + 48], "little")
    if directory > MOST_DIRECTORY:
        message = f"{name} has a directory of {directory:,} bytes; at most {MOST_DIRECTORY:,} are read"
        raise SpecError(Diagnostic(message))


def holds(file: File, *ends: str) -> bool:
    """Whether a file is a zip with a member whose name ends so."""
    try:
        with file.open() as stream:
            hold_directory(stream, file.name)
            with zipfile.ZipFile(stream) as found:
                return any(one.endswith(ends) for one in found.namelist())
    except (SpecError, zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
