"""Budgets and what is used of them, as text.

table.py     for people
json.py      archcalc.check/1
github.py    workflow annotations
markdown.py  a pull request's comment, a step's summary; html.py: a page
junit.py     a test report; sarif.py: a code scanner's
words.py     what they say in the same words
"""
