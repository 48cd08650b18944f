"""A device of one's own: what its file may say, and how everything that is wrong with it is told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archcalc.errors import Source, SpecError
from archcalc.language.device import PEAKS, device_schema, read_device, share

WHOLE = """\
name: board
peaks: {fp32: 0.5T, tf32: 1T, int8: 4 TOPS, half: 2_000GFLOP/s}
bandwidth: 34.1GB/s
memory: 8GiB
efficiency: 60%
source: its datasheet
"""


def test_what_a_file_says() -> None:
    found = read_device(Source("my.yaml", WHOLE))
    assert found.peaks == {"float32": 5 * 10**11, "tf32": 10**12, "int8": 4 * 10**12, "float16": 2 * 10**12}
    assert (found.name, found.bandwidth, found.memory) == ("board", 341 * 10**8, 8 * 2**30)
    assert (found.efficiency, found.source) == (Fraction(3, 5), "its datasheet")


def test_numbers_alone_and_what_may_be_left_out() -> None:
    found = read_device(Source("dir/small.yaml", "peaks: {int8: 4e9}\nbandwidth: 1e9\n"))
    assert found[:6] == ("small", {"int8": 4 * 10**9}, 10**9, None, 1, "")


PEAK, REST = "peaks: {{float32: {}}}\nbandwidth: 1GB\n", "peaks: {{float32: 1T}}\nbandwidth: {}\n"


@pytest.mark.parametrize(
    "text, place, said",
    [
        (PEAK.format("0"), "1:18", "the peak of float32 is above 0"),
        (PEAK.format("0.0T"), "1:18", "the peak of float32 is above 0"),
        (PEAK.format("-1T"), "1:18", "the peak of float32 is a number above 0, not '-1T' (such as 312T)"),
        (PEAK.format(".nan"), "1:18", "the peak of float32 is a number above 0, not '.nan'"),
        (PEAK.format(".inf"), "1:18", "the peak of float32 is a number above 0, not '.inf'"),
        (PEAK.format("1e40"), "1:18", "the peak of float32 is more than any device has: '1e40'"),
        (PEAK.format("1e400"), "1:18", "1e400 is too large for a number with a point"),
        (PEAK.format("'1e9999T'"), "1:18", "the peak of float32 is a number above 0"),
        (PEAK.format("9" * 2000), "1:18", "a number has at most 1,000 digits"),
        (PEAK.format("1.5"), "1:18", "the peak of float32 is a whole number, not 1.5"),
        (PEAK.format("312t"), "1:18", "did you mean T?"),
        (PEAK.format("1TB"), "1:18", "the peak of float32 is in another unit than '1TB'"),
        (PEAK.format("50%"), "1:18", "the peak of float32 is in another unit than '50%'"),
        (PEAK.format("[1]"), "1:18", "the peak of float32 is a number above 0"),
        (PEAK.format("true"), "1:18", "the peak of float32 is a number above 0, not 'true'"),
        ("peaks: {}\nbandwidth: 1GB\n", "1:8", "peaks takes {TYPE: operations a second, ...}"),
        ("peaks: 1T\nbandwidth: 1GB\n", "1:8", "peaks takes {TYPE: operations a second, ...}"),
        ("peaks: {flaot16: 1T}\nbandwidth: 1GB\n", "1:9", "peaks has no type 'flaot16' (did you mean 'float16'?)"),
        ("peaks: {fp16: 1T, float16: 1T}\nbandwidth: 1GB\n", "1:19", "the peak of float16 is given twice"),
        (REST.format("0"), "2:12", "bandwidth is above 0"),
        (REST.format("-5GB"), "2:12", "bandwidth is a number above 0, not '-5GB' (such as 2039GB)"),
        (REST.format("34G"), "2:12", "bandwidth is in another unit than '34G' (such as 2039GB)"),
        (REST.format("~"), "2:12", "bandwidth is a number above 0"),
        (REST.format("1GB\nmemory: 0"), "3:9", "memory is above 0"),
        (REST.format("1GB\nefficiency: 1.5"), "3:13", "efficiency is a share above 0 and at most 1"),
        (REST.format("1GB\nefficiency: 0"), "3:13", "efficiency is a share above 0 and at most 1"),
        (REST.format("1GB\nefficiency: .nan"), "3:13", "efficiency is a share above 0 and at most 1"),
        (REST.format("1GB\nbandwith: 2GB"), "3:1", "a device has no key 'bandwith' (did you mean 'bandwidth'?)"),
        (REST.format("1GB\ncolour: red"), "3:1", "a device has no key 'colour' (its keys are name, peaks, bandwidth"),
        (REST.format("1GB\nname: [a]"), "3:7", "name takes a text"),
        ("peaks: {float32: 1T}\n", "1:1", "the device has no 'bandwidth'"),
        ("bandwidth: 1GB\n", "1:1", "the device has no 'peaks'"),
        ("[1, 2]\n", "1:1", "a device is a mapping of its rates"),
        ("", "1:1", "the file is empty (a device needs peaks and bandwidth, such as {peaks:"),
        ("peaks: {float32: 1T\n", "", ""),
    ],
)
def test_what_is_wrong(text: str, place: str, said: str) -> None:
    with pytest.raises(SpecError) as raised:
        read_device(Source("my.yaml", text))
    assert said in str(raised.value)
    assert f"my.yaml:{place}" in str(raised.value)


def test_everything_that_is_wrong_at_once() -> None:
    with pytest.raises(SpecError) as raised:
        read_device(Source("my.yaml", "peaks: {int9: 1, fp16: 0}\nbandwidth: much\nmemory: -1\nefficiency: 7\n"))
    assert [one.span and one.span.line for one in raised.value.diagnostics] == [0, 0, 1, 2, 3]


@pytest.mark.parametrize(
    "text, value",
    [("0.6", Fraction(3, 5)), ("60%", Fraction(3, 5)), ("62.5 %", Fraction(5, 8)), (".5", Fraction(1, 2)), ("1", 1)],
)
def test_shares(text: str, value: Fraction) -> None:
    assert share(text) == value


@pytest.mark.parametrize("text", ["0", "0.0", "1.1", "-0.5", "nan", "inf", "1e-5", "101%", "0%", "", "0.5x", "60"])
def test_no_shares(text: str) -> None:
    assert share(text) is None


def test_its_schema_takes_it_and_refuses_what_it_refuses() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    schema = device_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    assert validator.is_valid(yaml.safe_load("peaks: {float32: 0.5T}\nbandwidth: 34GB\n"))
    for wrong in ("peaks: {float32: 1T}", "peaks: {}\nbandwidth: 1", "peaks: {a: 1}\nbandwidth: 1", "[]"):
        assert not validator.is_valid(yaml.safe_load(wrong)), wrong
    assert {*schema["properties"]["peaks"]["properties"]} >= {*PEAKS}
