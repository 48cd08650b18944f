"""import: blocks of other files, files as blocks, and how far an import may reach."""

from __future__ import annotations

import pytest
from loading import outputs, rows, said

FILES = {
    "lib/blocks.yaml": "name: blocks\nvars: {w: 5}\ndefaults: {linear: {bias: false}}\n"
    "blocks: {five: {layers: [{linear: w}]}, other: {layers: [relu]}}",
    "lib/same.yaml": "name: same\nblocks: {five: {layers: [relu]}}",
    "lib/part.yaml": "name: part\ninput: [C]\nvars: {C: 4, n: 2}\nvariants: {big: {n: 20}}\n"
    "import: [blocks.yaml]\nlayers: [{linear: n}, {five: , when: n > 2}]",
    "lib/size.yaml": "name: size\ninput: [C]\nvars: {C: 4}\nlayers: [{linear: 2*C}]",
    "lib/two.yaml": "name: two\ninput: {a: [4], b: [4]}\nlayers: [{sub: [b, a]}]",
    "lib/circle.yaml": "name: circle\nimport: [round.yaml]\nblocks: {c: {layers: [relu]}}",
    "lib/round.yaml": "name: round\nimport: [circle.yaml]\nblocks: {r: {layers: [relu]}}",
    "lib/broken.yaml": "name: broken\nblocks: {b: {layers: [reluu]}}",
    "archcalc.yaml": "",
    "../outside.yaml": "name: outside\nblocks: {o: {layers: [relu]}}",
}


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "inner.yaml").symlink_to(root / "lib" / "blocks.yaml")
    return root / "net.yaml"


RIGHT = [  # import, the rest, outputs
    ("[lib/blocks.yaml]", "layers: [five]", [[5]]),
    ("[inner.yaml]", "layers: [five]", [[5]]),
    ("[lib/blocks.yaml]", "vars: {w: 9}\nlayers: [five, {linear: w}]", [[9]]),  # each file its own variables
    ("[lib/blocks.yaml, lib/same.yaml]", "layers: [other]", [[4]]),  # ambiguous only where it is used
    ("[lib/blocks.yaml, lib/same.yaml]", "blocks: {five: {layers: [{linear: 8}]}}\nlayers: [five]", [[8]]),
    ("[lib/part.yaml]", "layers: [part]", [[2]]),
    ("[lib/part.yaml]", "layers: [{part: {n: 1}}]", [[1]]),
    ("[lib/part.yaml]", "layers: [{part: {variant: big}}]", [[5]]),
    ("[lib/part.yaml]", "layers: [{linear: 7}, part]", [[2]]),  # its input is what it is given
    ("[lib/size.yaml]", "layers: [{linear: 7}, {size: {C: 7}}]", [[14]]),
    ("[lib/two.yaml]", "layers: [{parallel: {p: [relu], q: []}}, two]", [[4]]),
]


@pytest.mark.parametrize("imports, rest, expected", RIGHT)
def test_imports(project, imports, rest, expected):
    assert outputs(f"input: [4]\nimport: {imports}\n{rest}", path=project) == expected


def test_an_imported_file_has_the_path_of_its_step(project):
    assert list(rows("input: [4]\nimport: [lib/part.yaml]\nlayers: [{part: , name: body}, relu]", path=project)) == [
        "body/linear1",
        "relu1",
    ]


WRONG = [
    (
        "[lib/nothing.yaml]",
        "layers: [relu]",
        "no file 'lib/nothing.yaml' beside net.yaml, and no shipped spec of that name",
    ),
    ("[../outside.yaml]", "layers: [o]", "'../outside.yaml' lies outside the project"),
    ("[link.yaml]", "layers: [o]", "'link.yaml' lies outside the project"),
    ("[/etc/passwd]", "layers: [o]", "'/etc/passwd' lies outside the project"),
    ('["a\\0b"]', "layers: [relu]", "an import is the name of a file or of a shipped spec"),
    ("[lib]", "layers: [relu]", "no file 'lib' beside net.yaml"),
    ("lib/blocks.yaml", "layers: [five]", "import takes a list of files"),
    ("[lib/circle.yaml]", "layers: [c]", "imports go round in a circle: circle.yaml -> round.yaml -> circle.yaml"),
    ("[lib/blocks.yaml, lib/same.yaml]", "layers: [five]", "'five' is imported from "),
    ("[lib/part.yaml]", "layers: [five]", "unknown layer 'five'"),  # not passed on
    ("[lib/part.yaml]", "layers: [{part: {variant: bug}}]", "part has no variant 'bug'"),
    (
        "[lib/size.yaml]",
        "layers: [{linear: 7}, size]",
        "the axis is 7, but 'C' is 4 and is used elsewhere too | give it C: 7",
    ),
    ("[lib/two.yaml]", "layers: [two]", "two reads 2 tensors (a, b), prev is one ([4])"),
    ("[lib/broken.yaml]", "layers: [b]", "unknown layer 'reluu'"),
]


@pytest.mark.parametrize("imports, rest, message", WRONG)
def test_wrong_imports(project, imports, rest, message):
    assert said(f"input: [4]\nimport: {imports}\n{rest}", path=project)[0].startswith(message)


def test_allow_import(project):
    text = "input: [4]\nimport: [../outside.yaml]\nlayers: [o]"
    assert outputs(text, path=project, allow_import=(str(project.parent.parent),)) == [[4]]


def test_both_files_of_an_ambiguous_name_are_named(project):
    message = said("input: [4]\nimport: [lib/blocks.yaml, lib/same.yaml]\nlayers: [five]", path=project)[0]
    assert "blocks.yaml" in message
    assert "same.yaml" in message
