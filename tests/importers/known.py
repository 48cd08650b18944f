"""Known networks that do not ship, by what their configurations say beside the defaults of their model types."""

from __future__ import annotations

import json
from pathlib import Path

from archcalc.importers.hugging_face import spec_text

KNOWN = {
    line["name"]: line["config"]
    for line in map(json.loads, Path(__file__).with_name("known.jsonl").read_text(encoding="utf-8").splitlines())
}


def spec_of(name: str, folder: Path) -> str:
    """A spec of that name: a file in the folder for a known network, else the shipped one."""
    if name not in KNOWN:
        return name
    file = folder / "network.yaml"
    file.write_text(spec_text(KNOWN[name]), encoding="utf-8")
    return str(file)
