"""archcalc.counts/1 as JSON: a convention and a difference a line. One network is an object, several are an array."""

from __future__ import annotations

from archcalc.render.json import write

__all__ = ["write"]
