"""A case: the files of a directory, and a command with its options."""

from __future__ import annotations

import random
from typing import Any

from archcalc.budget.keys import METRICS
from archcalc.render import FORMATS
from archcalc.report.figures import FIGURES, WHEN_ASKED

from . import documents, seeds, texts, yaml_text
from .expressions import expression
from .foreign import foreign

COMMANDS = {
    "show": 50, "explain": 20, "check": 18, "diff": 12, "memory": 8, "draw": 8, "time": 6, "generate": 6, "convert": 4,
}  # fmt: skip
SETTINGS = (
    "w=8", "w=", "n=3", "x=1", "=", "w=[1, 2]", "w={a: 1}", "w=*a", "w=9**9**9", "w='", "n=-1", "w=\x00", "w", "w=é",
    "n=1e9",
)  # fmt: skip
INPUTS = (
    "3x32x32", "8", "16x12", "x=3x8x8", "3x", "", "0x1", "-1x2", "9" * 999, "9" * 1001, "1x" * 300 + "1",
    "image=3x9x9", "٣x3",
)  # fmt: skip
COUNTS = ("mac", "flop", "document", "torch", "all", "fvcore,torch", "deepspeed", "my.yaml", "my.yaml", "my.yaml,mac")
WRONG_COUNTS = ("mcas", "", ",", "none.yaml", "mac,mac", "net.yaml", "all,mac")
COLUMNS = ("path,params", "+weights", "input,kernel,stride,output,pad,macs,ops,weights,type")
WRONG_COLUMNS = ("path,nope", "", ",", "+", "path,path")
SHIPPED = (
    "lenet5",
    "exam-table",
    "gan-generator",
    "squeeze_excite",
    "resnet18",
    "lenet6",
    "net.yaml:small",
    "net.yaml:nope",
)
PLACES = (
    "../outside/secret.yaml", "/etc/passwd", ".", "/dev/null", "none.yaml", "-", "", ":", "HEAD:net.yaml", "--nope",
    "out.txt", "link.yaml", "archcalc.yaml", "part.yaml", "net.yaml:", "a\x00b", "\udcff.yaml", "net.yaml/x",
)  # fmt: skip
REFS = (
    "HEAD:net.yaml", "HEAD:none.yaml", "nope:net.yaml", "--output=x:net.yaml", "HEAD~1:net.yaml",
    "HEAD:../outside/secret.yaml", "HEAD:link.yaml", ":net.yaml", "HEAD:.", "HEAD\nHEAD:net.yaml",
    "HEAD^{tree}:net.yaml", "@:net.yaml:small", "HEAD:\x1b.yaml",
)  # fmt: skip
BASES = (
    "HEAD", "nope", "--upload-pack=x", "HEAD:net.yaml", "other.yaml", "report.json", "", ".", "/etc/passwd", "\x00",
    "HEAD^{blob}",
)  # fmt: skip
BANKS = ("dtcm=128KiB,sram=512KiB", "a=1B", "a=1GiB", "a=9" + "9" * 900 + "B", "a=0B,b=2kB")
WRONG_BANKS = ("", "=", "a", "a=", "a=-1", "a=1%", "a=1k,a=2k", ",", "\x1b=1B", "a=1e400B", "@x=1B", "a|b=1B")
IMPORTS = (
    "part.yaml", "lib.yaml", "../outside/secret.yaml", "link.yaml", "pipe", "/etc/passwd", "/dev/zero", "net.yaml",
    ".", "archcalc.yaml", "squeeze_excite", "lenet5", "http://example.org/x.yaml", "~/x.yaml", "directory",
    "loop.yaml", "a\nb", "*.yaml", "x" * 5000,
)  # fmt: skip
GLOBS = (
    "net.yaml", "*.yaml", "**", "**/*.yaml", "/**", "../**", "../../**", "/etc/*", "lenet5", "*" * 300,
    "**/" * 60 + "*", "[a-", "none/*", "{net,other}.yaml", "directory/**", "a*" * 40 + "b", "", "loop/**", "link.yaml",
    "..", "net.yaml:small",
)  # fmt: skip
LIMITS = (
    "5M", "1k", "7G", "2M", "5M", "1", "0", "100MB", "5MB @int8", "1%", "10M", "-1", "1e3", "9" * 999, "5Q", "",
    ".nan", "1.5Gi", "0.1%", "1e9999%", "5 M", "٣",
)  # fmt: skip
PATHS = (
    "*", "**", "conv1", "conv1", "**", "linear1", "*", "residual1/0/**", "none", "", "/", "a/*/b", "[", "unit",
    "c*" * 60, "**/" * 40 + "x", "layers", "\x1b[2J",
)  # fmt: skip
IN_BYTES = {name for name, figure in {**FIGURES, **WHEN_ASKED}.items() if figure.unit == "bytes"} | {"weights"}

RATES = ("1T", "1GB", "34e9", 1, 0, -1, ".nan", ".inf", "1e400", "9" * 2000, "5Q", "1T/s", None, [1], "1e9999T", "")

SETTINGS_OF_BUDGETS = {
    "set": [{"w": 4}],
    "variants": [["small"], "small"],
    "level": ["warn", "off"],
    "batch": [2],
    "message": ["<b id=x>"],
    "input": [[3, 8, 8], {"x": [3]}],
    "dtype": ["int8"],
    "count": ["flop"],
}


class Case:
    """What is written into an empty directory, and what is run there."""

    __slots__ = ("files", "arguments", "stdin")

    def __init__(self, files: dict[str, bytes], arguments: list[str], stdin: bytes = b"") -> None:
        self.files, self.arguments, self.stdin = files, arguments, stdin


def case(seed: str) -> Case:
    """The case of a seed."""
    random_ = random.Random(seed)
    files = {"net.yaml": spec(random_)}
    command = random_.choices(list(COMMANDS), list(COMMANDS.values()))[0]
    other = random.Random(f"{seed} in another format")
    if other.random() < (0.9 if command == "convert" else 0.08):
        files["net.yaml"] = foreign(other)
    arguments = [command, *globals()[command](random_, files)]
    if "part.yaml" not in files and b"part.yaml" in files["net.yaml"]:
        files["part.yaml"] = spec(random_)
    stdin = files["net.yaml"] if "-" in arguments else b""
    return Case(files, [word.replace("\0", "") for word in arguments], stdin)  # no process can be given a NUL


def spec(random_: random.Random) -> bytes:
    """The bytes of a spec: a document changed, a text changed, or both."""
    if random_.random() < 0.1:
        seed = random_.choice(seeds.right() if random_.random() < 0.5 else seeds.wrong()).decode("utf-8", "replace")
        return texts.encoded(texts.changed(seed, random_), random_)
    document = seeds.built(random_) if random_.random() < 0.7 else random_.choice(seeds.documents())
    document = documents.changed(document, random_)
    if isinstance(document, dict) and random_.random() < 0.06:
        document["import"] = random_.choices(IMPORTS, k=random_.randint(1, 3))
    text = yaml_text.written(document, random_)
    if random_.random() < 0.06:
        text = texts.changed(text, random_)
    return texts.encoded(text, random_)


# The arguments of each command


def show(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = [*named(random_), *network(random_, files), *some(random_, 0.5, "--format", [*FORMATS["report"]])]
    if random_.random() < 0.1:
        found += named(random_)
    found += some(random_, 0.1, "--columns", COLUMNS, WRONG_COLUMNS) + some(
        random_, 0.2, "--depth", ("1", "2"), ("9" * 30, "x")
    )
    found += some(random_, 0.1, "--sort", ("params", "macs"), ("path", "nope", ""))
    found += ["--all"] if random_.random() < 0.1 else []
    return found + printed(random_)


def explain(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = [*named(random_), *network(random_, files), *some(random_, 0.5, "--format", [*FORMATS["explain"]])]
    found += [random_.choice(PATHS)] if random_.random() < 0.5 else []
    return found + some(random_, 0.5, "--level", ("full", "brief")) + printed(random_)


def memory(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = [*named(random_), *network(random_, files), *some(random_, 0.5, "--format", [*FORMATS["memory"]])]
    found += some(random_, 0.3, "--banks", BANKS, WRONG_BANKS) + some(random_, 0.2, "--in-place", ("yes", "no"), ("x",))
    found += some(random_, 0.2, "--align", ("1", "16", "9" * 900), ("0", "-1"))
    found += some(random_, 0.1, "--max-states", ("0", "5", "9" * 30), ("-1", "x"))
    found += some(random_, 0.1, "--activations", ("int8", "float64"), ("int3",))
    return (
        found + random_.choice(([], ["--map"])) + some(random_, 0.2, "--depth", ("1", "2"), ("x",)) + printed(random_)
    )


def draw(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = [*named(random_), *network(random_, files), *some(random_, 0.7, "--format", [*FORMATS["picture"]])]
    found += some(random_, 0.4, "--depth", ("1", "2", "9"), ("9" * 30, "0"))
    found += some(random_, 0.4, "--color", ("macs", "memory", "none"), ("x",))
    found += some(random_, 0.3, "--style", ("paper", "tensors"), ("x",))
    found += some(random_, 0.3, "--width", ("300", "1000"), ("1", "9" * 30))
    found += ["--horizontal"] if random_.random() < 0.3 else []
    return found + some(random_, 0.1, "-o", ("out.svg", "out.html"), ("out.png", ""))


def time(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    rates = {"peaks": {"float32": random_.choice(RATES)}, "bandwidth": random_.choice(RATES)}
    text = yaml_text.written(documents.changed(rates, random_) if random_.random() < 0.5 else rates, random_)
    files["board.yaml"] = texts.encoded(texts.changed(text, random_) if random_.random() < 0.3 else text, random_)
    found = [*named(random_), *network(random_, files), *some(random_, 0.5, "--format", [*FORMATS["time"]])]
    found += [
        "--device",
        random_.choice(("board.yaml", "board.yaml", "h100", "T4", "a100", "net.yaml", "", "none.yaml")),
    ]
    found += some(random_, 0.3, "--fuse", ("yes", "no"), ("x",)) + some(random_, 0.2, "--depth", ("1", "2"), ("x",))
    found += some(random_, 0.3, "--efficiency", ("0.6", "60%"), ("0", "-1", "nan", "9" * 900))
    found += some(random_, 0.2, "--compute", ("tf32", "int8"), ("int3",))
    return found + some(random_, 0.2, "--activations", ("float16", "float32"), ("int3",)) + printed(random_)


def generate(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = [*named(random_), *network(random_, files), *some(random_, 0.5, "--format", [*FORMATS["generate"]])]
    tokens = "1", "3", "1000", "9" * 99
    found += some(random_, 0.4, "--prompt", tokens, ("0", "x", "9" * 900)) + some(random_, 0.3, "--tokens", tokens)
    found += some(random_, 0.3, "--context", ("0", *tokens), ("-1",)) + some(
        random_, 0.1, "--sequence", ("x", "n"), ("",)
    )
    found += some(random_, 0.2, "--cache", ("need", "all", "window+3"), ("window+", "window+" + "9" * 900))
    return found + some(random_, 0.1, "--cache-dtype", ("int4", "fp16"), ("int3",)) + printed(random_)


def convert(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = [*named(random_), *some(random_, 0.2, "--input", INPUTS), *some(random_, 0.1, "--max-work", ("1000", "x"))]
    found += random_.choice(([], ["--verify"])) + random_.choice(([], [], ["--as-custom"]))
    return found + some(random_, 0.1, "-o", ("out.txt", "/dev/null"), ("directory", "", "x/", "link.yaml"))


def diff(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    files["other.yaml"] = spec(random_)
    found = ["other.yaml", *named(random_)]
    if random_.random() < 0.03:
        found[0] = random_.choice(REFS)
    if random_.random() < 0.5:
        found.reverse()
    found += [*network(random_, files), *some(random_, 0.6, "--format", [*FORMATS["diff"]])]
    found += random_.choice(([], [], ["--all"], ["--exit-code"]))
    return found + printed(random_)


def check(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    found = named(random_) if random_.random() < 0.7 else []
    if not found or random_.random() < 0.3:
        document = documents.changed(budgets(random_), random_) if random_.random() < 0.5 else budgets(random_)
        text = yaml_text.written(document, random_)
        files["archcalc.yaml"] = texts.encoded(
            texts.changed(text, random_) if random_.random() < 0.1 else text, random_
        )
    for option in ("--max", "--min", "--max-increase"):
        if random_.random() < 0.3:
            found += [option, random_.choice((*[limit(random_) for _ in range(30)], "params", "=", "params=", "=5"))]
    if random_.random() < 0.1:
        files["other.yaml"] = spec(random_)
        files["report.json"] = random_.choice(
            (b"{}", b"[]", b'{"totals": {}}', b"[" * 5000, b'{"schema": "archcalc.report/1"}')
        )
        # A commit costs processes.
        base = random_.choice(BASES) if random_.random() < 0.2 else random_.choice(("other.yaml", "report.json"))
        found += ["--base", base]
    elif "--max-increase" in found:
        found += ["--base", "net.yaml"]
    found += ["--update"] if random_.random() < 0.05 else []
    found += network(random_, files) + some(random_, 0.6, "--format", [*FORMATS["check"]])
    return found + printed(random_)


def named(random_: random.Random) -> list[str]:
    """The spec that is asked for."""
    kind = random_.randrange(60)
    if kind == 0:
        return [random_.choice(SHIPPED)]
    return [random_.choice(PLACES) if kind == 1 else "net.yaml"]


def network(random_: random.Random, files: dict[str, bytes]) -> list[str]:
    """The options that the commands share."""
    found = some(random_, 0.06, "--set", (*SETTINGS, f"w={expression(random_)}"))
    found += some(random_, 0.04, "--variant", ("small", "large"), ("nope", "", "\x1b"))
    found += some(random_, 0.04, "--input", INPUTS) + some(
        random_, 0.05, "--batch", ("2", "7", "9" * 900, "1" + "0" * 18), ("0", "x")
    )
    found += some(random_, 0.05, "--dtype", ("float16", "int8", "float64"), ("int3",))
    found += some(random_, 0.03, "--max-work", ("1000000",), ("1", "500", "0"))
    found += some(random_, 0.02, "--allow-import", ("../outside", "/", "none"))
    count = some(random_, 0.15, "--count", COUNTS, WRONG_COUNTS)
    if count and "my.yaml" in count[1]:
        files["my.yaml"] = texts.encoded(
            yaml_text.written(documents.changed(convention(random_), random_), random_), random_
        )
    return found + count


def printed(random_: random.Random) -> list[str]:
    found = some(
        random_, 0.05, "-o", ("out.txt", "/dev/null"), ("directory", "none/out.txt", "net.yaml", "", "x/", "link.yaml")
    )
    return found + random_.choice(([], [], [], ["--color"]))


def some(random_: random.Random, share: float, option: str, values: Any, wrong: Any = ()) -> list[str]:
    """An option, or none; now and then one of the wrong values."""
    if random_.random() >= share:
        return []
    return [option, random_.choice(list(wrong if wrong and random_.random() < 0.15 else values))]


# Other files


def budgets(random_: random.Random) -> dict[str, Any]:
    entries = []
    for _ in range(random_.randint(1, 3)):
        entry: dict[str, Any] = {"specs": random_.choice(("net.yaml", "net.yaml", random_.choice(GLOBS)))}
        for kind in ("max", "min", "max_increase"):
            if random_.random() < 0.5:
                entry[kind] = dict(limit(random_).split("=", 1) for _ in range(2))
        if random_.random() < 0.3:
            entry["layers"] = {random_.choice(PATHS): dict([limit(random_).split("=", 1)])}
        for key, values in SETTINGS_OF_BUDGETS.items():
            if random_.random() < 0.1:
                entry[key] = random_.choice(values)
        entries.append(entry)
    return {"budgets": entries}


def limit(random_: random.Random) -> str:
    """METRIC=LIMIT, the unit that of the metric, mostly."""
    metric = random_.choice(list(METRICS))
    amount = random_.choice(("5M", "1k", "7G", "12", "0"))
    if random_.random() < 0.1:
        return f"{metric}={random_.choice(LIMITS)}"
    return f"{metric}={amount}B" if metric in IN_BYTES else f"{metric}={amount}"


def convention(random_: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"operations": {"mac": random_.choice((1, 2, 10**400)), "exp": 4}}
    if random_.random() < 0.5:
        found |= {"base": "mac", "kinds": {"batch norm": "in", "relu": {"cmp": 1}, "softmax": "out"}}
    if random_.random() < 0.3:
        found |= {"name": random_.choice(("mine", "mac", "\x1b[31m", "a|b")), "unit": "cycles"}
    return found
