"""Steps as a file writes them: what stands at a path that layers have in common."""

from __future__ import annotations

from typing import NamedTuple


class WrittenStep(NamedTuple):
    """A step: its ``type`` is a layer's, a block's, or a word that holds steps. ``name`` is what its file calls it.

    ``repeats``: the parts of paths after its own count its repetitions.
    """

    type: str
    is_layer: bool
    is_block: bool
    name: str | None
    repeats: bool
