"""Charts: data with names in, marks out, which pictures/svg.py writes. Nothing is computed here but places.

axes.py       axes with round ticks and SI prefixes; frame.py: what stands around a chart, and labels that cover nothing
line.py       lines with their names at their ends
scatter.py    points, those of a front joined and named
heat.py       a heat map; bars.py: bars, against limits where there are some
roofline.py   layers below what a machine can do
waterfall.py  from one total to another
curve.py      how much is there in each step, and what at the peak
icicle.py     where a figure is in a hierarchy
"""
