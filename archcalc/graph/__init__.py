"""What is computed: layers that read tensors, in order, and which of them share weights.

network.py    Tensor, Node, Network
inference.py  one layer applied to shapes: bind, shape, weights, ops; every rule runs here
"""
