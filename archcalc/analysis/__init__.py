"""What a network costs, from what its rules have found.

counting.py   the conventions, side by side; own.py: a user's
kinds.py      the kinds of layer that they tell apart
rules.py      what a convention can count of a layer
reference.py  the page of a layer type
explain.py    derivations: a layer's rules on numbers with names (explain_names.py), tidied (explain_tidy.py), and
              of the totals (explain_totals.py)
"""
