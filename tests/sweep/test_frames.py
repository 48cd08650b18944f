"""Rows as Parquet, as frames of pandas and polars, and as Python reads them."""

from __future__ import annotations

import pickle
from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy")

import archcalc
from archcalc.cli import main
from archcalc.render.sweep.parquet import columns_of

WORDS = ["sweep", "gpt2", "--vary", "heads=6..13", "--vary", "depth=1..200", "--vary", "dtype=int8,int4"]
COLUMNS = ["heads", "depth", "dtype", "params", "macs", "status"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_rows_in_python() -> None:
    rows = archcalc.sweep("gpt2", {"heads": [11, 12], "depth": range(1, 4, 2), "dtype": "int8"}, workers=1)
    assert len(rows) == 4
    assert rows.names == COLUMNS
    found = [*rows]
    assert found == [*rows]  # computed anew
    assert found[0]["status"].startswith("input channels (768) must be divisible by heads (11), archcalc:sequence/gpt2")
    one = archcalc.load("gpt2", depth=3)
    assert found[3] == {
        "heads": 12,
        "depth": 3,
        "dtype": "int8",
        "params": one.params,
        "macs": one.macs,
        "status": "fits",
    }
    only = archcalc.sweep("gpt2", ["depth=1..9"], where="params < 60M", columns=["params"], workers=1)
    assert [row["depth"] for row in only] == [1, 2]
    assert sum(len(chunk) for chunk in only.chunks()) == 2


def test_a_spec_of_python_varies() -> None:
    spec = archcalc.Spec("net", input=[3], layers=[{"linear": "sizes[1]"}], vars={"sizes": [2, 4]})
    rows = archcalc.sweep(spec, {"sizes[1]": [5, 6], "C": 7}, columns="params", workers=1)
    assert [row["params"] for row in rows] == [40, 48]
    with pytest.raises(archcalc.SpecError, match="<net> has no variable or axis 'width'"):
        archcalc.sweep(spec, {"width": [1]})


def test_parquet_by_pyarrow_is_resumed_by_nobody_and_joined() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert main([*WORDS, "-o", "rows.csv"]) == 0
    assert main([*WORDS, "-o", "rows.parquet"]) == 0
    table = parquet.read_table("rows.parquet")
    assert table.column_names == COLUMNS
    assert list(map(str, table.schema.types)) == ["int64", "int64", "string", "int64", "int64", "string"]
    for number in (1, 2, 3):
        assert main([*WORDS, "--shard", f"{number}/3", "-o", f"{number}.parquet"]) == 0
    assert main(["sweep", "--join", "3.parquet", "1.parquet", "2.parquet", "-o", "joined.csv"]) == 0
    assert Path("joined.csv").read_bytes() == Path("rows.csv").read_bytes()
    assert main(["sweep", "--join", "3.parquet", "1.parquet", "2.parquet", "-o", "joined.parquet"]) == 0
    assert parquet.read_table("joined.parquet").equals(table)
    assert main([*WORDS, "-o", "rows.parquet", "--resume"]) == 2


def test_parquet_by_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    polars = pytest.importorskip("polars")
    monkeypatch.setattr("archcalc.render.sweep.parquet.find_spec", lambda name: name == "polars")
    assert main([*WORDS, "-o", "rows.parquet"]) == 0
    found = polars.read_parquet("rows.parquet")
    assert found.columns == COLUMNS
    assert found.height == 3_200
    assert found.row(1)[:4] == (6, 1, "int4", archcalc.load("gpt2", depth=1).params)


def test_parquet_needs_one_of_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("archcalc.render.sweep.parquet.find_spec", lambda name: None)
    assert main([*WORDS, "-o", "rows.parquet"]) == 2
    assert "parquet needs pyarrow or polars\n  = help: pip install 'archcalc[parquet]'" in capsys.readouterr().err
    assert not [*Path().iterdir()]


def test_a_number_of_more_than_64_bits(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow")
    spec = "name: net\ninput: [3]\nvars: {width: 1}\nlayers: [linear: width, linear: width, linear: width]\n"
    Path("net.yaml").write_text(spec, encoding="utf-8")
    words = ["sweep", "net.yaml", "--vary", f"width=1,{2**62 - 1}", "--columns", "params"]
    assert main([*words, "--format", "csv"]) == 0
    large = 2**62 - 1
    assert f"{large},{3 * large + large + 2 * (large * large + large)},fits" in capsys.readouterr().out
    assert main([*words, "-o", "rows.parquet"]) == 2
    assert "'params' has a number of more than 64 bits" in capsys.readouterr().err


def test_frames() -> None:
    rows = archcalc.sweep("gpt2", {"heads": [11, 12]}, columns="params", workers=1)
    pandas = pytest.importorskip("pandas")
    frame = rows.to_dataframe()
    assert [*frame.columns] == ["heads", "params", "status"]
    assert pandas.isna(frame.params[0])
    assert frame.params[1] == archcalc.load("gpt2").params
    pytest.importorskip("polars")
    assert rows.to_polars().columns == ["heads", "params", "status"]


def test_a_sweep_goes_to_another_process_and_counts_as_here() -> None:
    Path("edge.yaml").write_text("name: edge\nunit: cycles\noperations: {mac: 1, add: 2}\n", encoding="utf-8")
    spec = archcalc.Spec("net", input=[3, 8, 8], layers=[{"conv": {"out": "width", "kernel": 3}}], vars={"width": 4})
    vary = {"width": [1, 2], "H": [4, 9], "dtype": "int4"}
    rows = archcalc.sweep(spec, vary, columns="ops,weights_bytes", count="edge.yaml", workers=1)
    again = pickle.loads(pickle.dumps(rows))
    assert [*again] == [*rows]
    assert [*archcalc.sweep(spec, vary, columns="ops,weights_bytes", count="edge.yaml", workers=1)] == [*rows]


def test_widths_of_some_layers_are_laid_over_each_depth() -> None:
    text = 'dtype: int8\nbias_dtype: int32\nweights: {"layer1/*/residual1/**": float16}\n'
    Path("widths.yaml").write_text(text, encoding="utf-8")
    rows = archcalc.sweep("gpt2", {"depth": [2, 9], "dim": [48, 96]}, columns="weights_bytes", dtype="widths.yaml")
    for row in rows:
        network = archcalc.load("gpt2", depth=row["depth"], dim=row["dim"], dtype="widths.yaml")
        assert row["weights_bytes"] == network.weights_bytes


@pytest.mark.parametrize("by", ["pyarrow", "polars"])
def test_parquet_in_parts_of_a_run(by: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> None:
    """What a run leaves that ends early can be read, and so can what has no rows, or goes to a pipe."""
    parquet, _ = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("polars")
    monkeypatch.setattr("archcalc.render.sweep.parquet.find_spec", lambda name: name == by)
    words = ["sweep", "gpt2", "--vary", "heads=6..13", "--vary", "depth=1..500", "--columns", "params"]
    assert main([*words, "--pareto", "params", "--where", "params < 1", "-o", "none.parquet"]) == 0
    assert parquet.read_table("none.parquet").column_names == ["heads", "depth", "params", "status"]
    assert main([*words, "--format", "parquet"]) == 0
    assert parquet.read_table(BytesIO(capfdbinary.readouterr().out)).num_rows == 4_000

    def interrupted(rows: Any, chunk: Any) -> Any:
        if chunk.start:
            raise KeyboardInterrupt
        return columns_of(rows, chunk)

    monkeypatch.setattr("archcalc.render.sweep.parquet.columns_of", interrupted)
    assert main([*words, "--workers", "1", "-o", "rows.parquet"]) == 130
    assert b"of 4,000 variants: 'rows.parquet.partial' has their rows\n" in capfdbinary.readouterr().err
    assert parquet.read_table("rows.parquet.partial").num_rows == 256


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it is closed once more
def test_parquet_on_a_full_disk(capsys: pytest.CaptureFixture[str]) -> None:
    """Without its end it cannot be read: nothing is left, and nobody says that something is."""
    pytest.importorskip("pyarrow")

    def full(*given: Any) -> None:
        raise OSError(ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyarrow.parquet.ParquetWriter.close", full)
        assert main([*WORDS, "-o", "rows.parquet"]) == 2
    assert capsys.readouterr().err == "error: cannot write 'rows.parquet': No space left on device\n"
    assert not [*Path().iterdir()]
    assert main([*WORDS, "-o", "/dev/full"]) == 2
    assert capsys.readouterr().err == "error: cannot write '/dev/full': No space left on device\n"
