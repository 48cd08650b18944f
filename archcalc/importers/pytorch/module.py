"""``torch:MODULE:CALLABLE``: a module that the user's own torch builds and exports, in a process of its own.

It is the one importer that runs code, and only where somebody typed the name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.importers.imported import Asked, Imported, written
from archcalc.importers.pytorch.archive import Archive
from archcalc.importers.pytorch.reader import read_program
from archcalc.sources.file import File

SCRIPT = os.path.join(os.path.dirname(__file__), "exporting.py")

SHOWN = 2_000
"""Characters of what a process that ended by itself said."""


def read(file: File, asked: Asked) -> Imported:
    """The spec of a module. Raises SpecError with what went wrong on the way."""
    module, colon, name = (file.code or "").partition(":")
    if not (module and colon and name):
        raise SpecError(Diagnostic(f"'{file.name}' names no module", help="write torch:MODULE:CALLABLE"))
    inputs = {name or "": [*shape] for name, shape in asked.inputs.items()}
    asked.used |= asked.inputs.keys()
    with TemporaryDirectory(prefix="archcalc-") as folder:
        paths = [os.path.join(folder, name) for name in ("request.json", "result.json", "net.pt2")]
        with open(paths[0], "w", encoding="utf-8") as request:
            json.dump({"module": module, "callable": name, "inputs": inputs}, request)
        told = run(file.name, paths)
        if "failed" in told:
            raise SpecError(failure(file.name, *told["failed"]))
        with open(paths[2], "rb") as stream:
            exported = File(file.name, stream.read())
    program, weights, constants = Archive(exported).model()
    graph = read_program(program, weights, constants, exported, Asked(as_custom=asked.as_custom), told["tied"])
    return written(graph, file)


def run(name: str, paths: list[str]) -> Any:
    """What the process tells in the end."""
    found = subprocess.run([sys.executable, SCRIPT, *paths], capture_output=True, text=True, check=False)
    if found.returncode or not os.path.exists(paths[1]):
        said = found.stderr.strip()[-SHOWN:] or f"it ended with status {found.returncode}"
        raise SpecError(Diagnostic(f"{name} could not be exported: {said}"))
    with open(paths[1], encoding="utf-8") as stream:
        return json.load(stream)


def failure(name: str, kind: str, message: str, known: str = "") -> Diagnostic:
    """What went wrong in the process, and what to do."""
    if kind == "torch":
        save = "torch.export.save(torch.export.export(module, example), 'net.pt2')"
        help = f"install it beside archcalc; or run {save} where it is, and give archcalc that file"
        return Diagnostic(f"{name} needs torch, which {sys.executable} does not have ({message})", help=help)
    if kind == "inputs":
        first = message.split(", ")[0] or "x"
        help = f"such as {option('input', f'{first}=3x224x224')}, without the batch; or let it give (module, inputs)"
        return Diagnostic(f"{name} needs the shapes of its inputs ({message})", help=help)
    if kind == "input":
        return Diagnostic(f"{name} has no input {message}", help=f"its inputs are {known}")
    words = {"module": "", "callable": "", "import": "its import fails: ", "build": "it is no builder of a module: "}
    return Diagnostic(f"{name}: {words.get(kind, 'torch.export fails: ')}{message}")
