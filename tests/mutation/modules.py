"""The modules that hold rules, and the tests that hold each."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.conventions import NEWEST
from archcalc.layers import CONTENTS

LAYERS = (
    "tests/layers/test_contents.py::test_the_arguments_of_a_layer_are_those_that_specs_rely_on",
    "tests/layers/test_attention.py",
    "tests/layers/test_recurrent.py",
    "tests/layers/test_ops.py",
    "tests/layers/test_contents.py",
    "tests/language/test_wrong_specs.py::test_all_that_is_said",
)
NAMED = (
    "tests/derivation/test_explain.py::test_the_documents_cells",
    "tests/derivation/test_explain.py::test_full_names_every_intermediate",
)
CONVENTIONS = (
    "tests/render/test_snapshots.py::test_what_the_conventions_count",
    "tests/conventions/test_tools.py",
    "tests/conventions/test_groups.py",
    "tests/conventions/test_own.py",
    "tests/conventions/test_conventions.py",
    "tests/conventions/test_operations.py",
    "tests/layers/test_ops.py",
    "tests/report/test_counts.py",
    "tests/cli/test_count.py",
)


class Module(NamedTuple):
    """The families whose rows run first, and the tests that follow."""

    families: tuple[str, ...]
    tests: tuple[str, ...]


def family(*names: str) -> Module:
    return Module(names, LAYERS)


MODULES = {
    "layers/convolution": family("convolution"),
    "layers/pooling": family("pooling"),
    "layers/dense": family("dense"),
    "layers/normalization": family("normalization"),
    "layers/activation": family("activation"),
    "layers/regularization": family("regularization"),
    "layers/shape": family("shape"),
    "layers/merge": family("merge"),
    "layers/recurrent": family("recurrent"),
    "layers/attention": family("attention"),
    "layers/window": Module(("convolution", "pooling", "recurrent"), (*LAYERS, *NAMED)),
    "layers/equation": family("merge"),
    "layers/agreement": family("merge", "attention", "dense"),
    "layers/base": Module(tuple(CONTENTS), (*LAYERS, "tests/language/test_manual.py")),
    "conventions/rule": Module((), CONVENTIONS),
    "conventions/groups": Module((), CONVENTIONS),
    "conventions/quantities": Module((), CONVENTIONS),
    "conventions/einsum": Module((), CONVENTIONS),
    **{f"conventions/{name}": Module((), CONVENTIONS) for name in NEWEST},
}


def chosen(names: list[str]) -> list[str]:
    """The modules of these names, or of folders of these names; all where none is given."""
    found = [module for module in MODULES if not names or any(within(module, name) for name in names)]
    for name in names:
        if not any(within(module, name) for module in MODULES):
            raise SystemExit(f"no module is called {name}: {', '.join(MODULES)}")
    return found


def within(module: str, name: str) -> bool:
    return module == name or module.startswith(f"{name}/")
