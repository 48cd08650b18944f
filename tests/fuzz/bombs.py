"""Bombs: specs that ask for much work in few words, by features that multiply one another.

Each is a network that is right but for its size: leaves that cost something, inside wrappers that do it many times.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from archcalc.render import FORMATS

from .cases import Case
from .yaml_text import as_text

WIDTH = 8
Steps = list[Any]
MOST_WRITTEN = 300_000
"""Bytes of one thing that is written out; what is only named, as ``repeat: 10**9`` is, may be larger."""
LIMITS = (60, 199, 999, 9_999, 33_000, 99_999)


class Bomb:
    """A spec that grows: its variables, blocks and other files beside its steps. Every step maps [8] to [8]."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.vars: dict[str, Any] = {}
        self.blocks: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.document: dict[str, Any] = {"name": "net", "input": [WIDTH]}
        self.styles: tuple[str, ...] = ("line", "line", "line", "blocks")
        self.made = 0

    def count(self, most: float) -> int:
        """How many: small and large alike, and often as many as a limit allows."""
        if self.random.random() < 0.3:
            return self.random.choice([limit for limit in LIMITS if limit <= most] or [1])
        return int(most ** self.random.uniform(0.1, 1))

    def written(self, each: int) -> int:
        """How many things of so many bytes are written out."""
        return self.count(MOST_WRITTEN // each)

    def new(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def variable(self, value: Any) -> str:
        name = self.new("v")
        self.vars[name] = value
        return name

    def list(self) -> str:
        """A variable that is a long list, written or worked out."""
        if self.random.random() < 0.5:
            return self.variable([self.random.choice((0, 1, 8))] * self.written(4))
        return self.variable(f"range({self.count(10**6)})")

    def costly(self) -> str:
        """An expression that is 0 and takes work."""
        many, values = self.count(10**7), self.list()
        return self.random.choice(
            (
                f"0*sum(range({many}))", f"0*sum({values})", f"0*max({values})", f"0*len({values})",
                f"0*min([{', '.join([values] * self.random.randint(1, 90))}][0])",
                f"0*sum({values} + {values})", f"0*len([0] * {many})", f"0*{values}[-1]", f"0*len({values}[1:])",
                f"0*(10**{min(many, 999)} // 3)", f"0*({many} in {values})", f"0*({values} == {values})",
                f"0*len([range({many}), range({many})])", "0*(" + "+".join(["1"] * self.random.randint(1, 400)) + ")",
                f"0*divisible(10**{min(many, 990)})", f"0*sum(range({many})[::2])", "(" * 40 + "0" + ")" * 40,
                f"0*({'not ' * self.random.randint(1, 40)}({many} in range({many})))",
            )
        )  # fmt: skip


# Leaves: [8] -> [8]


def plain(bomb: Bomb) -> Steps:
    return [bomb.random.choice(("relu", {"linear": WIDTH}, {"layer_norm": None}, "dropout"))]


def expression(bomb: Bomb) -> Steps:
    return [{"linear": f"{WIDTH} + {bomb.costly()}"}]


def condition(bomb: Bomb) -> Steps:
    return [{"relu": None, "when": f"{bomb.costly()} == {bomb.random.choice((0, 1))}"}]


def expected(bomb: Bomb) -> Steps:
    return [{"relu": None, "expect": [f"{WIDTH} + {bomb.costly()}"]}]


def split(bomb: Bomb) -> Steps:
    """Into many parts, read or not."""
    many = bomb.count(10**9)
    after = bomb.random.choice(("concat", {"add": None}, {"parallel": {"a": [], "b": []}}))
    return [{"linear": many}, {"split": {"parts": many, "axis": -1}}, after, {"linear": WIDTH}]


def split_sizes(bomb: Bomb) -> Steps:
    many = bomb.written(3)
    sizes = bomb.random.choice(([1] * many, f"[1] * {many}", bomb.variable([1] * many)))
    return [{"linear": many}, {"split": {"sizes": sizes, "axis": -1}}, "concat", {"linear": WIDTH}]


def recurrent(bomb: Bomb) -> Steps:
    kind = bomb.random.choice(("lstm", "gru", "rnn"))
    arguments = {"hidden": WIDTH, "layers": bomb.count(10**9), "bidirectional": bomb.random.random() < 0.3}
    return [{"unsqueeze": 0}, {kind: arguments}, {"linear": WIDTH}, {"select": {"index": 0, "axis": 0}}]


def axes(bomb: Bomb) -> Steps:
    """A tensor of many axes, and layers that go through them all."""
    many = bomb.count(3 * 10**5)
    ones = bomb.random.choice((f"[1] * {many} + [{WIDTH}]", [1] * min(many, 5000) + [WIDTH]))
    many = many if isinstance(ones, str) else len(ones) - 1
    inside: Steps = bomb.random.choice(
        (
            ["relu"], [{"permute": f"range({many + 1})"}], [{"transpose": [0, -1]}, {"transpose": [0, -1]}],
            [{"tile": f"[1] * {many + 1}"}], [{"expand": ones}], [{"unsqueeze": 0}] * 40,
            [{"layer_norm": {"axis": f"range({many + 1})"}}], [{"residual": ["relu", "tanh"]}],
            [{"slice": {"axis": 0, "stop": 1}}], [{"squeeze": 0}], [{"linear": WIDTH}], [{"softmax": {"axis": -1}}],
        )
    )  # fmt: skip
    return [{"reshape": ones}, *inside, {"reshape": [WIDTH]}]


def einsum(bomb: Bomb) -> Steps:
    many = bomb.written(3)
    names = ["abcdefghijklmnop"[bomb.random.randrange(16)] for _ in range(min(many, 40))]
    equation = bomb.random.choice(
        (
            ",".join(["a"] * many) + "->a", "a->" + "a" * many, " " * many + "a->a", "a->a" + "," * many,
            "..." * many + "a->a", ",".join("".join(names) for _ in range(many // 40 + 1)) + "->a",
            "a->a->" * many, "".join(names) + "->" + "".join(reversed(names)),
        )
    )  # fmt: skip
    tensors = equation.partition("->")[0].count(",") + 1
    if tensors == 1:
        return [{"einsum": equation}]
    return [{"each": {"count": tensors, "layers": ["relu"]}}, {"einsum": equation}]


def branches(bomb: Bomb) -> Steps:
    many = bomb.count(10**6)
    merge = bomb.random.choice(("add", "multiply", {"concat": {"axis": 0}}, {"stack": {"axis": 0}}))
    return [{"each": {"count": many, "layers": ["relu"]}}, merge, *bomb.random.choice(([], ["relu"])), *to_width()]


def unread(bomb: Bomb) -> Steps:
    """Branches and tensors that nobody reads."""
    many = bomb.count(10**6)
    return [
        {"each": {"count": many, "layers": ["relu"]}, "name": bomb.new("unread")},
        {"from": "input", "linear": WIDTH},
    ]  # fmt: skip


def named(bomb: Bomb) -> Steps:
    """Many names, and steps that read many of them."""
    many = bomb.written(60)
    prefix = bomb.new("n")
    names = [f"{prefix}_{number}" for number in range(many)]
    steps: Steps = [{"relu": None, "name": name} for name in names]
    reads = bomb.random.choice((names, [names[0]] * many, [f"{names[-1]}"] * 2, f"{prefix}_{many}", f"{prefix}_x"))
    return [*steps, {"from": reads, **({"add": None} if isinstance(reads, list) else {"relu": None})}]


def long_name(bomb: Bomb) -> Steps:
    return [{"relu": None, "name": bomb.new("n" * bomb.count(10**6))}]


def near_names(bomb: Bomb) -> Steps:
    """A word that is none, beside many that are nearly it: the nearest is looked for."""
    stem = bomb.new("a" * bomb.random.choice((5, 50, 500)))
    for number in range(bomb.written(len(stem) + 30)):
        bomb.blocks[f"{stem}_{number:06}"] = {"layers": ["relu"]}
    wrong = bomb.random.choice((stem, f"{stem}_x", stem[::-1], stem * bomb.random.choice((1, 2, 50))))
    return [bomb.random.choice(({wrong: None}, {"relu": None, "from": wrong}, {"linear": wrong}))]


def wrong_arguments(bomb: Bomb) -> Steps:
    times = bomb.random.choice((1, 3, 300))
    words = bomb.random.choice(("kernle", "o" * 100, "x"))
    many = bomb.written((len(words) + 20) * times)
    return [{"linear": {f"{words}{number}": number for number in range(many)}}] * times


def block_of_many_arguments(bomb: Bomb) -> Steps:
    """A block with many arguments, each the default of the next."""
    name, many = bomb.new("b"), bomb.written(25)
    arguments: dict[str, Any] = {"a0": WIDTH}
    for number in range(1, many):
        arguments[f"a{number}"] = f"a{number - 1}" if bomb.random.random() < 0.9 else bomb.costly()
    bomb.blocks[name] = {"args": arguments, "layers": [{"linear": f"{WIDTH} + 0*a{many - 1}"}]}
    return [name]


def chain_of_variables(bomb: Bomb) -> Steps:
    name = bomb.variable(0)
    for _ in range(bomb.written(20)):
        name = bomb.variable(name if bomb.random.random() < 0.999 else f"{name} + {bomb.costly()}")
    return [{"linear": f"{WIDTH} + {name}"}]


def huge_numbers(bomb: Bomb) -> Steps:
    digits = bomb.count(999)
    return [{"linear": bomb.random.choice((f"10**{digits}", int("9" * digits)))}, {"linear": WIDTH}]


def nested_lists(bomb: Bomb) -> Steps:
    """An alias of an alias: each level holds the one before many times."""
    bomb.styles = ("blocks",)  # the other would write it out
    value: Any = [0] * 9
    for _ in range(bomb.random.randint(2, 9)):
        value = [value] * bomb.random.choice((2, 9))
    return [{"linear": f"{WIDTH} + 0*len({bomb.variable(value)})"}]


def costly_layers(bomb: Bomb) -> Steps:
    many = bomb.count(10**7)
    return bomb.random.choice(
        (
            [{"linear": WIDTH * many}, {"attention": WIDTH}, {"linear": WIDTH}],
            [{"pad": [[many, many]]}, *to_width()], [{"tile": [many]}, *to_width()], [{"linear": many}, *to_width()],
            [{"unsqueeze": 1}, {"conv": {"out": WIDTH, "kernel": many, "padding": many}}, "global_avg_pool"],
            [{"unflatten": {"axis": 0, "sizes": [1] * min(many, 9000) + [WIDTH]}}, {"reshape": [WIDTH]}],
            [{"custom": {"out": [WIDTH], "params": f"10**{min(many, 900)}", "macs": many}}],
            [{"unsqueeze": 1}, {"adaptive_avg_pool": many}, "global_avg_pool"],
            [{"maxout": {"out": WIDTH, "pieces": many}}], [{"roll": [0] * min(many, 9000)}],
        )
    )  # fmt: skip


def to_width() -> Steps:
    return [{"flatten": None}, {"linear": WIDTH}]


# Wrappers: steps of [8] -> [8], done many times


def repeated(bomb: Bomb, steps: Steps) -> Steps:
    return [{"steps": steps, "repeat": bomb.count(10 ** bomb.random.choice((2, 4, 5, 9)))}]


def repeated_by_list(bomb: Bomb, steps: Steps) -> Steps:
    name, many = bomb.new("b"), bomb.written(12)
    rows = bomb.random.choice(([{"a": WIDTH}] * many, bomb.variable([{"a": WIDTH}] * many), f"[{WIDTH}] * {many}"))
    bomb.blocks[name] = {"args": {"a": "required"}, "layers": [*steps, {"linear": "a"}]}
    return [
        {name: None if isinstance(rows, list) else WIDTH, "repeat": rows if isinstance(rows, list) else f"len({rows})"}
    ]


def mapped(bomb: Bomb, steps: Steps) -> Steps:
    many = bomb.count(10**9)
    return [{"unsqueeze": 0}, {"expand": [many, WIDTH]}, {"map": steps}, {"select": {"index": 0, "axis": 0}}]


def each(bomb: Bomb, steps: Steps) -> Steps:
    shared = bomb.random.choice(({}, {"shared": True}, {"shared": "i"}))
    return [{"each": {"count": bomb.count(10**5), "layers": steps, **shared}}, "add"]


def experts(bomb: Bomb, steps: Steps) -> Steps:
    many = bomb.count(10**9)
    return [{"experts": {"count": many, "active": bomb.count(many), "layers": steps}}]


def parallel(bomb: Bomb, steps: Steps) -> Steps:
    many = bomb.count(1000)
    return [{"parallel": {f"branch{number}": steps if number < 3 else ["relu"] for number in range(many)}}, "add"]


def residual(bomb: Bomb, steps: Steps) -> Steps:
    for _ in range(bomb.count(90)):
        steps = [{"residual": [*steps, "relu"]}]
    return steps


def deep(bomb: Bomb, steps: Steps) -> Steps:
    kind = bomb.random.choice(("steps", "residual", "map"))
    if kind == "map":
        return mapped(bomb, mapped(bomb, steps))
    for _ in range(bomb.count(95)):
        steps = [{kind: steps, **({"name": bomb.new("d" * bomb.count(2000))} if bomb.random.random() < 0.3 else {})}]
    return steps


def doubled(bomb: Bomb, steps: Steps) -> Steps:
    """Blocks that call one another several times."""
    name = bomb.new("b")
    bomb.blocks[name] = {"layers": steps}
    times = bomb.random.choice((1, 2, 2, 10))
    for _ in range(bomb.count(900 if times == 1 else 60)):
        outer = bomb.new("b")
        bomb.blocks[outer] = {"layers": [name] * times}
        name = outer
    return [name]


def recursive(bomb: Bomb, steps: Steps) -> Steps:
    name = bomb.new("b")
    again = {name: {"n": "n - 1"}, "when": "n > 1"}
    bomb.blocks[name] = {
        "args": {"n": "required"},
        "layers": [*steps, *[again] * bomb.random.choice((1, 1, 2))],
    }
    return [{name: {"n": bomb.count(999)}}]


def imported(bomb: Bomb, steps: Steps) -> Steps:
    """Steps in another file, which may import others; all that it has comes along at each call."""
    if bomb.random.random() < 0.3:
        bomb.document["import"] = ["./" * bomb.count(10**5) + "part.yaml"]
    else:
        bomb.document["import"] = ["part.yaml"] * bomb.random.choice((1, 1, 1, 500))
    inside = {f"p{number}": number for number in range(bomb.written(15))} if bomb.random.random() < 0.5 else {"p0": 1}
    used = f"0*({' + '.join(list(inside)[:80])})"
    bomb.files["part.yaml"] = text(
        {
            "name": "part",
            "input": [WIDTH],
            "vars": inside,
            "layers": [{"linear": f"{WIDTH} + {used}"}],
        },
        bomb.random,
    )
    return [*steps, {"part": None, "repeat": bomb.count(10**4)}]


def shared(bomb: Bomb, steps: Steps) -> Steps:
    name = bomb.new("s")
    return [
        {"steps": steps, "name": name},
        {"steps": steps, "share": name, "repeat": bomb.count(10**4)},
    ]  # fmt: skip


def renamed(bomb: Bomb, steps: Steps) -> Steps:
    """A long name around: it stands in the path of all that is inside."""
    return [{"steps": steps, "name": bomb.new("n" * bomb.count(10**5)), "repeat": bomb.count(10**5)}]


def read_far_away(bomb: Bomb, steps: Steps) -> Steps:
    """Repetitions read by a pattern."""
    many = bomb.count(10**4)
    inside = [*steps, {"relu": None, "name": "skip"}]
    return [
        {"steps": inside, "name": "stack", "repeat": many},
        {"from": "stack/*/skip", "add": None, "repeat": bomb.count(100)},
    ]


LEAVES: tuple[Callable[[Bomb], Steps], ...] = (
    plain, plain, plain, expression, expression, condition, expected, split, split_sizes, recurrent, axes, axes,
    einsum, branches, unread, named, long_name, near_names, wrong_arguments, block_of_many_arguments,
    chain_of_variables, huge_numbers, nested_lists, costly_layers,
)  # fmt: skip
WRAPPERS: tuple[Callable[[Bomb, Steps], Steps], ...] = (
    repeated, repeated, repeated, repeated_by_list, mapped, each, experts, parallel, residual, deep, doubled,
    recursive, imported, shared, renamed, read_far_away,
)  # fmt: skip


def bomb(random_: random.Random) -> Case:
    """One to three leaves inside none to three wrappers, by any command."""
    made = Bomb(random_)
    steps: Steps = []
    for _ in range(random_.choice((1, 1, 2, 3))):
        steps += random_.choice(LEAVES)(made)
    for _ in range(random_.choice((0, 1, 1, 2, 2, 3))):
        steps = random_.choice(WRAPPERS)(made, steps)
    said = json.dumps([steps, made.blocks])
    made.vars = read_from(made.vars, said)
    made.document |= {"vars": made.vars} if made.vars else {}
    made.document |= {"blocks": made.blocks} if made.blocks else {}
    variants = many_variants(made) if random_.random() < 0.1 and made.vars else {}
    made.document |= {"variants": variants} if variants else {}
    if random_.random() < 0.1:
        made.document["description"] = random_.choice(("x", "a\n", "<|@#", "e\u0301", "\x1b")) * made.written(4)
    if random_.random() < 0.1:
        made.document["input"] = {f"input{number}": [WIDTH] for number in range(made.written(30) + 1)}
        steps = [{"from": random_.choice(("input0", list(made.document["input"]))), "add": None}, *steps]
    made.files["net.yaml"] = as_text({**made.document, "layers": steps}, random_.choice(made.styles)).encode()
    return Case(made.files, [*(words := arguments(made, variants)), *more_options(made, words[0])])


def read_from(variables: dict[str, Any], said: str) -> dict[str, Any]:
    """Those that are read, here or by one that is: any other is an error. A variable reads only those before it."""
    read = set(re.findall(r"\bv\d+\b", said))
    for name in reversed(variables):
        if name in read and isinstance(variables[name], str):
            read |= set(re.findall(r"\bv\d+\b", variables[name]))
    return {name: value for name, value in variables.items() if name in read}


def many_variants(made: Bomb) -> dict[str, Any]:
    name = made.random.choice(list(made.vars))
    return {f"variant{number}": {name: made.vars[name]} for number in range(made.count(1_000))}


def arguments(made: Bomb, variants: dict[str, Any]) -> list[str]:
    random_ = made.random
    kind = random_.randrange(11)
    if kind == 10:
        wanted = random_.choice(([], ["--map"], ["--banks", "a=1kB,b=1GiB"], ["--max-states", str(10**9)]))
        return ["memory", "net.yaml", "--format", random_.choice(list(FORMATS["memory"])), *wanted]
    if kind < 4:
        found = ["show", "net.yaml", "--format", random_.choice(list(FORMATS["report"]))]
        return found + random_.choice(([], [], [], ["--count", "all"], ["--columns", "+weights"], ["--sort", "params"]))
    if kind < 6:
        path = random_.choice(([], [], ["**"], ["**", "--level", "full"], ["lin"], ["**/x"], ["*" * 50]))
        return ["explain", "net.yaml", *path, "--format", random_.choice(list(FORMATS["explain"]))]
    if kind < 7:
        made.files["other.yaml"] = b"name: net\ninput: [8]\nlayers: [relu]\n"
        both = random_.choice((["other.yaml", "net.yaml"], ["net.yaml", "other.yaml"], ["net.yaml", "net.yaml"]))
        return ["diff", *both, "--format", random_.choice(list(FORMATS["diff"])), *random_.choice(([], ["--all"]))]
    if kind < 8:
        form = random_.choice(list(FORMATS["formula"]))
        names = random_.choice(("C", next(iter(made.vars), "C")))
        return ["formula", "net.yaml", "--vars", names, "--format", form, *random_.choice(([], ["--layers"]))]
    entry: dict[str, Any] = {"specs": "net.yaml", "max": {"params": "5M", "macs": "7G"}}
    if variants:
        entry["variants"] = list(variants)
    if random_.random() < 0.4:
        patterns = ("**", "*", "**/relu*", "*/" * 40 + "*", "**/" * 20 + "*a*b*c*", "n" + "*n" * 50)
        entry["layers"] = {
            f"{random_.choice(patterns)}{number or ''}": {"params": 1} for number in range(made.written(100))
        }
    made.files["archcalc.yaml"] = text({"budgets": [entry] * random_.choice((1, 1, 2, 100))}, random_)
    return ["check", "--format", random_.choice(list(FORMATS["check"])), *random_.choice(([], [], ["--update"]))]


def more_options(made: Bomb, command: str) -> list[str]:
    """Much work in the call itself, now and then, or in another file that it names."""
    random_ = made.random
    if random_.random() < 0.8:
        return []
    if made.vars and random_.random() < 0.3:
        name = random_.choice(list(made.vars))
        return [word for _ in range(made.count(500)) for word in ("--set", f"{name}=0*{'(1+' * 30}1{')' * 30}")]
    if command == "check" and random_.random() < 0.5:
        limits = random_.choice((["--max", "params=1"], ["--max", "params=" + "9" * 900]))
        return limits * made.count(500)
    if command == "check":
        row = {"path": "a", "params": 1}
        report = {"schema": "archcalc.report/1", "spec": "net", "totals": {}, "layers": [row] * made.written(30)}
        data = random_.choice(
            (json.dumps([report]), "[" * made.count(10**6), json.dumps(report) + "\n" + "{}\n" * 10**5)
        )
        made.files["report.json"] = data.encode()
        return ["--base", "report.json", "--max-increase", "params=1%"]
    if command == "memory":
        return ["--banks", ",".join(f"b{number}=1kB" for number in range(made.count(5_000)))]
    kinds = {f"kind{number}" * random_.choice((1, 50)): {"mac": 1} for number in range(made.written(600))}
    convention = {"operations": {"mac": int("9" * made.count(999))}, "kinds": {"relu": {"cmp": 1}, **kinds}}
    made.files["my.yaml"] = text({"name": "m" * made.count(10**5), **convention}, random_)
    return ["--count", "my.yaml"]


def text(document: dict[str, Any], random_: random.Random) -> bytes:
    return as_text(document, random_.choice(("blocks", "line"))).encode()
