"""The rows of a sweep, written as they come: memory does not grow with the grid.

table.py     for people: a terminal or a pipe
csv.py       for everything else; jsonl.py: an object a line
picture.py   the chart that shows them; svg.py: alone, html.py: above the table
markdown.py  for pull requests and papers
"""
