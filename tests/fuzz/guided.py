"""Bytes that reach lines not reached before: ``python -m tests.fuzz.guided --seconds 300 --keep failing``.

atheris (libFuzzer; ``pip install atheris``) changes the bytes of a spec and watches which branches of archcalc they
reach; each input is judged as those of ``python -m tests.fuzz`` are. The first byte chooses the command.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time

import atheris

with atheris.instrument_imports(include=["archcalc"], enable_loader_override=False):
    from archcalc.cli import main as _  # noqa: F401

    from . import seeds
    from .__main__ import warm_up
    from .cases import Case
    from .inside import Runner
    from .keep import folder_for, keep
    from .promise import broken
    from .sandbox import Sandbox
    from .summary import Summary

COMMANDS = (
    ["show", "net.yaml"],
    ["show", "net.yaml", "--format", "json"],
    ["show", "net.yaml", "--format", "html", "--count", "all"],
    ["explain", "net.yaml"],
    ["explain", "net.yaml", "**", "--level", "full"],
    ["diff", "other.yaml", "net.yaml"],
    ["check", "--format", "json"],
    ["check", "net.yaml", "--max", "params=1M"],
    ["show", "other.yaml", "--count", "my.yaml"],
)
LONGEST = 4_096
LEAST = b"name: net\ninput: [3, 8, 8]\nlayers:\n  - conv: {out: 8, kernel: 3}\n"
BUDGETS = (
    b"budgets: [{specs: lenet5, max: {params: 5M}}]\n",
    b"budgets:\n  - specs: '*.yaml'\n    layers: {'*': {macs: 1k}}\n",
)
CONVENTION = b"name: mine\nbase: mac\nunit: cycles\noperations: {mac: 2}\nkinds: {batch norm: in, relu: {cmp: 1}}\n"


def case(data: bytes) -> Case:
    """The case of some bytes: as a spec, as a budget file, as a convention."""
    chosen = data[0] % len(COMMANDS) if data else 0
    command, text = COMMANDS[chosen], data[1:]
    if chosen == 6:
        files = {"archcalc.yaml": text, "net.yaml": LEAST}
    elif chosen == 8:
        files = {"my.yaml": text, "other.yaml": LEAST}
    else:
        files = {"net.yaml": text, "other.yaml": LEAST}
    return Case(files, list(command))


def fill(corpus: str) -> None:
    """The seeds, spread over the commands that read a spec."""
    texts = [(number % 6, text) for number, text in enumerate((*seeds.right(), *[LEAST] * 6))]
    texts += [(0, text) for text in seeds.wrong()] + [(6, text) for text in BUDGETS] + [(8, CONVENTION)]
    for number, (chosen, text) in enumerate(texts):
        with open(os.path.join(corpus, f"seed-{number}"), "wb") as file:
            file.write(bytes([chosen]) + text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="DIR", help="where failing cases go")
    parser.add_argument("--corpus", metavar="DIR", help="the inputs that reached something new, from run to run")
    asked = parser.parse_args()
    root = tempfile.mkdtemp(prefix="archcalc-fuzz-")
    corpus = os.path.abspath(asked.corpus or os.path.join(root, "corpus"))
    directory = os.path.abspath(asked.keep) if asked.keep else None
    os.makedirs(corpus, exist_ok=True)
    if not os.listdir(corpus):
        fill(corpus)
    runner = Runner(Sandbox(root))
    warm_up(runner)
    found = Summary()
    until = time.monotonic() + asked.seconds

    def one_input(data: bytes) -> None:
        if time.monotonic() > until:  # libFuzzer's own end would not come back here
            print(found.text("led by coverage"), flush=True)
            shutil.rmtree(root)
            os._exit(int(bool(found.failures)))
        one = case(data)
        result = runner.run(one)
        said = broken(one, result)
        name = f"guided-{asked.seed}-{found.commands.total()}"
        found.add(name, one, result, said)
        if said:
            print(name, "; ".join(said), file=sys.stderr)
            if directory:
                keep(folder_for(directory, name), one, name, said)

    arguments = [
        f"-max_len={LONGEST}",
        f"-seed={asked.seed}",
        "-timeout=60",
        corpus,
    ]
    atheris.Setup([sys.argv[0], *arguments], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
