"""Rules on numbers with names: where a figure comes from, and its closed form.

explain.py        a layer's rules on numbers with names
explain_names.py  what the numbers of a derivation are called
explain_tidy.py   derivations made shorter
explain_totals.py where totals come from
formula.py        closed forms of a network's figures
explain_document.py, formula_document.py: what they find, as plain data
layer_page.py     the page of a layer type
"""
