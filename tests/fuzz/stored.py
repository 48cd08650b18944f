"""Files in formats that no text says, as the importers' tests hold them, then changed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from . import documents, texts

FOLDER = Path(__file__).parents[1] / "importers"
NUMBERS = (b"\0", b"\x7f", b"\xff" * 4, b"\xff" * 9 + b"\1", b"\x80" * 40)
"""Lengths and sizes of the wire format, as they are and too large."""


def stored(random_: random.Random) -> bytes:
    """The bytes of a file of ONNX, PyTorch, Keras or Hugging Face."""
    kind = random_.randrange(4)
    if kind == 0:
        return changed_json(random_.choice(configurations()), random_)
    data = random_.choice(files(("onnx", "pytorch", "keras")[kind - 1]))
    if data.startswith(b"PK") and random_.random() < 0.9:
        return changed_archive(data, random_)
    if data.startswith(b"{"):
        return changed_json(json.loads(data), random_)
    return changed_bytes(data, random_)


@cache
def files(folder: str) -> list[bytes]:
    suffixes = (".onnx", ".pt2", ".json", ".keras", ".h5")
    return [path.read_bytes() for path in sorted((FOLDER / folder).iterdir()) if path.suffix in suffixes]


@cache
def configurations() -> list[Any]:
    lines = (FOLDER / "hugging_face.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["config"] for line in lines]


def changed_json(document: Any, random_: random.Random) -> bytes:
    text = json.dumps(documents.changed(document, random_), default=str)
    if random_.random() < 0.1:
        text = texts.changed(text, random_)
    return text.encode("utf-8", "replace")


def changed_archive(data: bytes, random_: random.Random) -> bytes:
    """Another archive, in which one of the members that are JSON is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        members = {name: archive.read(name) for name in archive.namelist()}
        one = random_.choice([name for name, content in members.items() if content[:1] in (b"{", b"[")])
        members[one] = changed_json(json.loads(members[one]), random_)
        for name, content in members.items():
            changed.writestr(name, content)
    return out.getvalue()


def changed_bytes(data: bytes, random_: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(random_.choice((0, 1, 1, 2, 8))):
        place = random_.randrange(len(found) + 1)
        piece = random_.choice((*NUMBERS, bytes(found[place : place + 60])))
        found[place : place + random_.choice((0, 1, 1, 20))] = piece
    return bytes(found)
