"""A spec in several files is the spec in one: its blocks in a file beside it, or all of it imported as a block."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from language.structure import as_data

from archcalc.sources.source import locate

from .networks import as_yaml, few_examples, networks
from .reports import ALL_SPECS, SPECS, paced, report_of, shipped_report, told, without_places

NAME = re.compile(r"[^\W\d]\w*")
LIBRARY = "blocks_moved.yaml"


def names_in(value: Any) -> set[str]:
    """Every name in the texts of a value; an argument of a block hides a variable of its name."""
    if isinstance(value, dict):
        found = set().union(*map(names_in, value.values()))
        return found - set(value.get("args", ()))
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return set(NAME.findall(value)) if isinstance(value, str) else set()


def keys_in(value: Any) -> set[str]:
    """Every key in a value, and every text: a step that is only a layer's name."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else {str(value)}


def used(table: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """What of ``vars`` or ``defaults`` these names need, and what that needs in turn: an unused one is an error."""
    found: dict[str, Any] = {}
    while names & (table.keys() - found.keys()):
        found = {name: value for name, value in table.items() if name in names}
        names = names | names_in(found)
    return found


def parted(spec: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The spec without its blocks, which it imports, and the file of blocks; each with the defaults and variables that
    its own text reads, since blocks see those of the file that they are written in."""
    main = {key: value for key, value in spec.items() if key not in ("blocks", "vars", "defaults", "variants")}
    library = {"name": "library", "blocks": spec["blocks"], "import": spec.get("import", [])}
    for part in (main, library):
        part["defaults"] = used(spec.get("defaults", {}), keys_in(part))
        said = {key: value for key, value in part.items() if key not in ("name", "description", "source")}
        part["vars"] = used(spec.get("vars", {}), names_in(said))
    main["import"] = [LIBRARY, *spec.get("import", [])]
    return main, {key: value for key, value in library.items() if value}


def written(folder: Path, name: str, spec: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text(as_yaml(spec), encoding="utf-8")
    return path


def hold_parted(spec: dict[str, Any], expected: dict[str, Any], folder: Path) -> None:
    main, library = parted(spec)
    written(folder, LIBRARY, library)
    path = written(folder, "main.yaml", main)
    assert without_places(report_of(path.read_text(encoding="utf-8"), path)) == without_places(expected)


def hold_imported(spec: dict[str, Any], expected: dict[str, Any], folder: Path) -> None:
    """A file whose one step is the other file; the rows are that file's, below the path of the step."""
    written(folder, "inner.yaml", spec)
    outer = {"name": "outer", "input": expected["input"], "import": ["inner.yaml"], "layers": [{spec["name"]: None}]}
    outer |= {"layout": spec["layout"]} if "layout" in spec else {}
    path = written(folder, "outer.yaml", as_plain(outer))
    found = report_of(path.read_text(encoding="utf-8"), path)
    assert (found["totals"], found["outputs"]) == (expected["totals"], expected["outputs"])
    step = f"{spec['name']}{'_' if spec['name'][-1].isdigit() else ''}1/"
    named = {"input"} if "shape" in expected["input"] else {*expected["input"]}
    assert [told(row, "file", "line") for row in found["layers"]] == [
        {
            **told(row, "file", "line"),
            "path": step + row["path"],
            "reads": [one if one in named else step + one for one in row["reads"]],
            "weights": [below(step, one) for one in row["weights"]],
        }
        for row in expected["layers"]
    ]


def as_plain(value: Any) -> Any:
    """Tuples as lists: YAML has no others."""
    if isinstance(value, dict):
        return {key: as_plain(item) for key, item in value.items()}
    return [*map(as_plain, value)] if isinstance(value, (list, tuple)) else value


def below(step: str, weight: dict[str, Any]) -> dict[str, Any]:
    return {**weight, "shared": step + weight["shared"]} if "shared" in weight else weight


def data_of(name: str) -> dict[str, Any]:
    return as_data(Path(locate(name).path or ""))  # type: ignore[no-any-return]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", paced(name for name in SPECS if "blocks" in data_of(name)))
def test_blocks_of_a_shipped_spec_in_a_file_beside_it(name: str, tmp_path: Path) -> None:
    hold_parted(data_of(name), shipped_report(name), tmp_path)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ALL_SPECS)
def test_a_shipped_spec_imported_as_a_block(name: str, tmp_path: Path) -> None:
    hold_imported(data_of(name), shipped_report(name), tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@few_examples
@given(network=networks())
def test_a_random_network_in_two_files(network: dict[str, Any], folder: Path) -> None:
    expected = report_of(as_yaml(network))
    hold_parted(network, expected, folder)
    hold_imported(network, expected, folder)
