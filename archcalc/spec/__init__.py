"""Where a network is written: from the text of a spec to the graph of layers.

source.py       a text from a path, "-" or a shipped name
shipped.py      the specs and blocks that come with archcalc
yaml_tree.py    YAML events -> nodes that know their place
expressions.py  the arithmetic of `out: 4*width`
expression_syntax.py  what is wrong with an expression that cannot be parsed
yaml_syntax.py  what a syntax error of YAML means
values.py       a node's value: numbers, lists, mappings and expressions, evaluated in a scope
problems.py     the errors found so far
foreign.py      other frameworks' spellings -> the right word
document.py     which keys a file and a block may have
steps.py        which keys a step may have
imports.py      the files that a file imports, and how far they may reach
variables.py    vars, variants, --set: a document with its numbers
unused.py       what a file says and nothing reads
scope.py        which names a step sees, and paths to the others
expansion.py    blocks, repeat, when, residual, parallel, map, experts -> graph
"""
