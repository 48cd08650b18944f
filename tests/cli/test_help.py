"""Help: one screen that begins with what people come for, a page for each command, the language reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcalc import Spec, load
from archcalc.api.reference import manual
from archcalc.cli import main
from archcalc.cli.commands import COMMANDS, GROUPS
from archcalc.language.manual import reference
from archcalc.layers.base import BITS
from archcalc.report.figures import FIGURES


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_it_fits_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 34
    assert max(map(len, lines)) <= 80


def test_commands_stand_in_groups_by_what_a_person_wants(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    rows = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    assert [row.split()[0] for row in rows if row[2] != " "] == list(GROUPS)
    assert [row[13:].split()[0] for row in rows] == list(COMMANDS)
    order = ["Look", "Cost", "Hold", "Choose", "Exchange", "Reference"]
    assert list(GROUPS) == [heading for heading in order if heading in GROUPS]


def test_the_page_of_widths_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its example sizes a network that has such layers; each dtype is told with its bits."""
    page = manual("widths", None)
    text = "\n".join(line[4:] for line in page.partition("# widths.yaml\n")[2].splitlines()[:6])
    monkeypatch.chdir(tmp_path)
    Path("widths.yaml").write_text(text)
    head = {"steps": [{"linear": 4}], "name": "head"}
    spec = Spec("net", input=[3], layers=[{**head, "name": "blocks"}, {"linear": 4}, head])
    assert load(spec, dtype="widths.yaml").params_by_dtype == {"int4": 12, "float16": 4 + 20, "int8": 16, "int32": 4}
    assert all(f"{name}  " in page and f"  {bits} bits" in page for name, bits in BITS.items())


@pytest.mark.parametrize(
    "command, option",
    [
        ("count", "--dtype"),
        ("layers", "--bias-dtype"),
        ("memory", "--count"),
        ("formula", "--columns"),
        ("explain", "--sort"),
        ("diff", "--depth"),
        ("check", "--all"),
    ],
)
def test_an_option_that_a_command_does_not_need_is_not_offered(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "resnet18", option]) == 2
    assert "No such option" in capsys.readouterr().err
    main(["help", command])
    assert f" {option} " not in capsys.readouterr().out


def test_it_begins_with_three_examples(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    text = capsys.readouterr().out
    before_options = text.partition("Options:")[0].splitlines()
    examples = [line.split()[1] for line in before_options if line.startswith("      archcalc ")]
    assert examples == ["show", "explain", "check"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_line_and_a_page_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", name]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"Usage: archcalc {name} ")
    assert f"      archcalc {name}" in page
    main([name, "--help"])
    assert capsys.readouterr().out == page


def test_help_alone_is_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    main(["help"])
    alone = capsys.readouterr().out
    main(["--help"])
    assert capsys.readouterr().out == alone


def test_help_spec_is_the_reference(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "spec"]) == 0
    assert capsys.readouterr().out.rstrip() == reference().rstrip()


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["shwo", "resnet50"], "no command 'shwo': did you mean 'show'?"),
        (["help", "spce"], "no help on 'spce': did you mean 'spec'?"),
        (
            ["help", "zzz"],
            "no help on 'zzz': there are spec, budget, widths, counting, training, generating, roofline and the",
        ),
        (["show", "resnet51"], "did you mean 'resnet50'?"),
        (["schema", "raport"], "no schema 'raport'\n  = help: did you mean 'report'?"),
    ],
)
def test_a_typo_gets_the_nearest(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_help_counting_defines_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "counting"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    for figure in FIGURES.values():
        assert f"{figure.name} {figure.words}" in page
