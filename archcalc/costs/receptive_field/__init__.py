"""The receptive field: which positions of an input a position of a tensor sees (Araujo, Norris and Sim 2019, Distill).

part.py      intervals of positions along one axis, over all whole numbers
field.py     what a tensor sees of an axis, through a layer and through several paths
reading.py   how a layer in a network reads its inputs
walk.py      all tensors of a network
axes.py      which axes of the inputs have positions
exact.py     what single positions see, at the ends of axes too
"""
