"""Multiply-adds: what our own columns show, and what papers call MACs."""

from archcalc.conventions.groups import PRODUCTS
from archcalc.conventions.rule import MACS, Convention, of

CONVENTION = Convention(
    "mac",
    unit="multiply-adds",
    counts="multiply-adds of convolutions, linear layers, matrix products, attention, recurrent layers",
    source="what torchvision publishes as _ops, and torch.utils.flop_counter divided by 2",
    rules=of(MACS, *PRODUCTS),
    backward=True,
)
