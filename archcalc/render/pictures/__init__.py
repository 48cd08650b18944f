"""The picture of a network, stage by stage; each stage is plain data.

tree.py      steps as a tree of kept nodes; which repetitions are alike
boxes.py     boxes and scenes; scene.py: from a report to the scene at a depth; costs.py: what its nodes cost
notes.py     what a card says of a layer; pieces.py: a list too long for a picture
order.py     the boxes of a list in series, in parallel, in rows
parts.py     what is placed; beside.py: parts side by side; series.py: one after the other, and the wires between them
reads.py     what they read of one another, and by rail; gaps.py: the rooms between and beside them
channel.py   the order of the crosswise pieces of wires in a gap
search.py    fewer crossings; crossings.py counts them
place.py     from ordered boxes to places; wrap.py: a long chain in columns; layout.py: all of it, on the page
looks.py     what a box is drawn as, and what is written in it
cards.py     from a layout to marks; legend.py: what they mean; marks.py: what a picture is made of
letters.py   how wide a text is; grid.py: distances; theme.py: colours and styles
svg.py       marks as SVG; page.py: as a page
mermaid.py dot.py explorer.py   scenes in the languages of other programs
"""
