"""Where a network is written: from the text of a spec to the graph of layers.

load.py               the stages below, one after the other
text.py               bytes as text, a path as people write it, the directories above
source.py             a text from a path, "-", GITREF:PATH or a shipped name
project.py            the files that a spec may reach
git.py                the files of a commit
shipped.py            the specs and blocks that come with archcalc
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
foreign.py            other frameworks' spellings -> the right word
names.py              names and paths as a spec writes them
parts.py              the inputs, blocks and steps of a file, as compiled
document.py           a file compiled: what its keys and those of its blocks say
steps.py              a list of steps compiled: what their keys and arguments say
custom.py             the layer whose figures the spec says itself
imports.py            the files that a file imports, and how far they may reach
variables.py          vars, variants, --set: a document with its numbers
inputs.py             the shapes that a file reads, --input
free_variables.py     the names that formula --vars gives
layout.py             channels first or last
convention.py         a user's own way of counting, --count my.yaml
mentions.py           the names and words that a text reads
unused.py             what a file says and nothing reads
scope.py              which names a step sees, and paths to the others
expansion.py          steps in order with their keys: from, repeat, when, name, expect -> graph
nodes.py              a layer and its norm and act -> nodes
origin.py             where a node and the values of its arguments were written
containers.py         residual, parallel, map, experts
calls.py              a call of a block: arguments, input, whose variables it sees
sharing.py            share: whose weights a step uses
tensors.py            tensors in the words of errors
keys.py               the keys of the language: name, purpose and schema of each
writer.py             values as the text of a spec
json_schema.py        the schema of a spec, for editors
manual.py             the reference of the language, as text
"""
