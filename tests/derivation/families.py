"""The names that each shipped network is held to its closed forms in, and points for them."""

from __future__ import annotations

import random
from typing import Any

from archcalc.algebra.atoms import Polynomial
from archcalc.algebra.closed_form import evaluate
from archcalc.api import report
from archcalc.derivation.formula import holds_at
from archcalc.errors import SpecError

FAMILIES = {
    "alexnet": "classes C H W",
    "anomaly-autoencoder": "width code C",
    "attention-unet": "classes width C H W",
    "bert-base": "T context vocab dim heads",
    "cifar10-cmsis-nn": "C H W",
    "clip": "size patch T vocab image_dim text_dim shared_dim C",
    "convnext": "classes dim C H W",
    "cvt": "classes C",
    "dcgan-discriminator": "width colors H W",
    "dcgan-generator": "noise width colors",
    "deeplabv3": "classes C H W",
    "deberta": "T vocab dim mlp",
    "decoder": "T vocab dim heads kv_heads mlp",
    "deepseek": "T vocab dim mlp expert",
    "densenet": "classes growth C H W",
    "ds-cnn": "width words C",
    "efficientdet": "classes anchors dim C H W",
    "efficientnet": "classes size width_factor C",
    "efficientnet_v2": "classes size C",
    "efficientnet-keras": "classes top C",
    "encoder": "T vocab dim heads mlp",
    "encoder-decoder": "S T vocab dim mlp",
    "exam-table": "C H W",
    "faster-rcnn": "classes anchors dim proposals C H W",
    "fcn": "classes C H W",
    "gan-discriminator": "hidden pieces C",
    "gan-generator": "hidden C",
    "gemma3": "T vocab dim mlp",
    "googlenet": "classes C H W",
    "gpt2": "T context vocab dim heads",
    "hifi-gan": "frames width T",
    "hrnet": "classes C",
    "image-encoder": "dim mlp classes",
    "inception-3a": "C",
    "inception_v3": "classes classifiers C H W",
    "jamba": "T vocab dim state",
    "lenet5": "classes C H W",
    "levit": "classes C",
    "llama-2-7b": "T vocab dim heads mlp",
    "lstm-gates": "hidden out x_C",
    "lstm-stacked": "T hidden out C",
    "mamba": "T vocab dim state",
    "masked-autoencoder": "dim mlp decoder_dim",
    "maxvit": "classes stem C",
    "megatron": "T hidden heads",
    "mixture-of-experts": "T vocab dim heads kv_heads mlp count active",
    "mnasnet": "classes width C H W",
    "mobilebert": "T vocab dim mlp",
    "mobilenet": "classes stem C H W",
    "mobilenet_v1": "width classes C H W",
    "mobilenet_v2": "classes C H W",
    "mobilenet_v3": "classes hidden C H W",
    "mobilevit": "classes C",
    "person-detect": "width classes C",
    "plain-rnn": "T hidden out C",
    "pointnet": "classes points",
    "poolformer": "classes C H W",
    "pvt": "classes C H W",
    "qwen3": "T vocab dim mlp",
    "qwen3-moe": "T vocab dim expert",
    "randwire": "C classes H W",
    "regnet": "classes size C",
    "resnet": "classes groups width C H W",
    "resnet1202": "classes C H W",
    "resnet3d": "classes width C D H W",
    "resnet8": "width classes C H W",
    "retinanet": "classes anchors dim C H W",
    "rwkv": "T vocab dim mlp",
    "sam": "mlp decoder_mlp",
    "segformer": "classes C",
    "shufflenet_v2": "classes head C H W",
    "siglip": "vocab image_mlp text_mlp",
    "single-gate-gru": "T hidden out C",
    "squeezenet": "classes stem_out stem_kernel C H W",
    "ssd300": "classes C H W",
    "stable-diffusion-unet": "width heads latent_C H W T text_C",
    "swin": "classes size dim C",
    "t5": "S T vocab dim heads head_dim mlp",
    "t5-encoder": "T vocab dim heads head_dim mlp",
    "transformer": "S T vocab dim heads mlp",
    "transposed-conv-2x2": "C",
    "transposed-conv-3x3": "C",
    "two-tower": "users items categories seen dim",
    "unet": "classes width C H W",
    "vgg": "classes width C H W",
    "video-encoder": "dim mlp classes",
    "visual-wake-words": "width classes C H W",
    "vit": "classes size patch dim heads C",
    "wav2vec2": "dim mlp",
    "wavenet": "levels T residual_width skip_width",
    "whisper": "frames T context vocab dim heads",
    "with-bottleneck": "bottleneck C H W",
    "without-bottleneck": "C H W",
    "yolov3": "classes anchors C H W",
    "yolov8": "size classes bins C",
}


def points(formula: dict[str, Any], count: int) -> list[dict[str, int]]:
    """Values of the names: in turn one, two and all of them moved within their domains, and all of them anywhere."""
    source = random.Random(f"{formula['spec']} {count}")
    names = [one["name"] for one in formula["variables"]]
    found = []
    for number in range(count):
        moved = [*source.sample(names, min(number % 4 + 1, 2, len(names)))] if number % 4 < 2 else names
        found.append(
            {
                one["name"]: size(formula, one, source, number % 4 == 3) if one["name"] in moved else one["at"]
                for one in formula["variables"]
            }
        )
    return found


def size(formula: dict[str, Any], variable: dict[str, Any], source: random.Random, anywhere: bool) -> int:
    at = variable["at"]
    tried = [source.randint(1, 2 * at + 3), at * source.randint(1, 3), at + source.choice((-1, 1)), at]
    wanted: int = max(1, source.choice(tried))
    domains = [
        found["condition"].domain for found in formula["assumptions"] if found["condition"].name == variable["name"]
    ]
    if anywhere or not domains:
        return wanted
    (domain,) = domains
    inside = [other for other in range(wanted, wanted + 2 * domain.period) if other in domain]
    return inside[0] if inside else source.choice([at, domain.least])


def broken(formula: dict[str, Any], point: dict[str, int]) -> list[Any]:
    """The reasons whose condition does not hold at a point."""
    reasons = [reason for one in formula["assumptions"] for reason in one["condition"].reasons]
    return [reason for reason in reasons if not holds_at(reason, point)]


def shown(spec: str, formula: dict[str, Any], point: dict[str, int]) -> dict[str, Any] | None:
    """What ``show`` says at a point, None where the spec is an error there."""
    settings = {one["name"]: str(point[one["name"]]) for one in formula["variables"] if one["kind"] == "variable"}
    try:
        given = inputs(formula, point, report(spec, settings=settings)) if len(settings) < len(point) else None
        return report(spec, settings=settings, inputs=given)
    except SpecError:
        return None


def inputs(formula: dict[str, Any], point: dict[str, int], shown: dict[str, Any]) -> dict[str | None, tuple[int, ...]]:
    """The shapes for ``--input``: those of the report, with the axes that the formula names."""
    given = {None: shown["input"]} if "shape" in shown["input"] else shown["input"]
    shapes: dict[str | None, list[int]] = {}
    for one in formula["variables"]:
        if one["kind"] == "axis":
            name = None if None in given else one["input"]
            shapes.setdefault(name, list(given[name]["shape"]))[one["axis"]] = point[one["name"]]
    return {name: tuple(shape) for name, shape in shapes.items()}


def figures(formula: dict[str, Any], point: dict[str, int]) -> dict[str, Any]:
    """The closed forms at a point."""
    found: dict[str, Any] = {name: evaluate(figure["form"], point) for name, figure in formula["figures"].items()}
    found["outputs"] = [shape(dims, point) for dims in formula["outputs"]]
    return found


def shape(dims: list[Polynomial], point: dict[str, int]) -> list[Any]:
    return [evaluate(dim, point) for dim in dims]


def figures_shown(formula: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: found["totals"][name] for name in formula["figures"]},
        "outputs": [list(shape) for shape in found["outputs"]],
    }
