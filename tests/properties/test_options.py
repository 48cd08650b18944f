"""What is asked for and stands there already changes nothing; an option changes what it is for and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from specs.write_index import shipped

from archcalc.api import report
from archcalc.api.spec import expression
from archcalc.layers.base import BITS

from .reports import ALL_SPECS, VARIANTS, shipped_report, without_places

FILES = {spec["name"]: spec for spec in shipped().values() if "layers" in spec}
VARIANTS_OF = {variant: name for name, spec in FILES.items() for variant in spec.get("variants", {})}
SOME = ["resnet", "gpt2", "mixture-of-experts", "clip", "whisper", "yolov8", "lstm-stacked"]


def settings(values: dict[str, Any]) -> dict[str, str]:
    """Variables as ``--set`` is given them."""
    return {name: expression(value) for name, value in values.items()}


def inputs(found: dict[str, Any]) -> dict[str | None, tuple[int, ...]]:
    """The input that a report tells, as ``--input`` gives it."""
    given = found["input"]
    named = {None: given} if isinstance(given.get("shape"), tuple) else given
    return {name: one["shape"] for name, one in named.items()}


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ALL_SPECS)
def test_asking_for_what_is_there_changes_nothing(name: str) -> None:
    expected = shipped_report(name)
    given = settings(FILES[name].get("vars", {}))
    found = report(name, settings=given, inputs=inputs(expected), batch=1, dtype="float32", count="flop")
    assert without_places(found, "set") == without_places(expected, "set")
    assert found["set"].keys() == given.keys()


@pytest.mark.sampled(12)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_its_values_set(variant: str) -> None:
    name = VARIANTS_OF[variant]
    values = settings(FILES[name]["variants"][variant] or {})
    expected = without_places(shipped_report(variant), "set", "variant")
    assert without_places(report(name, settings=values, count="flop"), "set", "variant") == expected


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", SOME)
def test_the_width_of_weights_changes_their_bytes_alone(name: str) -> None:
    expected = shipped_report(name)
    for dtype, bits in BITS.items():
        found = report(name, dtype=dtype, count="flop")
        assert found["totals"] == {**expected["totals"], "weights_bytes": -(-expected["totals"]["params"] * bits // 8)}
        assert sum(found["params_by_dtype"].values()) == found["params_by_dtype"].get(dtype, 0)
        for row, other in zip(found["layers"], expected["layers"], strict=True):
            by_dtype, size = ({dtype: row["params"]} if other["params_by_dtype"] else {}), -(-row["params"] * bits // 8)
            assert row == {**other, "params_by_dtype": by_dtype, "weights_bytes": size}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", SOME)
def test_a_way_of_counting_changes_operations_alone(name: str) -> None:
    def others(found: dict[str, Any]) -> Any:
        rows = [{key: value for key, value in row.items() if key != "ops"} for row in found["layers"]]
        return rows, {key: value for key, value in found["totals"].items() if key != "ops"}

    for count in ("mac", "document", "fvcore", "torchinfo"):
        assert others(report(name, count=count)) == others(shipped_report(name))


@pytest.mark.parametrize("name", SOME)
def test_a_batch_multiplies_work_and_no_weights(name: str) -> None:
    """What grows is what reads the input; a learned tensor and what is computed from it alone does not."""
    one, three = (report(name, batch=batch, count="flop") for batch in (1, 3))
    grown = 0
    for row, larger in zip(one["layers"], three["layers"], strict=True):
        work = [row["macs"], row["ops"], row["activations"], *row["ops_by_kind"].values()]
        work3 = [larger["macs"], larger["ops"], larger["activations"], *larger["ops_by_kind"].values()]
        assert work3 in (work, [3 * number for number in work])
        assert all(row[key] == larger[key] for key in ("params", "buffers", "weights", "inputs", "outputs"))
        grown += work3 != work
    assert grown > len(one["layers"]) // 2
