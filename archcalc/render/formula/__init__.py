"""Closed forms as text.

text.py    for people: a terminal or a pipe
latex.py   a fragment that needs amsmath
json.py    archcalc.formula/1
python.py  a function that returns the figures
sympy.py   assignments that SymPy reads
words.py   what they say in the same words
"""
