"""From a graph to a spec that a person could have written.

items.py      steps of a list: a layer with its norm and act, lists beside one another, a call, a repetition
tree.py       calls of modules as a tree of lists
regions.py    residual and parallel, found in a list
repeats.py    equal steps in a row; patterns of steps in a row that no module names
slots.py      lists as templates: of each argument a value for each use
templates.py  several lists as one; a step that some lack is optional
numbers.py    the numbers of a template: a literal, an expression of another, an argument
grouping.py   modules for graphs that know none
conditions.py when an optional step is there
blocks.py     a template and its uses as a block
building.py   the tree from below: which scopes are uses of one block
naming.py     names of blocks, arguments and tensors
steps.py      a step of a template as it is written
defaults.py   arguments that most steps of a kind have
writing.py    blocks and steps as lines of text
layout.py     a step as lines of YAML
search.py     the shortest description that can be proved
"""
