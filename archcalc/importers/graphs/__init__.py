"""Graphs of operators, which formats without layers give: what readers deliver, and the proof of what is written.

graph.py     the graph that readers share, and what a reader must deliver
samples.py   tensors of a file, with their batch
recorder.py  operators on whole tensors as layers on those of one sample
hoisting.py  what several modules read and none has alone
unknown.py   what a reader cannot say, told whole
proof.py     the proof that a text and a graph are one network
"""
