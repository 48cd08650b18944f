"""What learns nothing: losses, boxes, and the regions that a network proposes."""

from __future__ import annotations

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.caffe.inputs import LABELLED, POOLS_REGIONS, compares
from archcalc.importers.caffe.network import RULES, Blob, Blobs, Layer, Network, rule
from archcalc.layers.base import Arguments

REGIONS = 300
"""Regions that a network of proposals gives at test time (Ren et al. 2015)."""


@rule(*(LABELLED - {"SoftmaxWithLoss", "SoftmaxLoss"}), "DetectionOutput", "ArgMax", "Filter")
def left_out(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """A loss may compare two tensors that weights made, as that of a siamese network does; others are labels."""
    compared = [blob for blob in read[1:] if blob.value in network.learned] if compares(layer) else read[1:]
    return network.leave_out([*read[:1], *compared])


@rule("PriorBox", reads=0)
def prior_box(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Boxes that follow from the sizes of the maps alone."""
    network.left_out.setdefault(layer.type, layer)
    return [None]


@rule("Python", "Proposal", reads=0)
def python(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Code that nobody runs; a proposal of regions is known by its name, and gives 300 at test time."""
    given = layer.parameters("python_param")
    if not read:
        return [*RULES["Data"](network, layer, read)]
    if layer.message.words("loss_weight"):
        return [*left_out(network, layer, read)]
    if layer.type == "Python" and "proposal" not in f"{given.text('module')} {given.text('layer')}".lower():
        return network.not_known(f"Python ({given.text('module')}.{given.text('layer')})", read)
    said = f"{layer.place} proposes regions: {REGIONS} are taken, and what follows runs for each"
    network.notes.append(Diagnostic(said, layer.message.span))
    arguments: Arguments = {"out": [REGIONS, 5], "params": 0, "macs": 0}
    network.whole = True
    return [network.add("custom", read, arguments) for _ in layer.tops[:1]]


@rule(*POOLS_REGIONS, reads=2, maps=True)
def roi_pooling(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """The part of the maps that each region covers, in one size: [C, H, W] and [regions, 5] -> [regions, C, h, w]."""
    given = layer.parameters("roi_pooling_param", "roi_align_param", "psroi_pooling_param")
    maps, regions = read[:2]
    if not regions.whole:
        message = f"{layer.place} pools regions, and '{layer.bottoms[1]}' is none that a layer here proposes"
        raise SpecError(Diagnostic(message, layer.message.span))
    height, width = given.number("pooled_h", 1), given.number("pooled_w", 1)
    channels = maps.shape[0]
    if layer.type == "PSROIPooling":
        height = width = given.number("group_size", 1)
        channels = given.number("output_dim", 1)
    network.whole = True
    out = [regions.shape[0], channels, height, width]
    return [network.add("custom", [maps, regions], {"out": out, "params": 0, "macs": 0})]
