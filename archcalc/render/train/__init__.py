"""A step of training, in each format; words.py says what they all say.

table.py     the sums in sentences, then the layers that keep most
markdown.py  the same as GitHub reads it
html.py      the same as a page, with every layer
csv.py       a row a layer
"""
