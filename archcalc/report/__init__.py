"""What a network costs, as plain data.

figures.py   what a network costs: every figure is declared here
widths.py    the dtype of each weight: of all, of biases, of the layers of a pattern
patterns.py  which layers a pattern of widths decides
moved.py     what layers move, where it is asked for
model.py     a network -> archcalc.report/1, a dictionary of numbers, texts and lists
rows.py      one row for each layer, made when it is read
columns.py   the columns of a table of layers, and of a table of specs
fold.py      many rows as one: a step with its layers, a block with its repetitions
outline.py   rows under the steps that hold them
listing.py   reports -> one table: columns, rows, totals, notes; the renderers draw it

counts.py    a network in several ways of counting (archcalc.counts/1), and the kinds of layer that make them differ
documents.py what each JSON output holds, a class a document; schema.py: their JSON Schemas
"""
