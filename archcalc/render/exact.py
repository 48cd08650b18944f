"""JSON whose numbers are exact: a decimal is written as it is, not as the nearest float."""

from __future__ import annotations

import json
import re
from typing import Any

from archcalc.dims.decimals import Decimals

MARK = re.compile(r'"\\u0000(-?[0-9.]+)"')  # no text of a spec has this character


def dumps(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, indent=indent, default=marked)
    return MARK.sub(r"\1", text) if '"\\u0000' in text else text


def marked(value: Any) -> str:
    if type(value) is Decimals:
        return f"\0{value}"
    raise TypeError(f"{type(value).__name__} is no JSON")
