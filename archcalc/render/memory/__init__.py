"""The memory of a network as text.

table.py     for people: a terminal or a pipe
markdown.py  for a page or a comment
html.py      a page
csv.py       the curve, a row a step
words.py     what they say in the same words
"""
