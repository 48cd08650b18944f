"""What a request loosens is told: every limit of the base that is held less strictly, or not at all."""

from __future__ import annotations

import json

import pytest
from repository import Repository, net

from archcalc.api import check
from archcalc.cli import main
from archcalc.errors import SpecError
from archcalc.render import FORMATS

VARIANTS = "variants: {wide: {w: 8}, narrow: {w: 2}}\nlayers:"


def spec(name: str, width: int = 4) -> str:
    return net(width).replace("name: net", f"name: {name}")


def variable(width: int = 4) -> str:
    """A spec with a variable, two variants and a layer in a block."""
    return net(width).replace(f"out: {width}", "out: w").replace("layers:", f"vars: {{w: {width}}}\n{VARIANTS}")


def told(*specs: str, base: str | None = "HEAD", **options: object) -> list[str]:
    return [str(one) for one in check(*specs, base=base, **options).loosened]


@pytest.fixture
def project(repository: Repository) -> Repository:
    repository.put("net.yaml", variable())
    repository.put("nets/a.yaml", spec("a"))
    repository.put("nets/b.yaml", spec("b"))
    return repository


def budgets(*entries: str) -> str:
    return "".join(["budgets:\n", *(f"  - {{{entry}}}\n" for entry in entries)])


NET = "specs: net.yaml, "
LOOSENED = [
    ("max: {params: 5M}", "max: {params: 50M}", ["net: max of params was 5M, is 50M"]),
    ("max: {params: 5M}", "max: {macs: 5M}", ["net: max of params was 5M, is none"]),
    ("min: {params: 5}", "min: {params: 4}", ["net: min of params was 5, is 4"]),
    (
        "max: {params: 5M}",
        "max: {params: 5M}, level: warn",
        ["net: max of params was 5M, level error, is 5M, level warn"],
    ),
    (
        "max: {params: 5M}, level: warn",
        "max: {params: 5M}, level: 'off'",
        ["net: max of params was 5M, level warn, is 5M, level off"],
    ),
    ("max_increase: {params: 1%}", "max_increase: {params: 2%}", ["net: max_increase of params was 1%, is 2%"]),
    ("max_increase: {params: 0}", "max_increase: {params: 1k}", ["net: max_increase of params was 0, is 1k"]),
    ("max_increase: {params: 0}", "max: {params: 1G}", ["net: max_increase of params was 0, is none"]),
    ("layers: {conv1: {params: 1k}}", "layers: {conv1: {params: 2k}}", ["net: max of params of conv1 was 1k, is 2k"]),
    ("layers: {conv1: {params: 1k}}", "max: {params: 10M}", ["net: max of params of conv1 was 1k, is 10M"]),
    ("max: {weights: 5kB @int8}", "max: {weights: 5kB @int4}", ["net: max of weights was 5kB @int8, is 5kB @int4"]),
    (
        "batch: 8, max: {macs: 1M}",
        "batch: 1, max: {macs: 1M}",
        ["net: max of macs was 1M, batch 8, of 31,104, is 1M, batch 1, of 3,888"],
    ),
    (
        "set: {w: 40}, max: {params: 2k}",
        "max: {params: 2k}",
        ["net: max of params was 2k, set w=40, of 1,120, is 2k, no set, of 112"],
    ),
    (
        "input: [3, 16, 16], max: {macs: 1M}",
        "max: {macs: 1M}",
        ["net: max of macs was 1M, input 3x16x16, of 21,168, is 1M, no input, of 3,888"],
    ),
    (
        "count: torch, max: {ops: 1M}",
        "count: mac, max: {ops: 1M}",
        ["net: max of ops was 1M, count torch, of 7,776, is 1M, count mac, of 3,888"],
    ),
    (
        "dtype: float32, max: {weights_bytes: 1kB}",
        "dtype: int8, max: {weights_bytes: 1kB}",
        ["net: max of weights_bytes was 1kB, dtype float32, of 448, is 1kB, dtype int8, of 112"],
    ),
    (
        "dtype: int8, bias_dtype: float32, max: {weights: 400B}",  # 108 weights and 4 biases
        "dtype: int8, max: {weights: 400B}",
        ["net: max of weights was 400B, bias_dtype float32, of 124, is 400B, no bias_dtype, of 112"],
    ),
    (
        "input: [3, 16, 16], max: {macs: 1M}, level: warn}\n  - {specs: net.yaml, max: {macs: 300M}",
        "input: [3, 32, 32], max: {macs: 1M}, level: warn}\n  - {specs: net.yaml, max: {macs: 300M}",
        ["net: max of macs was 1M, input 3x16x16, of 21,168, is 1M, input 3x32x32, of 97,200"],
    ),
    (
        "variants: [wide, narrow], max: {params: 5M}",
        "variants: wide, max: {params: 5M}",
        ["net:narrow: max of params was 5M, is none"],
    ),
]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("before, after, said", LOOSENED)
def test_a_limit_that_is_loosened(project: Repository, before: str, after: str, said: list[str]) -> None:
    project.put("archcalc.yaml", budgets(NET + before))
    project.commit()
    project.put("archcalc.yaml", budgets(NET + after))
    assert told() == said
    assert told(base="HEAD~0") == said
    assert told("net.yaml") == said
    project.put("archcalc.yaml", budgets(NET + before))
    assert told() == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "before, after",
    [
        ("max: {params: 5M}", "max: {params: 4M}"),
        ("max: {params: 5M}, level: warn", "max: {params: 5M}"),
        ("max: {params: 5M}, level: 'off'", "max: {params: 50M}"),
        ("max: {params: 5M}", "max: {params: 5e6, macs: 1G}, message: less"),
        ("max: {params: 5M}", "max: {weights: 5MB @int8}"),
        ("max: {weights: 5MB @int8}", "max: {weights: 20MB}"),
        ("max: {weights: 20MB @float32}", "max: {weights_bytes: 10MB}, dtype: half"),
        ("max: {params: 5M}", "max: {params: 5M}, batch: 8, count: torch, input: [3, 64, 64], set: {w: 4}"),
        ("max_increase: {params: 1%}", "max_increase: {params: 0}"),
        ("layers: {'**': {params: 1k}}", "max: {params: 1k}"),
        ("layers: {conv1: {params: 1k}}", "layers: {'c*': {params: 1k}}"),
        ("max: {params: 5M}}\n  - {specs: net.yaml, max: {params: 6M}", "max: {params: 5M}"),
        ("variants: [wide, narrow], max: {params: 5M}", "variants: [narrow, wide], max: {params: 5M}"),
    ],
)
def test_what_holds_the_same_or_more_is_no_loosening(project: Repository, before: str, after: str) -> None:
    project.put("archcalc.yaml", budgets(NET + before))
    project.commit()
    project.put("archcalc.yaml", "# said otherwise\n" + budgets(NET + after))
    assert told() == []


A, B = "specs: nets/a.yaml, max: {params: 5M}", "specs: nets/b.yaml, max: {params: 5M}"
BOTH = "specs: nets/*.yaml, max: {params: 5M}"


def test_globs_are_compared_by_what_they_hold(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(BOTH))
    project.commit()
    project.put("archcalc.yaml", budgets(A, B))
    assert told() == []
    project.put("archcalc.yaml", budgets(A))
    assert told() == ["nets/b.yaml: max of params was 5M, is none: archcalc.yaml does not name the spec"]
    project.put("nets/new.yaml", spec("new", 40))  # the base's glob would have held it
    why = "a new spec, which the base's budgets would hold"
    assert f"nets/new.yaml: max of params was 5M, is none: {why}" in told()


def test_an_entry_that_is_deleted(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(A, NET + "max: {params: 5M, macs: 1G}", NET + "min: {params: 1}"))
    project.commit()
    project.put("archcalc.yaml", budgets(A, NET + "min: {params: 1}"))
    assert told() == ["net: max of params was 5M, is none", "net: max of macs was 1G, is none"]
    assert told("nets/a.yaml") == []
    project.put("archcalc.yaml", budgets(A))
    assert len(told()) == 3


def test_a_spec_that_is_deleted_or_moved(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(BOTH))
    project.commit()
    (project.root / "nets/b.yaml").unlink()
    assert told() == ["nets/b.yaml: was held to max params 5M, is gone"]
    project.put("nets/b.yaml", "name: b\nblocks: {one: {layers: [relu]}}\n")
    assert told() == ["nets/b.yaml: was held to max params 5M, is no spec"]
    (project.root / "nets/b.yaml").unlink()
    project.put("elsewhere/b.yaml", spec("b"))
    project.git("add", "-A")
    assert told() == ["elsewhere/b.yaml: max of params was 5M, is none: archcalc.yaml does not name the spec"]
    project.put("archcalc.yaml", budgets("specs: '**/[a-z]*.yaml', max: {params: 5M}".replace("[a-z]", "")))
    assert told() == []


def test_a_spec_of_its_own_budget(project: Repository) -> None:
    own = "budget: {max: {params: 5M}}\n"
    project.put("nets/a.yaml", own + spec("a"))
    project.put("archcalc.yaml", budgets("specs: nets/*.yaml, min: {params: 1}"))
    project.commit()
    project.put("nets/a.yaml", own.replace("5M", "6M") + spec("a"))
    assert told() == told("nets/a.yaml") == ["a: max of params was 5M, is 6M"]
    assert told("nets/a.yaml", base="./nets/a.yaml") == []
    project.put("nets/a.yaml", spec("a"))
    assert told() == ["a: max of params was 5M, is none"]
    project.put("archcalc.yaml", budgets("specs: nets/*.yaml, min: {params: 1}, max: {params: 5M}"))
    assert told() == []
    project.put("nets/a.yaml", own.replace("max", "mox") + spec("a"))
    project.commit()
    project.put("nets/a.yaml", spec("a"))
    [said] = told()
    assert said.startswith("nets/a.yaml of HEAD cannot be compared: ")


@pytest.mark.parametrize("glob", ["1500", "500k", "5M"])
def test_of_several_limits_that_of_the_same_file_is_named(project: Repository, glob: str) -> None:
    own = "budget: {max: {params: 1k}}\n"
    project.put("nets/a.yaml", own + spec("a"))
    project.put("archcalc.yaml", budgets(BOTH.replace("5M", glob)))
    project.commit()
    project.put("nets/a.yaml", own.replace("1k", "2k") + spec("a"))
    [one] = check(base="HEAD").loosened
    assert str(one) == "a: max of params was 1k, is 2k"
    assert one.data()["at"] == {"file": "nets/a.yaml", "line": 1}


def test_of_several_limits_of_a_file_the_strictest_is_named(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(NET + "max: {params: 5M}", NET + "max: {params: 80M}"))
    project.commit()
    project.put("archcalc.yaml", budgets(NET + "max: {params: 90M}", NET + "max: {params: 80M}"))
    assert told() == ["net: max of params was 5M, is 80M"]


def test_where_the_base_says_it_is_named_as_the_bases(project: Repository) -> None:
    project.put("nets/a.yaml", "budget: {max: {params: 5M}}\n" + spec("a"))
    project.put("archcalc.yaml", budgets("specs: nets/*.yaml, min: {params: 1}"))
    project.commit()
    project.put("archcalc.yaml", budgets("specs: nets/b.yaml, min: {params: 1}"))
    places = [one.data()["written"] for one in check(base="HEAD").loosened]
    assert places == [{"file": "HEAD:archcalc.yaml", "line": 2}, {"file": "HEAD:nets/a.yaml", "line": 1}]
    (project.root / "nets/b.yaml").unlink()
    project.git("checkout", "-q", "archcalc.yaml")
    [gone] = check(base="HEAD").loosened
    assert gone.data()["written"] == {"file": "HEAD:archcalc.yaml", "line": 2}


def test_a_spec_of_its_own_budget_that_is_checked_no_more(project: Repository) -> None:
    project.put("nets/a.yaml", "budget: {max: {params: 5M}}\n" + spec("a"))
    project.put("archcalc.yaml", budgets("specs: nets/*.yaml, min: {params: 1}, level: 'off'"))
    project.commit()
    project.put("archcalc.yaml", budgets(B))
    assert told() == ["nets/a.yaml: max of params was 5M, is none: archcalc.yaml does not name the spec"]


def test_an_older_spec_as_base_has_a_budget_too(project: Repository) -> None:
    project.put("older.yaml", "budget: {max: {params: 5M}}\n" + spec("a"))
    assert told("nets/a.yaml", base="older.yaml", max={"params": 1000}) == []
    assert told("nets/a.yaml", base="older.yaml", min={"params": 1}) == ["a: max of params was 5M, is none"]


def test_how_the_spec_itself_is_counted(project: Repository) -> None:
    project.put("net.yaml", "count: torch\n" + net(4))
    project.put("archcalc.yaml", budgets(NET + "max: {ops: 8k}"))
    project.commit()
    project.put("net.yaml", "# much larger\n" + net(8))
    assert told() == ["net: max of ops was 8k, count torch, of 15,552, is 8k, count mac, of 7,776"]
    project.put("net.yaml", "count: torch\n" + net(3))
    assert told() == []


def test_a_convention_of_the_project_is_read_from_the_base(project: Repository) -> None:
    own = "name: own\nunit: multiply-adds\ncounts: multiply-adds\noperations: {mac: 2}\n"
    project.put("my.yaml", own)
    project.put("archcalc.yaml", budgets(NET + "count: my.yaml, max: {ops: 8k}"))
    project.commit()
    assert told() == []
    project.put("my.yaml", own.replace("mac: 2", "mac: 1"))
    assert told() == ["net: max of ops was 8k, of 7,776, is 8k, of 3,888"]


def test_widths_of_the_project_are_read_from_the_base(project: Repository) -> None:
    project.put("widths.yaml", "dtype: int8\n")
    project.put("archcalc.yaml", budgets(NET + "dtype: widths.yaml, max: {weights_bytes: 112B}"))
    project.commit()
    assert told() == told("net.yaml", dtype="widths.yaml") == []
    project.put("widths.yaml", "dtype: int4\n")
    assert len(told()) == 1
    assert "dtype was as HEAD:widths.yaml says, is as widths.yaml says" in told("net.yaml", dtype="widths.yaml")


def test_a_shape_that_is_expected_no_more(project: Repository) -> None:
    project.put("net.yaml", net(4) + "    expect: [4, 6, 6]\n")
    project.put("archcalc.yaml", budgets(NET + "max: {params: 5M}"))
    project.commit()
    project.put("net.yaml", net(4) + "    expect: [ 4,6, 6]  # the same\n  - relu\n")
    assert told() == []
    project.put("net.yaml", net(5) + "    expect: [5, 6, 6]\n")
    assert told() == ["net.yaml: expect was [4, 6, 6], is [5, 6, 6]"]
    project.put("net.yaml", net(5))
    assert told() == ["net.yaml: expect was [4, 6, 6], is none"]


def test_a_variant_that_is_gone(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(NET + "variants: [wide, narrow], max: {params: 5M}"))
    project.commit()
    project.put("net.yaml", variable().replace(", narrow: {w: 2}", ""))
    project.put("archcalc.yaml", budgets(NET + "variants: wide, max: {params: 5M}"))
    [said] = told()
    assert said.startswith("net.yaml:narrow: max of params was 5M, is none: ")


def test_a_pattern_that_matches_nothing_now(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(NET + "layers: {conv1: {params: 1k}}"))
    project.commit()
    project.put("net.yaml", variable() + "    name: stem\n")
    project.put("archcalc.yaml", budgets(NET + "layers: {stem: {params: 1k}}"))
    assert told() == ["net: max of params of conv1 was 1k, is none: its pattern matches no layer"]


def test_a_nearer_budget_file(project: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    project.put("archcalc.yaml", budgets(BOTH))
    project.commit()
    project.put("nets/archcalc.yaml", budgets("specs: a.yaml, max: {params: 5M}"))
    monkeypatch.chdir(project.root / "nets")
    assert told() == ["b.yaml: max of params was 5M, is none: archcalc.yaml does not name the spec"]


def test_budgets_of_the_base_that_cannot_be_read(project: Repository) -> None:
    project.put("archcalc.yaml", "budgets: [{specs: net.yaml, mox: {params: 5M}}]\n")
    project.commit()
    project.put("archcalc.yaml", budgets(NET + "max: {params: 5M}"))
    [said] = told()
    assert said.startswith("HEAD:archcalc.yaml cannot be compared: a budget ")


def test_a_base_without_budgets_holds_nothing(project: Repository) -> None:
    project.commit()
    project.put("archcalc.yaml", budgets(NET + "max: {params: 5M}"))
    assert told() == []


def test_no_budget_at_all_is_no_verdict(project: Repository) -> None:
    project.put("archcalc.yaml", budgets(NET + "max: {params: 5M}"))
    project.commit()
    (project.root / "archcalc.yaml").unlink()
    with pytest.raises(SpecError, match=r"no archcalc\.yaml"):
        check(base="HEAD")


@pytest.mark.sampled(3)
@pytest.mark.parametrize("form", FORMATS["check"])
def test_it_is_told_in_every_format_and_fails_where_that_is_asked(
    project: Repository, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    project.put("archcalc.yaml", budgets(BOTH, NET + "min: {params: 1}"))
    project.commit()
    project.put("archcalc.yaml", budgets(BOTH.replace("5M", "50M"), NET + "min: {params: 1}"))
    assert main(["check", "--base", "HEAD", "--format", form]) == 0
    out = capsys.readouterr().out
    for name in "ab" if form in ("json", "junit", "sarif") else ["a, b"]:
        assert f"{name}: max of params was 5M, is 50M" in out or (form == "json" and f'"spec": "{name}"' in out)
    strict = ["check", "--base-ref", "HEAD", "--fail-on-loosening", "--format", form]
    assert main(strict) == 1
    assert "within budget" not in capsys.readouterr().out
    project.put("archcalc.yaml", budgets(BOTH, NET + "min: {params: 1}"))
    assert main(strict) == 0


def test_as_data(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.put("archcalc.yaml", budgets(NET + "max: {params: 5M}"))
    project.commit()
    project.put("archcalc.yaml", "# more\n" + budgets(NET + "max: {params: 50M}"))
    main(["check", "--base", "HEAD", "--format", "json"])
    [one] = json.loads(capsys.readouterr().out)["loosened"]
    assert one == {
        "spec": "net",
        "variant": None,
        "spec_file": "net.yaml",
        "kind": "max",
        "metric": "params",
        "path": None,
        "was": "5M",
        "now": "50M",
        "message": "max of params was 5M, is 50M",
        "written": {"file": "HEAD:archcalc.yaml", "line": 2},
        "at": {"file": "archcalc.yaml", "line": 3},
    }


def test_the_option_says_since_when(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "net.yaml", "--max", "params=1k", "--fail-on-loosening"]) == 2
    assert "--fail-on-loosening needs --base" in capsys.readouterr().err


# What globs leave out


@pytest.mark.parametrize("form", FORMATS["check"])
def test_what_a_glob_leaves_out_is_listed(project: Repository, capsys: pytest.CaptureFixture[str], form: str) -> None:
    project.put("nets/lib.yaml", "name: lib\nblocks: {one: {layers: [relu]}}\n")
    project.put("archcalc.yaml", budgets("specs: '**/*.yaml', max: {params: 5M}"))
    assert main(["check", "--strict", "--format", form]) == 0
    assert "nets/lib.yaml" in capsys.readouterr().out
    assert check().left_out == ["nets/lib.yaml"]


def test_a_spec_that_is_called_as_a_budget_file(project: Repository) -> None:
    project.put("archcalc.yaml", budgets("specs: nets/*.yaml, max: {params: 1k}"))
    project.put("nets/archcalc.yaml", net(400))
    assert [result.ok for result in check()] == [True, False, True]
    project.put("nets/archcalc.yaml", budgets("specs: a.yaml, max: {params: 1}"))
    assert check().left_out == ["nets/archcalc.yaml"]
