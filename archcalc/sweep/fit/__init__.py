"""The variant that uses a budget best, with the proof that no other does.

goal.py      the limits, and which of the variants that keep them is asked for
walk.py      every variant computed: the best of them, and how far they are from their limits
monotone.py  whether figures only rise, or only fall, with one number: then few variants have to be computed
bisect.py    the same answer from those few
answer.py    the answer as plain data
settings.py  a variant as options of a command
written.py   a variant written into its spec
"""
