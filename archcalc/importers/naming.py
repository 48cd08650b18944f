"""Names of foreign networks as the language has them."""

from __future__ import annotations

import re

from archcalc.language.keys import RESERVED


def plain_name(wanted: str) -> str:
    """A name without what the language has for itself: spaces, commas, slashes, stars and brackets."""
    name = re.sub(r"[^\w.-]+", "-", wanted).strip("-.") or "network"
    if not re.match(r"[^\W\d]", name):
        name = f"net-{name}"
    return f"{name}_" if name in RESERVED else name
