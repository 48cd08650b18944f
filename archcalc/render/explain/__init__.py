"""Derivations as text.

text.py      for people: a terminal or a pipe
markdown.py  a table of formulas a layer
latex.py     fragments that need amsmath
json.py      archcalc.explain/1
words.py     what the first three say in the same words
"""
