"""Requests that make a network a thousand times larger, by some means, in a project whose budget holds it down."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from archcalc.errors import Source
from archcalc.render import FORMATS
from archcalc.request import Request
from archcalc.sources.source import Located

from .yaml_text import as_text

GROWN = 2_000
METRICS = ("params", "macs", "ops", "activations", "weights", "weights_bytes", "params_active", "trainable")
PADDING = "what the network is, in words that a rename keeps. " * 8
"""Git follows a rename where at least half of a file stays."""


class Link(NamedTuple):
    """A symbolic link."""

    to: str


Files = dict[str, "bytes | Link"]
"""Path from the root of the checkout -> what lies there."""


class Pull(NamedTuple):
    """What main has, what the request has in its place, and the call of ``check`` that must not pass.

    ``path``: of the network in main. ``needs_base``: the call names a base, with ``BASE`` in its place.
    """

    base: Files
    head: Files
    arguments: list[str]
    needs_base: bool
    path: str


# Kinds of network, whose every figure grows with ``width``


def plain(width: int) -> dict[str, Any]:
    return {"layers": [{"linear": width}]}


def variable(width: int) -> dict[str, Any]:
    return {"vars": {"w": width}, "layers": [{"linear": "w"}]}


def variant(width: int) -> dict[str, Any]:
    return {"vars": {"w": 4}, "variants": {"large": {"w": width}}, "layers": [{"linear": "w"}]}


def block(width: int) -> dict[str, Any]:
    blocks = {"unit": {"args": {"out": "required"}, "layers": [{"linear": "out"}]}}
    return {"blocks": blocks, "layers": [{"unit": width}]}


def repetition(width: int) -> dict[str, Any]:
    return {"layers": [{"linear": 8, "repeat": width}]}


def list_of_rows(width: int) -> dict[str, Any]:
    return {"vars": {"rows": f"[8] * {width}"}, "layers": [{"linear": 8, "repeat": "len(rows)"}]}


def experts(width: int) -> dict[str, Any]:
    return {"layers": [{"experts": {"count": width, "active": width, "layers": [{"linear": 8}]}}]}


def imported(width: int) -> dict[str, Any]:
    return {"import": ["part.yaml"], "layers": ["part"], "part.yaml": variable(width)}


def imported_twice(width: int) -> dict[str, Any]:
    inner = {**imported(width), "import": ["inner.yaml"], "layers": ["inner"]}
    inner["inner.yaml"] = inner.pop("part.yaml")
    return {"import": ["part.yaml"], "layers": ["part"], "part.yaml": inner}


def imported_block(width: int) -> dict[str, Any]:
    library = {"name": "part", "blocks": {"unit": {"layers": [{"linear": width}]}}}
    return {"import": ["part.yaml"], "layers": ["unit"], "part.yaml": library}


KINDS: tuple[Callable[[int], dict[str, Any]], ...] = (
    plain, variable, variant, block, repetition, list_of_rows, experts, imported, imported_twice, imported_block,
)  # fmt: skip


class Project:
    """A network at a place, of a kind, and the budget that holds it."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.folder = random_.choice(("", "models/", "models/small/", "a b/", "-x/", "é/"))
        self.path = self.folder + random_.choice(("net.yaml", "net.yml", "n,et.yaml", "-net.yaml", "网.yaml"))
        self.kind = random_.choice(KINDS)
        self.width = random_.randint(4, 16)
        self.own_budget: dict[str, Any] = {}
        self.entry: dict[str, Any] = {}

    def files(self, kind: Callable[[int], dict[str, Any]], width: int, style: str = "blocks") -> Files:
        """The files of a network. Those that it imports lie beside it."""
        found: Files = {}
        parts: list[tuple[str, dict[str, Any]]] = [(self.path, {"name": "net", **kind(width), **self.own_budget})]
        for path, document in parts:  # which grows
            inside = {name: value for name, value in document.items() if name.endswith(".yaml")}
            parts += [(self.folder + name, {"name": name[:-5], **value}) for name, value in inside.items()]
            said = {name: value for name, value in document.items() if name not in inside}
            if "layers" in said:
                said = {"input": [8], "description": PADDING, **said}
            found[path] = as_text(said, style).encode()
        return found

    def figures(self) -> dict[str, int]:
        """Of the network in main, which is sized without its imports."""
        same = {imported: variable, imported_twice: variable, imported_block: plain, variant: variable}
        document = {"name": "net", "input": [8], **same.get(self.kind, self.kind)(self.width)}
        return dict(Request(Located(Source("net.yaml", as_text(document, "line")), None)).report()["totals"])  # type: ignore[arg-type]


def request(random_: random.Random) -> Pull:
    """A project, its budget in some form, and a request that passes it by."""
    project = Project(random_)
    metric = random_.choice(METRICS)
    budget, arguments, needs_base = budgeted(project, metric)
    base = {**project.files(project.kind, project.width), **budget}
    head = {**grown(project), **budget}
    if needs_base and "archcalc.yaml" in budget and random_.random() < 0.15:
        return Pull(base, {**renamed(project), **budget}, ["check", "--base", "BASE"], True, project.path)
    if project.folder and "**" not in str(budget) and random_.random() < 0.15:
        standing, head = led_to_what_stands(project)
        return Pull({**base, **standing}, {**head, **standing, **budget}, arguments, needs_base, project.path)
    if project.entry and random_.random() < 0.1:
        head = loosened(project)
        return Pull(
            base,
            head,
            [*arguments, *([] if needs_base else ["--base", "BASE"]), "--fail-on-loosening"],
            True,
            project.path,
        )
    for _ in range(random_.choice((0, 1, 1, 2))):
        head = random_.choice(MEANS)(project, head)
    return Pull(base, head, arguments, needs_base, project.path)


# Forms of a budget


def budgeted(project: Project, metric: str) -> tuple[Files, list[str], bool]:
    """The budget's file, the call, and whether it needs a base."""
    random_ = project.random
    used = project.figures()["params" if metric == "weights" else metric] * (4 if metric == "weights" else 1)
    unit = "B" if "weights" in metric else ""
    most = f"{int(used * random_.choice((1, 1.5, 10)))}{unit}"
    growth = random_.choice(("0", "1%", "50%", "900%", f"{used * 9 / 1000}k{unit}"))
    kind = random_.choice(("max", "max", "max_increase", "max_increase", "both", "layers"))
    limits: dict[str, Any] = {"max": {metric: most}} if kind in ("max", "both") else {}
    limits |= {"max_increase": {metric: growth}} if kind in ("max_increase", "both") else {}
    limits |= {"layers": {"**": {metric: most}}} if kind == "layers" else {}
    if project.kind is variant:
        limits["variants"] = ["large"]
    needs_base = "max_increase" in limits
    options = ["--base", "BASE"] if needs_base else []
    options += ["--format", random_.choice(list(FORMATS["check"]))]
    place = random_.choice(("file", "file", "file", "own", "call"))
    if place == "file" or (kind == "layers" and place == "call"):
        glob = random_.choice((project.path, f"{project.folder}*.y*ml", "**/*.y*ml", "**"))
        specs = random_.choice((glob, [glob], [glob, project.path]))
        named = [f"./{project.path}"] if random_.random() < 0.3 else []
        project.entry = {"specs": specs, **limits}
        text = as_text({"budgets": [project.entry]}, "blocks")
        return {"archcalc.yaml": text.encode()}, ["check", *named, *options], needs_base
    if place == "own":
        project.entry, project.own_budget = {"specs": "", **limits}, {"budget": limits}
        return {}, ["check", f"./{project.path}", *options], needs_base
    words = [
        word
        for bound in ("max", "max_increase")
        for name, amount in limits.get(bound, {}).items()
        for word in (f"--{bound.replace('_', '-')}", f"{name}={amount}")
    ]
    chosen = ["--variant", "large"] if project.kind is variant else []
    return {}, ["check", f"./{project.path}", *words, *chosen, *options], needs_base


# Means


def grown(project: Project) -> Files:
    """The network that is a thousand times larger: of the same kind, or of another."""
    random_ = project.random
    kind = random_.choice((project.kind, project.kind, random_.choice(KINDS)))
    if project.kind is variant or kind is variant:  # the budget names the variant
        kind = project.kind
    return project.files(kind, project.width * GROWN, random_.choice(("blocks", "line", "quoted", "complex", "merged")))


def renamed(project: Project) -> Files:
    """The file has another name, and little else that git would see."""
    head = project.files(project.kind, project.width * GROWN)
    place = project.random.choice((project.folder, project.folder, "models/", "new/"))
    own = {path: path for path in head if path != project.path and place != project.folder}
    names = {path: place + path.rsplit("/", 1)[-1] for path in own} | {project.path: f"{place}renamed.yaml"}
    return moved(head, names)


def led_to_what_stands(project: Project) -> tuple[Files, Files]:
    """What main has besides, which no budget holds, and a link to it where the network was."""
    top = project.folder.split("/")[0]
    large = project.files(project.kind, project.width * GROWN)
    standing = moved(large, {path: f"large/{path[len(top) + 1 :]}" for path in large})
    return standing, {top: Link("large")}


def loosened(project: Project) -> Files:
    """The budget holds less than it did."""
    random_, entry = project.random, project.entry
    bounds = [bound for bound in ("max", "max_increase", "layers") if bound in entry]
    raised = {bound: {"**": {"params": "900T"}} if bound == "layers" else {"params": "900T"} for bound in bounds}
    other: dict[str, Any] = {"specs": "another.yaml", "max": {"params": "5M"}}
    less = random_.choice(({**entry, "level": "off"}, {**entry, "level": "warn"}, {**entry, **raised}, other))
    small: Files = {"another.yaml": b"name: net\ninput: [8]\nlayers: [{linear: 2}]\n"}
    if project.own_budget:
        del less["specs"]
        project.own_budget = random_.choice(({}, {"budget": less}))
        return {**grown(project), **small}
    return {**grown(project), **small, "archcalc.yaml": as_text({"budgets": [less]}, "blocks").encode()}


def linked(project: Project, head: Files) -> Files:
    """The spec is a link to a file elsewhere in the project."""
    if isinstance(head.get(project.path), Link) or project.path not in head:
        return head
    return moved(head, {project.path: project.folder + "real.txt"}) | {project.path: Link("real.txt")}


def linked_folder(project: Project, head: Files) -> Files:
    """The folder is a link to another."""
    if not project.folder or any(isinstance(data, Link) for data in head.values()):
        return head
    top = project.folder.split("/")[0]
    names = {path: f"other/{path[len(top) + 1 :]}" for path in head if path.startswith(top + "/")}
    return {**moved(head, names), top: Link("other")}


def linked_import(project: Project, head: Files) -> Files:
    """What is imported is a link."""
    part = project.folder + "part.yaml"
    if isinstance(head.get(part, Link("")), Link):
        return head
    return moved(head, {part: project.folder + "whole.yaml"}) | {part: Link("whole.yaml")}


def beside_another(project: Project, head: Files) -> Files:
    """Another network of the same name, which is small."""
    return {**head, project.folder + "another.yaml": b"name: net\ninput: [8]\nlayers: [{linear: 2}]\n"}


def counted_otherwise(project: Project, head: Files) -> Files:
    """The spec says how it is counted: by a convention of its own, where all is free."""
    data = head.get(project.path)
    if not isinstance(data, bytes) or b"count" in data or data.startswith(b"{"):
        return head
    free = b"name: free\noperations: {}\n"
    count = project.random.choice((b"count: free.yaml\n", b"count: torch\n"))
    return {**head, project.path: count + data, project.folder + "free.yaml": free}


def called_otherwise(project: Project, head: Files) -> Files:
    """The network gives itself another name."""
    data = head.get(project.path)
    return {**head, project.path: data.replace(b"net", b"other")} if isinstance(data, bytes) else head


def encoded(project: Project, head: Files) -> Files:
    """The same text in other bytes."""
    data = head.get(project.path)
    if not isinstance(data, bytes) or b"<<:" in data:  # a key beside a merge is no second one: it wins
        return head
    change: Callable[[bytes], bytes] = project.random.choice(
        (
            lambda data: b"\xef\xbb\xbf" + data,
            lambda data: data.replace(b"\n", b"\r\n"),
            lambda data: data.decode().encode("utf-16"),
            lambda data: b"# " + b"x" * 10_000 + b"\n" + data,
            lambda data: b"---\n" + data,
            lambda data: data + b"---\nname: net\ninput: [8]\nlayers: [{linear: 2}]\n",
            lambda data: data + b"\nlayers: [{linear: 2}]\n",
        )
    )
    return {**head, project.path: change(data)}


def hidden_rows(project: Project, head: Files) -> Files:
    """The steps have no row in the table, or are held by another."""
    return {
        path: data.replace(b"linear: ", b"row: false\n  linear: ") if isinstance(data, bytes) else data
        for path, data in head.items()
    }


MEANS: tuple[Callable[[Project, Files], Files], ...] = (
    linked, linked_folder, linked_import, beside_another, counted_otherwise, called_otherwise, encoded, hidden_rows,
)  # fmt: skip


def moved(files: Files, names: dict[str, str]) -> Files:
    return {names.get(path, path): data for path, data in files.items()}
