"""Many variants of one spec: each a row with what varies, its figures, and whether it fits.

values.py    the values of a name, as they are written and by their index
grid.py      which variants: the product of values or pairs of them, samples of it, a part of it
shuffle.py   a permutation of a grid that is not built
varying.py   what a name stands for: a variable, an entry of a list, an axis of an input, the variant, the dtype
sweep.py     from positions in the grid to chunks of rows: what the rest of the room works with
recording.py variants that are built alike: loaded once, computed as arrays
numbers.py   what was recorded of one variant, computed for many
terms.py     figures by fewer operations
rows.py      the rows that are asked for; selection.py: which, where.py: conditions, pareto.py: the front
pool.py      chunks on all cores; cluster.py: on a Dask cluster
resuming.py  where a file ends; joining.py: parts put together
figures.py   the figures of a network, of whatever kind of number its sizes are
"""
