"""A page of HTML that needs nothing beside it.

page.py    the page around: a policy that lets in nothing but its own style and script
table.py   a table whose columns sort and whose groups fold
style.py   script.py
"""
