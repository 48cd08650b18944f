"""Layers that pass on what they read."""

ACCEPTED = [
    ("dropout", dict(p=0.5), [4096], [4096], 0, 0),
    ("dropout", dict(p=1), [], [], 0, 0),
    ("drop_path", dict(p=0), [64, 7, 7], [64, 7, 7], 0, 0),
    ("identity", dict(), [64, 7, 7], [64, 7, 7], 0, 0),
]

REJECTED = [
    ("dropout", dict(p=1.5), [4], "p takes a number from 0 to 1, not 1.5", "p"),
    ("dropout", dict(p=-1), [4], "p takes a number from 0 to 1, not -1", "p"),
]

STRICTER = [
    ("dropout", dict(), [4], "dropout needs 'p': a number from 0 to 1", None),
    ("drop_path", dict(p="often"), [4], "p takes a number from 0 to 1, not often", "p"),
    ("identity", dict(p=0.1), [4], "identity has no argument 'p'", "p"),
]
