"""The formats that archcalc reads beside its own, each told by what is in a file and never by its name."""

from __future__ import annotations

import re
from collections.abc import Callable

from archcalc.sources.file import File

HEAD = 100_000
"""Bytes in which a file must tell its format."""


class Format:
    """A format. ``name`` is its importer's module, ``title`` what people call it; ``sign`` tells it from all others."""

    __slots__ = ("name", "title", "sign")

    def __init__(self, name: str, title: str, sign: Callable[[File], object]) -> None:
        self.name, self.title, self.sign = name, title, sign


def has(pattern: bytes) -> Callable[[File], object]:
    """The sign of a text: a pattern in its first bytes."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda file: b"\0" not in file.head[:HEAD] and compiled.search(file.head[:HEAD])


def zip_with(*ends: str) -> Callable[[File], object]:
    """The sign of a zip: a member whose name ends so. What zips hold is looked at only where a file is one."""

    def sign(file: File) -> bool:
        if not file.head.startswith(b"PK\3\4"):
            return False
        from archcalc.importers import archives

        return archives.holds(file, *ends)

    return sign


def is_pickle(file: File) -> object:
    """A zip with pickles, as torch.save and torch.jit.save write, or the pickle that older ones wrote."""
    return file.head.startswith(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.") or zip_with("/data.pkl")(file)


ONNX = b"\x08\x12\x1a\x22\x2a\x32\x3a\x42\x72"
"""How a model of ONNX may begin: with the key of one of its fields."""


def is_onnx(file: File) -> bool:
    """A model of ONNX: its outermost fields are looked at, and only where the first byte is the key of one."""
    if file.head[:1] not in {ONNX[place : place + 1] for place in range(len(ONNX))}:
        return False
    from archcalc.importers.onnx import model

    return model.is_model(file.view())


def is_model(file: File) -> bool:
    """YAML with a backbone and a head, which no spec has."""
    head = file.head
    return b"\0" not in head[:HEAD] and all(re.search(rb"^%s[ \t]*:" % key, head, re.M) for key in KEYS)


KEYS = (b"backbone", b"head")


def is_keras(file: File) -> object:
    """A zip, an HDF5 file or JSON with a description of a model of Keras."""
    head = file.head[:HEAD]
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return True
    if head.startswith(b"PK\3\4"):
        from archcalc.importers.keras import container

        return container.is_archive(file)
    return KERAS(file)


KERAS = has(rb"\A(?:\xef\xbb\xbf)?\s*\{[\s\S]*\"class_name\"\s*:")

FORMATS = (
    Format("pytorch.module", "PyTorch module", lambda file: file.code is not None),
    Format("pytorch", "PyTorch .pt2", zip_with("models/model.json")),
    Format("pytorch.pickled", "PyTorch .pt", is_pickle),
    Format("onnx", "ONNX", is_onnx),
    Format("keras", "Keras model", is_keras),
    Format("darknet", "Darknet .cfg", has(rb"\A(?:\xef\xbb\xbf)?(?:\s|[#;].*\n)*\[(?:net|network)\]")),
    Format("hugging_face", "Hugging Face config.json", has(rb"\A(?:\xef\xbb\xbf)?\s*\{[\s\S]*\"model_type\"\s*:")),
    Format("ultralytics", "Ultralytics YAML", is_model),
    Format("caffe", "Caffe .prototxt", has(rb"(?:^|[\"\]}\s])layers?\s*:?\s*\{\s*(?:#.*\s+)*[a-z_]+\s*[:{]")),
)
"""In this order: the first whose sign a file has is its format."""


def format_of(file: File) -> Format | None:
    """The format of a file; None if it is none of them, as a spec is."""
    found = next((form for form in FORMATS if form.sign(file)), None)
    file.is_foreign = found is not None
    return found
