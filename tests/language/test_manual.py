"""``archcalc help spec``: it has every word of the language, fits a terminal, and its examples load."""

from __future__ import annotations

from textwrap import dedent

import pytest

from archcalc.api.network import load
from archcalc.api.spec import Spec
from archcalc.language.functions import FUNCTIONS
from archcalc.language.keys import BLOCK_KEYS, FILE_KEYS, LISTS, RESERVED, STEP_KEYS
from archcalc.language.manual import reference
from archcalc.layers import CONTENTS, FAMILY, KEYWORDS
from archcalc.sources import shipped

TEXT = reference()
WORDS = {
    *FILE_KEYS, *BLOCK_KEYS, *STEP_KEYS, *LISTS, *RESERVED, *FAMILY, *CONTENTS, *KEYWORDS,
    *(f"{name}(" for name in FUNCTIONS), *shipped.index()["blocks"], "custom",
}  # fmt: skip


def test_it_has_every_word() -> None:
    assert [word for word in sorted(WORDS) if f" {word}" not in TEXT and f"\n{word}" not in TEXT] == []


def test_it_is_80_columns_wide() -> None:
    assert [line for line in TEXT.splitlines() if len(line) > 80] == []


def test_its_examples_load() -> None:
    specs = [dedent(part) + "\n" for part in TEXT.split("\n\n") if part.startswith("    name: ")]
    figures = [load(Spec.from_text(text)).params for text in specs]
    # 3*16*9 + 16 + 32, twice two times 16*16*9 + 16 + 32, 16*10 + 10
    small = 480 + 4 * (2_304 + 48) + 170
    # 3*32*9 + 32 + 64, then 32*64*9 + 64 + 128
    blocks = 960 + 18_624
    assert figures == [small, blocks]


@pytest.mark.parametrize(
    "line",
    [
        "  conv            out*, kernel, stride=1, padding=0, dilation=1, groups=1,",
        "  upsample         scale*|size, mode=nearest, align_corners=false",
        "  slice            axis, start=0, stop=the end, step=1",
        "  dropout drop_path  p*",
        "  basic_block                out*, stride=1",
        "  max_unpool         kernel*, stride=kernel, padding=0",
    ],
)
def test_tables_say_what_the_classes_say(line: str) -> None:
    assert line in TEXT.splitlines()
