"""What transformers says of configurations: ``python -m tests.importers.record_hugging_face`` where it is installed.

Writes archcalc/importers/hugging_face/defaults.json, what configurations are when they do not say it: of each model
type that a family knows the fields of its configuration class with their defaults, other names of a field, and the
parts that are configurations themselves. Values that are computed from others stay null, as the class has them.

Then the figures in hugging_face.jsonl, of small configurations made up for the purpose: parameters, buffers, and
multiply-adds (half of what torch.utils.flop_counter counts of a forward pass; attention eager, experts batched).
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from archcalc.importers.hugging_face.families import MODEL_TYPES, PARTS
from archcalc.importers.hugging_face.harmless import is_harmless

DEFAULTS = Path(__file__).resolve().parents[2] / "archcalc/importers/hugging_face/defaults.json"
FIGURES = Path(__file__).with_name("hugging_face.jsonl")


def defaults(kind: type[Any]) -> dict[str, Any]:
    """The fields of a configuration class that may change an architecture."""
    found = {}
    for field in dataclasses.fields(kind):
        value = field.default
        if value is dataclasses.MISSING:
            value = None if field.default_factory is dataclasses.MISSING else field.default_factory()
        if not is_harmless(field.name) and field.name not in kind.sub_configs:
            found[field.name] = list(value) if isinstance(value, tuple) else value
    return found


def aliases(kind: type[Any]) -> dict[str, str]:
    fields = {field.name for field in dataclasses.fields(kind)}
    pairs = [(one, other) if other in fields else (other, one) for one, other in kind.attribute_map.items()]
    return {one: other for one, other in pairs if other in fields and not is_harmless(other)}


def entry(kind: type[Any]) -> dict[str, Any]:
    return {"keys": defaults(kind)} | ({"aliases": aliases(kind)} if aliases(kind) else {})


def table() -> dict[str, Any]:
    import transformers
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    kinds = {name: CONFIG_MAPPING[name] for name in sorted(MODEL_TYPES)}
    for name in sorted(PARTS):
        owner, _, part = name.partition("/")
        kinds[name] = CONFIG_MAPPING[owner].sub_configs[part]
    found = {name: entry(kind) for name, kind in kinds.items()}
    for name in MODEL_TYPES:
        found[name]["bare"] = MODEL_MAPPING_NAMES[name]
    return {"transformers": transformers.__version__} | found


def written(found: dict[str, Any]) -> str:
    """A line for each model type."""
    lines = (f'  "{name}": {json.dumps(value)}' for name, value in found.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def figures(case: dict[str, Any]) -> dict[str, int]:
    """Parameters, buffers and multiply-adds of a case: its configuration, and the shapes of what the class reads."""
    import torch
    import transformers
    from torch.utils.flop_counter import FlopCounterMode

    transformers.logging.set_verbosity_error()
    configuration = transformers.AutoConfig.for_model(**case["config"])
    configuration._attn_implementation = "eager"
    configuration._experts_implementation = "batched_mm"
    network = getattr(transformers, case["config"]["architectures"][0])(configuration).eval().requires_grad_(False)
    inputs = {
        name: torch.ones(1, *shape, dtype=torch.long if "ids" in name or "labels" in name else torch.float32)
        for name, shape in case["reads"].items()
    }
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(**inputs)
    return {
        "params": sum(weight.numel() for weight in network.parameters()),
        "buffers": sum(buffer.numel() for buffer in network.buffers()),
        "macs": counter.get_total_flops() // 2,
    }


def record(names: list[str]) -> int:
    """Figures of all cases, or of the model types named; ``new`` is those that have none. 1 if one has none now."""
    cases = [json.loads(line) for line in FIGURES.read_text(encoding="utf-8").splitlines()]
    failed = 0
    for case in cases:
        if not names or case["config"]["model_type"] in names or ("new" in names and "params" not in case):
            try:
                case.update(figures(case))
            except Exception as error:
                failed = 1
                print(case["config"], repr(error), file=sys.stderr)
    FIGURES.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    return failed


if __name__ == "__main__":
    DEFAULTS.write_text(written(table()), encoding="utf-8")
    sys.exit(record(sys.argv[1:]))
