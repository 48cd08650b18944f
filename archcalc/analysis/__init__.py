"""What a network costs, from what its rules have found.

conventions/  ways of counting operations, one file a tool
layer_page.py the page of a layer type
explain.py    derivations: a layer's rules on numbers with names (explain_names.py), tidied (explain_tidy.py), and
              of the totals (explain_totals.py)
formula.py    closed forms
"""
