"""The formats of ``check``, each held against what reads it: a schema, a grammar, a parser, a size."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from repository import net

from archcalc.budget.check import check_budgets
from archcalc.budget.loosening import Loosening
from archcalc.budget.outcome import Outcome
from archcalc.cli.check import append_summary
from archcalc.errors import Diagnostic, Source, Span
from archcalc.render import FORMATS, writer
from archcalc.render.check.github import annotation
from archcalc.render.check.markdown import MARKER
from archcalc.render.style import Style

SCHEMAS = Path(__file__).parent / "schemas"

BUDGETS = """\
budgets:
  - {specs: net.yaml, max: {params: 100, macs: 1G}, min: {params: 1k}, message: "50% off, <now>: call A&B"}
  - {specs: net.yaml, max: {params: 100}, level: warn}
  - {specs: net.yaml, max: {params: 100}, level: "off"}
  - {specs: net.yaml, max_increase: {params: 1%}}
"""

HOSTILE = "a|b`<!-- -->::error::x%0A\x1b[31m\u202e<script>]]>"


@pytest.fixture
def outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Limits that do not hold at each level, one that does, one not judged (which is noted), and a diagnostic."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    Path("net.yaml").write_text(net(4))
    Path("archcalc.yaml").write_text(BUDGETS)
    found = check_budgets([], {}, given={})
    source = Source("net.yaml", net(4))
    found.errors.append(Diagnostic("50 % wrong:\nso, what?", Span(source, 1, 2, 5), help="mend it"))
    return found


def hostile(outcome: Outcome) -> Outcome:
    for result in outcome.results:
        result.spec = result.message = HOSTILE
    return outcome


def written(outcome: Outcome, form: str, **style: object) -> str:
    out = io.StringIO()
    writer("check", form)(outcome, out, Style(**style))
    return out.getvalue()


@pytest.mark.parametrize("form", FORMATS["check"])
def test_no_format_lets_control_characters_through(outcome: Outcome, form: str) -> None:
    text = written(loosened(hostile(outcome)), form)
    if form != "github":  # a log escapes nothing but its own grammar
        assert "\x1b" not in text
        assert "\u202e" not in text or form == "junit"


@pytest.mark.parametrize("name", ["@everyone", "#1", "owner/models#1", "5MB @int8"])
def test_a_comment_calls_nobody(outcome: Outcome, name: str) -> None:
    """GitHub links names and numbers after it has read the Markdown: a backslash does not keep it from that."""
    for result in outcome.results:
        result.spec = result.message = name
    outcome.errors.append(Diagnostic(name))
    text = written(outcome, "markdown")
    assert not re.search(r"[@#]\w", text.replace("&#8203;", "\u200b"))
    assert name.replace("#", "\\#") in text.replace("&#8203;", "")


def test_junit_is_jenkins(outcome: Outcome) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    schema = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    for text in (written(outcome, "junit"), written(hostile(outcome), "junit"), written(Outcome(None), "junit")):
        schema.validate(text)
    schema.validate(written(loosened(outcome), "junit"))


def loosened(outcome: Outcome) -> Outcome:
    """With a limit that the base holds more strictly, and a file that is no spec."""
    source = Source("archcalc.yaml", BUDGETS)
    was, now = Span(Source("main:archcalc.yaml", BUDGETS), 1, 2, 5), Span(source, 1, 2, 5)
    outcome.loosened.append(Loosening("max", HOSTILE, HOSTILE, spec_file=HOSTILE, span=was, at=now, why=HOSTILE))
    outcome.left_out.append(HOSTILE)
    return outcome


@pytest.mark.parametrize("holds_base", [False, True])
def test_what_is_loosened(outcome: Outcome, holds_base: bool) -> None:
    outcome.holds_base = holds_base
    loosened(outcome)
    root = ElementTree.fromstring(written(outcome, "junit"))
    [case] = [case for case in root.iter("testcase") if case.get("name") == "loosened 1"]
    assert [child.tag for child in case] == ["failure" if holds_base else "system-out"]
    assert (root.get("tests"), root.get("failures")) == ("9", str(2 + holds_base))
    [run] = json.loads(written(outcome, "sarif"))["runs"]
    [found] = [one for one in run["results"] if one["ruleId"] == "loosened"]
    assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == "loosened"
    assert found["level"] == ("error" if holds_base else "warning")
    assert found["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    [(kind, properties)] = [one[:2] for one in annotations(written(outcome, "github")) if "loosened" in one[1]["title"]]
    assert (kind, properties["file"]) == ("error" if holds_base else "warning", "archcalc.yaml")


def test_junit(outcome: Outcome) -> None:
    root = ElementTree.fromstring(written(outcome, "junit"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "2", "1")
    cases = {case.get("name"): [child.tag for child in case] for case in root.iter("testcase")}
    assert cases == {
        "params max 100": ["skipped"],  # three of that name: an error, a warning, one that is off
        "macs max 1G": [],
        "params min 1k": ["failure"],
        "params +1%": ["skipped"],
        "error 1": ["error"],
        "note 1": ["system-out"],
    }
    assert [len(root.findall(f".//{tag}")) for tag in ("failure", "skipped", "system-out", "error")] == [2, 2, 2, 1]


def test_sarif_is_2_1_0(outcome: Outcome) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for found in (outcome, hostile(outcome), Outcome(None), loosened(outcome)):
        validator.validate(json.loads(written(found, "sarif")))
    broken = json.loads(written(outcome, "sarif"))
    broken["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(broken)


def test_sarif_places(outcome: Outcome) -> None:
    [run] = json.loads(written(outcome, "sarif"))["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    note = run["results"].pop()
    assert rules[note["ruleIndex"]] == note["ruleId"] == "note"
    assert note["message"]["text"].startswith("max_increase holds nothing: there is no base; say base=origin/main")
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "archcalc.yaml"
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("net.yaml", 4)
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["invocations"][0]["executionSuccessful"] is False


# What actions/runner reads: ::command key=value,key=value::message, unescaped in the opposite order
COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:]*)(?:,[a-zA-Z]+=[^,:]*)*)::(.*)")


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in filter(lambda line: not line.startswith("::debug::"), text.splitlines()[:-1]):
        kind, properties, message = COMMAND.fullmatch(line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        found.append((kind, {key: unescaped(value) for key, value in pairs.items()}, unescaped(message)))
    return found


def test_github(outcome: Outcome) -> None:
    text = written(outcome, "github")
    assert text.splitlines()[-1] == "6 limits: 1 hold, 2 fail, 1 warns, 1 not judged, 1 off"
    error, *limits, note = annotations(text)
    assert note[:2] == ("notice", {"file": "archcalc.yaml", "line": "5", "col": "46", "title": "archcalc"})
    assert note[2].startswith("max_increase holds nothing: there is no base\n")
    assert error == (
        "error",
        {"file": "net.yaml", "line": "2", "col": "3", "title": "archcalc"},
        "50 % wrong:\nso, what?\nmend it",
    )
    assert [kind for kind, _, _ in limits] == ["error", "error", "warning"]
    for _, properties, message in limits:
        assert (properties["file"], properties["line"]) == ("net.yaml", "4")
        assert properties["title"].startswith("net: params ")
        assert ("net.yaml:4 costs most" in message) == ("over the limit" in message)  # what has most is no fault of min
    assert any("50% off, <now>: call A&B" in message for _, _, message in limits)


def test_github_escapes() -> None:
    assert annotation("error", {"file": "a,b:c%.yaml", "line": 3}, "50 %\r\n::x") == (
        "::error file=a%2Cb%3Ac%25.yaml,line=3::50 %25%0D%0A::x\n"
    )


def test_a_hostile_name_is_one_annotation(outcome: Outcome) -> None:
    for result in outcome.results:
        result.spec = "x\n::set-env name=A::b,c:"
    found = annotations(written(outcome, "github"))
    assert len(found) == 5
    assert found[1][2].startswith("x\n::set-env name=A::b,c:: params")


def test_github_paths_count_from_the_workspace(outcome: Outcome, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    files = {place["file"] for _, place, _ in annotations(written(outcome, "github"))}
    assert files == {f"{tmp_path.name}/net.yaml", f"{tmp_path.name}/archcalc.yaml"}


@pytest.mark.parametrize("form", FORMATS["check"])
def test_every_format_has_the_note(outcome: Outcome, form: str) -> None:
    text = written(outcome, form)
    assert "max_increase holds nothing: there is no base" in text.replace("max\\_increase", "max_increase")
    outcome.notes = []
    assert "holds nothing" not in written(outcome, form)


def test_the_summary_is_appended(outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("before\n")
    append_summary(outcome, Style())
    assert (tmp_path / "summary.md").read_text() == "before\n" + written(outcome, "markdown")


def test_markdown(outcome: Outcome) -> None:
    outcome.errors = []
    text = written(outcome, "markdown")
    assert text.startswith(f"{MARKER}\n### archcalc: 2 limits do not hold\n")
    urgent, folded = text.split("<details>")
    assert [line.split(" | ")[0] for line in urgent.splitlines() if line[:3] in ("| ❌", "| ⚠")] == [
        "| ❌",
        "| ❌",
        "| ⚠️",
    ]
    assert "macs" in folded
    assert "macs" not in urgent


def test_a_comment_fits(outcome: Outcome) -> None:
    """However many limits and however long their texts: what fails is there, the rest is counted."""
    failing, holding = outcome.results[0], outcome.results[1]
    failing.message = "ü" * 500
    outcome.results = [failing] * 3000 + [holding] * 3000
    outcome.errors *= 3000
    text = written(outcome, "markdown")
    assert len(text.encode()) < 65_536
    assert text.startswith(MARKER)
    assert text.rstrip().endswith("</details>")
    assert len(re.findall(r"^and [\d,]+ more$", text, re.MULTILINE)) == 3
    assert "❌" in text
    assert "✅" in text


def test_markdown_is_not_broken_by_names(outcome: Outcome) -> None:
    rows = [line for line in written(hostile(outcome), "markdown").splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {8}
    assert "<script>" not in written(outcome, "markdown").replace("\\<", "")
    assert written(outcome, "markdown").count("<!--") == 1 + written(outcome, "markdown").count("\\<!--")


def test_json(outcome: Outcome) -> None:
    found = json.loads(written(outcome, "json"))
    assert (found["schema"], found["base"]) == ("archcalc.check/1", None)
    keys = {"spec", "variant", "path", "metric", "limit", "used", "base", "share", "level", "ok", "file", "line"}
    assert all(keys <= set(result) for result in found["results"])
    first = found["results"][0]
    assert (first["limit"], first["used"], first["share"], first["ok"]) == (100, 112, 1.12, False)
    assert (first["file"], first["line"], first["at"]) == ("archcalc.yaml", 2, {"file": "net.yaml", "line": 4})
    assert found["errors"][0]["line"] == 2


def test_table(outcome: Outcome) -> None:
    lines = written(outcome, "table").splitlines()
    assert [line.split()[0] for line in lines[1:7]] == ["over", "ok", "under", "warn", "off", "-"]
    assert "archcalc.yaml:2" in lines[1]
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal(outcome: Outcome, columns: int) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    writer("check", "table")(outcome, out, Style(color=True, width=columns))
    out.seek(0)
    text = out.read()
    assert "\x1b[1;31m" in text
    assert ("█" in text) is (columns > 60)
    assert "112" in text
