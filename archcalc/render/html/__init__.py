"""An HTML page that needs no other file.

page.py    the page around a body, with a policy that allows its own style and script alone
table.py   a table whose columns sort and whose groups fold
pictures.py  pictures in a page: their style, and the script that links them with tables
style.py   script.py
"""
