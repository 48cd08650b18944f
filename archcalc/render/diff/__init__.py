"""The difference of two networks as text.

table.py     for people: a terminal or a pipe
markdown.py  a comment on a pull request
html.py      a page
words.py     what they say in the same words
"""
