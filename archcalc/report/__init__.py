"""What a network costs, as plain data.

model.py    a network -> archcalc.report/1, a dictionary of numbers, texts and lists
columns.py  the columns of a table of layers, and of a table of specs
fold.py     many rows as one: a step with its layers, a block with its repetitions
outline.py  rows under the steps that hold them
listing.py  reports -> one table: columns, rows, totals, notes; the renderers draw it
"""
