"""What is computed: layers that read tensors, in order, and which of them share weights.

network.py     Tensor, Node, Run, Network
repetition.py  repetitions that are alike: one is kept, with how often it occurs; unrolled(network)
paths.py       patterns of paths: `head/**`
wires.py       who reads what, by position and by name
features.py    which axis the features of a tensor are on, and which layer put them there
provenance.py  where the value of an argument comes from
inference.py   one layer applied to shapes: bind, shape, weights, ops; every rule runs here
layout.py      channels first or last: the one place that turns shapes, for inference
"""
