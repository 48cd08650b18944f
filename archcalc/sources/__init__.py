"""Where a text comes from.

text.py     bytes as text, a path as people write it, the directories above
source.py   a text from a path, "-", GITREF:PATH or a shipped name
project.py  the files that a spec may reach
git.py      the files of a commit
shipped.py  the specs and blocks that come with archcalc
"""
