"""An HTML page that needs no other file.

page.py    the page around a body, with a policy that allows its own style and script alone
table.py   a table whose columns sort and whose groups fold
style.py   script.py
"""
