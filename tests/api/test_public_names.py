"""The names of ``archcalc``: the same thing in every order of imports, in every thread, however often they are used."""

from __future__ import annotations

import gc
import json
import pickle
import pkgutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path
from types import ModuleType

import pytest

import archcalc

ROOT = Path(__file__).resolve().parents[2]
NET = archcalc.Spec("net", input=[3], layers=["relu", {"linear": "width"}], vars={"width": 4})

STATEMENTS = {
    "module as": "import archcalc.report.model as model; assert model.SCHEMA == 'archcalc.report/1'",
    "below": "import archcalc.report.rows; assert archcalc.report.rows.MOST_DIGITS == 4000",
    "call": "assert archcalc.report('resnet18')['totals']['params'] == 11689512",
    "module": "import archcalc.report.model",
    "from package": "from archcalc.report import model",
    "from": "from archcalc import report; assert report('resnet18')['totals']['layers'] > 50",
}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


IN_EVERY_ORDER = """
import sys
for order, lines in {orders!r}:
    for name in [name for name in sys.modules if name.partition(".")[0] == "archcalc"]:
        del sys.modules[name]
    try:
        exec(lines, {{}})
    except Exception as error:
        print(order, repr(error))
"""


@pytest.mark.slow
def test_report_is_a_function_in_every_order() -> None:
    """Two statements of all kinds one after the other, each time in a package that is loaded anew."""
    orders = [(order, [*order, "call", "from", "call"]) for order in permutations(STATEMENTS, 2)]
    texts = [(order, "\n".join(["import archcalc", *map(STATEMENTS.get, words)])) for order, words in orders]
    assert run(IN_EVERY_ORDER.format(orders=texts)) == ""


@pytest.mark.slow
def test_every_name_is_the_same_before_and_after_every_module_is_imported() -> None:
    code = """
import archcalc, pkgutil, importlib
before = {name: getattr(archcalc, name) for name in archcalc.__all__}
for module in pkgutil.walk_packages(archcalc.__path__, "archcalc."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
after = {name: getattr(archcalc, name) for name in archcalc.__all__}
assert before == after, (before, after)
assert all(callable(one) for one in after.values())
print(len(after))
"""
    after_modules = code.replace("before = ", "names = ").replace("before", "after")
    assert run(code) == run(after_modules) == f"{len(archcalc.__all__)}\n"


@pytest.mark.sampled(2)
@pytest.mark.parametrize("step", [1, -1])
def test_every_module_can_be_imported_under_another_name(step: int) -> None:
    found = pkgutil.walk_packages(archcalc.__path__, "archcalc.")
    functions = {f"archcalc.{name}" for name in archcalc.__all__}  # the names of rooms that stay the functions'
    names = [module.name for module in found if module.name not in functions]
    lines = [f"import {name} as found\nassert found is sys.modules['{name}'], '{name}'" for name in names]
    assert "archcalc.report.model" in names
    run("\n".join(["import sys", *lines[::step]]))


A_PACKAGE_TO_COME = """
import archcalc, types
archcalc.{0} = module = types.ModuleType("archcalc.{0}")  # as the import of archcalc.{0} does
assert archcalc.{0} is not module, "{0}"
from archcalc import {0}
assert {0} is archcalc.{0} and callable({0}), "{0}"
"""


def test_a_package_to_come_may_be_called_as_any_name() -> None:
    run("\n".join(A_PACKAGE_TO_COME.format(name) for name in archcalc.__all__))
    for name in archcalc.__all__:
        module = ModuleType(f"archcalc.{name}")
        setattr(archcalc, name, module)
        assert getattr(archcalc, name) is not module, name


def test_names_in_threads() -> None:
    code = """
import archcalc, importlib
from concurrent.futures import ThreadPoolExecutor
def work(number):
    if number % 2:
        importlib.import_module("archcalc.report.model")
    return archcalc.report("resnet18")["totals"]["params"], archcalc.explain("resnet18", "stem")["spec"]
with ThreadPoolExecutor(8) as pool:
    print(set(pool.map(work, range(16))))
"""
    assert run(code) == "{(11689512, 'resnet')}\n"


def test_repeated_calls_of_every_function() -> None:
    def once() -> str:
        found = [
            archcalc.report(NET),
            archcalc.diff(NET, NET),
            archcalc.explain(NET),
            archcalc.explain(NET, "linear1"),
            archcalc.formula(NET, vars="width"),
            archcalc.memory(NET, banks={"ram": "1GB"}, map=True),
            [result.data() for result in archcalc.check(NET, max={"params": 1000})],
            archcalc.load(NET).report,
        ]
        return json.dumps(found)

    assert once() == once()


def held(times: int) -> int:
    for _ in range(times):
        archcalc.load(NET)
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize("times", [50, pytest.param(10_000, marks=pytest.mark.slow)])
def test_loading_again_and_again_holds_nothing(times: int) -> None:
    held(20)
    assert held(times) - held(1) <= 10


def test_loading_in_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda width: archcalc.load("resnet18", width=width).params, [32] * 16))
    assert found == {archcalc.load("resnet18", width=32).params}


def test_an_error_goes_to_another_process() -> None:
    with pytest.raises(archcalc.SpecError) as raised:
        archcalc.load(archcalc.Spec.from_text("name: net\ninput: [3]\nlayers: [linaer: 2, lniear: 3]", "net.yaml"))
    error = raised.value
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, archcalc.SpecError)
    assert str(copy) == str(error)
    assert [(one.message, one.label, one.help) for one in copy.diagnostics] == [
        (one.message, one.label, one.help) for one in error.diagnostics
    ]
    assert (copy.file, copy.line, copy.column) == ("net.yaml", 3, 10)
