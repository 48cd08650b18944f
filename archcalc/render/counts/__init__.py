"""A network in several ways of counting, as text.

table.py     for people: a terminal or a pipe
csv.py       a row a kind of layer, a column a convention
markdown.py  for pull requests and papers
words.py     what they say in the same words
"""
