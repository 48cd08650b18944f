"""Short texts, and long ones, that multiply features into hours of work or gigabytes: told, or sized, in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import Case
from .promise import broken
from .sandbox import Sandbox
from .whole import run_whole

pytestmark = pytest.mark.slow

HEAD = "name: net\ninput: [3]\n"
SHOW = ["show", "net.yaml"]
LONG = "n" * 100_000
FORMATS = ("table", "json", "jsonl", "csv", "markdown", "latex", "html")
WORK = "this takes more than 3,000,000 units of work"


def net(body: str, head: str = HEAD) -> dict[str, str]:
    return {"net.yaml": head + body}


def repeated(step: str, times: int = 100_000) -> dict[str, str]:
    """A step that is run again and again: an expression in it reads i."""
    return net(f"vars: {{a: 'range(100000)'}}\nlayers: [{{{step}, repeat: {times}}}]\n")


def of_variants(body: str, variants: int = 1_000) -> dict[str, str]:
    names = [f"x{number}" for number in range(variants)]
    written = "".join(f"  {name}: {{w: {number + 1}}}\n" for number, name in enumerate(names))
    budget = f"budgets:\n  - specs: net.yaml\n    variants: [{', '.join(names)}]\n    max: {{params: 1T}}\n"
    return {"net.yaml": f"{HEAD}vars: {{w: 3}}\nvariants:\n{written}{body}", "archcalc.yaml": budget}


LIBRARY = "name: lib\ninput: [3]\nvars:\n  v0: 1\n" + "".join(f"  v{n}: v{n - 1}\n" for n in range(1, 40_000))
ALIKE = [f"{'a' * 45}{number:05}{'b' * 45}" for number in range(3_000)]
HOSTILE = {  # what it is: the files, the command, its status, and how its first error begins
    # Expressions and lists in repetitions
    "a sum of a list": (repeated("relu: , when: 'sum(range(100000)) > i'"), SHOW, 2, WORK),
    "a sum of a list, checked": (
        repeated("relu: , when: 'sum(a) > i'"), ["check", "net.yaml", "--max", "params=1M"], 2, WORK,
    ),
    "a look through a list": (repeated("relu: , when: '-1 - i in a'"), SHOW, 2, WORK),
    "a slice of a list": (repeated("relu: , when: 'len(a[1:]) > i'"), SHOW, 2, WORK),
    "a list, each time longer by one": (repeated("relu: , when: 'len(a[i:]) > 0'"), SHOW, 2, WORK),
    "lists for a block": (
        net("blocks: {b: {args: {x: required}, layers: [{linear: 'x[0] + 3'}]}}\n"
            "layers: [{b: {x: 'range(i, i + 100000)'}, repeat: 100000}]\n"), SHOW, 2, WORK,
    ),
    "powers": (repeated(f"relu: , when: '{' + '.join(['7 ** (1000 - i % 2)'] * 40)} > 0'"), SHOW, 2, WORK),
    "repetitions of nothing": (net("layers: [{relu: , repeat: 1000000000, when: false}, relu]\n"), SHOW, 2, WORK),
    "a number of repetitions of 900 digits": (net("layers: [{relu: , repeat: 10**900}]\n"), SHOW, 2, WORK),
    "an error in each repetition": (
        net("layers: [{steps: [{linear: nope}, {relu: , from: nix}], repeat: 100000}]\n"), SHOW, 2,
        "'nope' is not known",
    ),
    # What layers are made of
    "a billion parts": (net("layers: [{split: {parts: 10**9}}, concat]\n", "name: n\ninput: [10**9]\n"), SHOW, 2, WORK),
    "a billion layers of an LSTM": (
        net("layers: [{lstm: {hidden: 3, layers: 10**9}}]\n", "name: n\ninput: [5, 3]\n"), SHOW, 2, WORK,
    ),
    "an LSTM with one layer more each time": (
        net("layers: [{lstm: {hidden: 3, layers: i + 1}, repeat: 100000}]\n", "name: n\ninput: [5, 3]\n"),
        SHOW, 2, WORK,
    ),
    "tensors that nobody reads": (
        net("layers: [{steps: [{split: {parts: 10000}, name: a}, {from: input}], repeat: 100000}, relu]\n",
            "name: n\ninput: [10000]\n"), SHOW, 2, WORK,
    ),
    "branches that nobody reads": (
        net("layers: [{steps: [{parallel: {" + ", ".join(f"b{n}: [identity]" for n in range(1000))
            + "}, name: a}, {from: input}], repeat: 100000}]\n"), SHOW, 2, WORK,
    ),
    "tensors that double": (
        net("layers:\n  - {relu: , name: p0}\n"
            + "".join(f"  - {{from: [p{n - 1}, p{n - 1}], name: p{n}}}\n" for n in range(1, 60)) + "  - add\n"),
        SHOW, 2, WORK,
    ),
    "maps in maps with a body each": (
        net("blocks: {b: {args: {n: required}, layers: [{map: [{b: {n: n - 1}, when: n > 1}]}, relu]}}\n"
            "layers: [{b: 59, repeat: 10000, when: i >= 0}]\n", f"name: n\ninput: [{', '.join(['9'] * 60)}]\n"),
        SHOW, 2, WORK,
    ),
    # Names
    **{
        f"a long name in {form}": (
            net(f"layers: [{{relu: , name: {LONG}, repeat: 100000}}]\n"), [*SHOW, "--format", form], 2, WORK,
        )
        for form in FORMATS
    },
    "a table that is wide for one name": (
        net(f"layers:\n  - {{relu: , name: {LONG}}}\n" + "  - relu\n" * 20_000), SHOW, 2, "to write 20,001 rows of",
    ),
    "names within names": (
        net("blocks:\n  b0: {layers: [relu, relu]}\n"
            + "".join(f"  b{n}: {{layers: [{{b{n - 1}: , name: {'n' * 20_000}}}]}}\n" for n in range(1, 200))
            + "layers: [{b199: , repeat: 1000, when: i >= 0}]\n"), SHOW, 2, WORK,
    ),
    **{
        f"many axes of many digits, {times} times": (
            net(f"layers: [{{relu: , repeat: {times}, when: i >= 0}}]\n",
                f"name: n\ninput: [{', '.join(['9**60'] * 64)}]\n"),
            [*SHOW, "--format", "json"], status, error,
        )
        for times, status, error in ((5_000, 0, ""), (10_000, 2, WORK))
    },
    "sizes of 990 digits": (
        net("layers: [{linear: 10**990, repeat: 20000, when: i >= 0}]\n", "name: n\ninput: [10**990]\n"),
        [*SHOW, "--format", "json"], 2, WORK,
    ),
    # Long files
    "ten million bytes of expressions": (
        net("vars: {a: 1}\nlayers:\n"
            + "".join(f"  - {{linear: '{n}+{'+'.join(['a'] * 480)}'}}\n" for n in range(9_700))), SHOW, 2, WORK,
    ),
    "a chain of variables": (
        net("vars:\n  v0: 1\n" + "".join(f"  v{n}: v{n - 1}+1\n" for n in range(1, 300_000)) + "layers: [relu]\n"),
        SHOW, 2, WORK,
    ),
    "variables of a file that is imported again and again": (
        {**net(f"import: [{'library.yaml, ' * 500}]\nlayers: [lib]\n"), "library.yaml": LIBRARY + "layers: [relu]\n"},
        SHOW, 2, WORK,
    ),
    "variables of a file that is called again and again": (
        {**net("import: [library.yaml]\nlayers:\n" + "  - lib: {v0: 3}\n" * 100),
         "library.yaml": LIBRARY + "layers: [{linear: v39999}]\n"}, SHOW, 2, WORK,
    ),
    "keys without a colon": (
        net(f"layers: [{{linear: {{{'a, ' * 300_000}}}}}]\n"), SHOW, 2, "{...} holds keys with values",
    ),
    "keys without a colon, far apart": (
        net(f"layers: [{{linear: {{{('a' + ' ' * 3000 + ', ') * 3_000}}}}}]\n"),
        SHOW, 2, "{...} holds keys with values",
    ),
    "a long equation": (net(f"layers: [{{einsum: '{'i' * 5_000_000}->i'}}]\n"), SHOW, 2, "the equation has 5,000,003"),
    "an import a million folders up": (
        net(f"import: [{'../' * 1_000_000}x.yaml]\nlayers: [relu]\n"), SHOW, 2, "the name of an import has 3,000,006",
    ),
    "names that are nearly alike": (
        net("layers:\n" + "".join(f"  - {{relu: , name: {name}}}\n" for name in ALIKE)
            + "".join(f"  - {{relu: , from: {name.replace('0', 'x', 1)}}}\n" for name in ALIKE[:300])),
        SHOW, 2, "no tensor 'a",
    ),
    "a list without its first, again and again": (
        net("vars: {a: 'range(900)'}\nblocks: {b: {args: {rest: required}, layers: [relu, "
            "{b: {rest: 'rest[1:]'}, when: 'len(rest) > 1'}]}}\nlayers: [{b: {rest: a}}, {b: {rest: a}}]\n"),
        SHOW, 0, "",
    ),
    "blocks, each of which could call the others": (
        net("blocks:\n" + "".join(f"  b{n}: {{layers: [relu]}}\n" for n in range(30_000)) + "layers: [b0]\n"),
        SHOW, 2, "block 'b1' is never used",
    ),
    # Several networks
    "variants of a long file": (
        of_variants("layers:\n" + "  - {linear: w}\n" * 10 + f"  # {'c' * 90}\n" * 50_000), ["check"], 0, "",
    ),
    "variants of a large network": (of_variants("layers:\n" + "  - {linear: w}\n" * 300), ["check"], 2, WORK),
    "a difference of long arguments": (
        {f"{name}.yaml": "name: n\ninput: [20000]\n"
                         f"layers: [{{split: {{sizes: '[{size}] * {20_000 // size}'}}}}, concat]\n"
         for name, size in (("a", 1), ("b", 2))}, ["diff", "a.yaml", "b.yaml"], 2, "to compare 4 layers",
    ),
    # Derivations and closed forms
    "a stack of LSTMs derived": (
        net("layers: [{lstm: {hidden: 3, layers: 10000}}]\n", "name: n\ninput: [5, 3]\n"),
        ["explain", "net.yaml", "**"], 2, "to derive 1 layers",
    ),
    "products in closed form": (
        net(f"vars: {{a: 2, b: 3, c: 4}}\nlayers: [{{linear: '{'*'.join(['(a+b+c+1)'] * 95)}'}}]\n"),
        ["formula", "net.yaml", "--vars", "a,b,c"], 2, "to derive closed forms takes more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_work_keeps_the_promise(what: str, tmp_path: Path) -> None:
    files, command, status, error = HOSTILE[what]
    case = Case({name: text.encode() for name, text in files.items()}, command)
    result = run_whole(Sandbox(str(tmp_path)), case)
    assert result is not None
    assert not broken(case, result)
    assert error in result.err if error else not result.err
    assert result.status == status
