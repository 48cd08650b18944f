"""A file with its numbers becomes a graph of layers.

load.py            the stages below, one after the other
variables.py       vars, variants, --set: a document with its numbers
inputs.py          the shapes that a file reads, --input
fitting.py         input sizes that would make tensors meet, for an error
free_variables.py  the names that formula --vars gives
varied.py          one of many variants: its numbers record what they decide
unused.py          what a file says and nothing reads
scope.py           which names a step sees, and paths to the others
expansion.py       steps in order with their keys: from, repeat, when, name, expect -> graph
nodes.py           a layer and its norm and act -> nodes
origin.py          where a node and the values of its arguments were written
written.py         what such a value was computed from, for explain
containers.py      residual, parallel, map, experts
calls.py           a call of a block: arguments, input, whose variables it sees
sharing.py         share: whose weights a step uses
tensors.py         tensors in the words of errors
work.py            what the steps, calls and layers of a network being built share
"""
