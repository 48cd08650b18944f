"""The distances of the drawing, in pixels."""

GAP = 18
"""Between a box and the next, and what a shape written there adds; what each crosswise piece of a wire adds."""
LABEL = 10
TRACK = 9
LANE = 10
"""Between rails, and between a rail and the box that it passes."""
SIDE = 26
"""Between branches."""
PAD = 12
HEAD, SECOND = 20, 12
"""Of a container: around what is inside, its name, a second line of it."""
MARGIN, TITLE = 24, 64
ARROW = 13
"""From the last crosswise piece of a wire to its box."""
CARD, PAPER = 176, 132
"""How wide cards are."""
STACK = 3
"""How far each card of a stack stands behind the one before."""
