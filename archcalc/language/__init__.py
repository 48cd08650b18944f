"""What a file says: its YAML, its expressions, its keys and steps. Nothing is computed here but expressions.

yaml_tree.py          a text read: its tree, or all that is wrong
yaml_nodes.py         values that know their place
yaml_reader.py        YAML events -> nodes
yaml_scalars.py       what a plain scalar is
yaml_traps.py         errors of what YAML reads otherwise than it was meant
yaml_syntax.py        what a syntax error of YAML means
expressions.py        the arithmetic of `out: 4*width`
expression_syntax.py  what is wrong with an expression that cannot be parsed
expression_errors.py  what can be wrong with an expression, and where
functions.py          what the operators and functions of an expression do
values.py             a node's value: numbers, lists, mappings and expressions, evaluated in a scope
problems.py           the errors found so far
foreign/              other frameworks' words -> the right ones: a table a framework
words.py              what the word of a step names
names.py              names and paths as a spec writes them
parts.py              the inputs, blocks and steps of a file, as compiled
document.py           a file compiled: what its keys and those of its blocks say
steps.py              a list of steps compiled: what their keys and arguments say
custom.py             the layer whose figures the spec says itself
imports.py            the files that a file imports, and how far they may reach
convention.py         a user's own way of counting, --count my.yaml
widths.py             dtypes of weights, --dtype widths.yaml
widths_manual.py      their reference, as text
device.py             a device of one's own, --device my.yaml
mentions.py           the names and words that a text reads
keys.py               the keys of the language: name, purpose and schema of each
writer.py             values as the text of a spec
json_schema.py        the schema of a spec, for editors
manual.py             the reference of the language, as text
"""
