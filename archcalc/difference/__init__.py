"""Two reports: what changed, why, and what it costs.

difference.py two reports -> archcalc.diff/1, their difference as plain data
matching.py   which layers of two networks are the same
alignment.py  two sequences aligned in bounded time
causes.py     why a layer changed: its own arguments, or the change of another layer
changes.py    what a person reads of a difference: totals, and equal changes as one line
"""
