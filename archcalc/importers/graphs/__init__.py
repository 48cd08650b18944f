"""Graphs of operators, which formats without layers give: what readers deliver, and the proof of what is written.

graph.py    the graph that readers share, and what a reader must deliver
samples.py  from whole tensors, with a batch axis, to those of one sample
unknown.py  what a reader does not know, told whole
proof.py    the proof that a text and a graph are one network
"""
