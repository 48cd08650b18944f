"""The worked exam table that archcalc comes from: multiply-adds, and pools by their windows."""

from typing import Any

from archcalc.conventions.groups import GLOBAL_POOLS, POOLS, PRODUCTS
from archcalc.conventions.quantities import INPUT, read
from archcalc.conventions.rule import MACS, Convention, Rule, of
from archcalc.dims import volume
from archcalc.graph.inference import Applied


def windows(applied: Applied) -> Any:
    """A whole window for every input element, as the table has it."""
    layer: Any = applied.layer
    return volume(layer.kernel) * read(applied)


CONVENTION = Convention(
    "document",
    unit="multiply-adds",
    counts="as mac, and pools: kernel volume x input elements; adaptive and global pools one an input element",
    source="the worked exam table that archcalc comes from: exam-table",
    rules={
        **of(MACS, *PRODUCTS),
        **of(Rule("K·I", "kernel volume x input elements", windows), *POOLS),
        **of(INPUT, *GLOBAL_POOLS),
    },
)
