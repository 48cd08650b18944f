"""archcalc.counts/1, one object a line."""

from __future__ import annotations

from archcalc.render.jsonl import write

__all__ = ["write"]
