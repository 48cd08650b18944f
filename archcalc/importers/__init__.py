"""Networks in other formats as the text of a spec.

graphs/     graphs of operators: what readers of them deliver, and the proof of what is written
structure/  from a graph to a spec that a person could have written
pytorch/    the .pt2 that torch.export writes
"""
