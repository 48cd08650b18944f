"""A sequence made token by token, in each format; words.py says what they all say.

table.py     the sums in sentences, then a row a step of the spec
markdown.py  the same as GitHub reads it
html.py      the same as a page
csv.py       a row a layer
"""
