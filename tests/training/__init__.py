"""One step of training held against PyTorch: what autograd keeps, and the multiply-adds of its backward pass.

layers.py    every layer type that PyTorch has, as it is called on a batch
run.py       a network run in PyTorch on the meta device, what its hooks see, what flop_counter counts
networks.py  random networks, as specs
record.py    PyTorch's answers for those without it: ``python -m tests.regenerate training``
"""
