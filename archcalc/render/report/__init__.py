"""A report, or several, as text.

table.py     for people: a terminal or a pipe
csv.py       rows for spreadsheets and scripts
markdown.py  for pull requests; latex.py: for papers
html.py      a page that sorts and folds
notebook.py  the table in a cell of a notebook
"""
