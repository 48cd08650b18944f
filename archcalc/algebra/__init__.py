"""Closed forms: expressions without a value as sums of terms. Only ``formula`` and a layer's page need them.

atoms.py         sums of terms, the atoms they are made of, and bounds
polynomial.py    arithmetic on sums of terms
notation.py      closed forms as text, LaTeX, Python and SymPy
floors.py        floors and remainders, merged as they arise
deciding.py      whether a condition holds for all sizes
closed_form.py   an expression as a sum of terms; other values for its names
factors.py       conditions in factors, without those that decide nothing
assumptions.py   the names of one formula, and what is assumed of them
domain.py        the sizes for which assumptions hold
growth.py        what a closed form grows like

How a symbol becomes a closed form: ``formula`` gives rules leaves without a value, which share one scope. Each
operation makes a node of a tree, and the scope expands it into a sum of terms, which is kept on the node. What no sum
of terms can express, such as a floor, becomes an atom, after whole terms have been taken out of it and floors inside it
have been merged. Equal closed forms are one dim. A condition is moved to one side; if bounds of its terms decide it,
rules get the answer, otherwise the scope records an assumption. SymPy could do the algebra, but it costs six times the
start-up time of the whole program and does not merge floors, which every strided layer makes.
"""
