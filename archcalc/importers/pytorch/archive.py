"""The zip that torch.export.save writes: its members by name and size, its JSON within bounds. No pickle is read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from typing import Any

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.archives import archive, unpacked
from archcalc.sources.file import File

MODEL = "models/model.json"
WEIGHTS = "data/weights/model_weights_config.json"
CONSTANTS = "data/constants/model_constants_config.json"

Documents = Mapping[str, Any]

MAJOR = range(5, 10)
"""Major versions of the schema that are read: those of PyTorch 2.6 and later."""


class Archive:
    """The members of JSON of a ``.pt2``."""

    def __init__(self, file: File) -> None:
        self.file = file

    def documents(self) -> Documents:
        """The model, the stored tensors and the constants, by the ends of their names; {} for one that is not there."""
        with archive(self.file) as found:
            return {end: self.document(found, end) for end in (MODEL, WEIGHTS, CONSTANTS)}

    def document(self, found: zipfile.ZipFile, end: str) -> Any:
        """The JSON of the member whose name ends so, in the folder that all members share."""
        members = [one for one in found.infolist() if one.filename == end or one.filename.endswith(f"/{end}")]
        if not members:
            return {}
        member = min(members, key=lambda one: len(one.filename))
        data = unpacked(self.file, found, member)
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
