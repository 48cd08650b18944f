"""Layers that make one tensor of several, and reductions."""

ACCEPTED = [
    ("add", dict(), [[64, 28, 28], [64, 28, 28]], [64, 28, 28], 0, 0),
    ("sub", dict(), [[5, 1], [4]], [5, 4], 0, 0),
    ("mul", dict(), [[64, 28, 28], [64, 1, 1]], [64, 28, 28], 0, 0),
    ("mul", dict(), [[1, 3], [2, 1], []], [2, 3], 0, 0),
    ("div", dict(), [[0, 3], [1, 3]], [0, 3], 0, 0),
    ("div", dict(), [[], []], [], 0, 0),
    ("concat", dict(), [[64, 28, 28], [32, 28, 28], [16, 28, 28]], [112, 28, 28], 0, 0),
    ("concat", dict(axis=-1), [[10, 8], [10, 8]], [10, 16], 0, 0),
    ("concat", dict(), [[10, 8], [5, 8]], [15, 8], 0, 0),
    ("concat", dict(), [[10], [10]], [20], 0, 0),
    ("stack", dict(), [[3, 4, 5], [3, 4, 5]], [2, 3, 4, 5], 0, 0),
    ("stack", dict(axis=-1), [[3, 4], [3, 4], [3, 4]], [3, 4, 3], 0, 0),
    ("stack", dict(), [[], []], [2], 0, 0),
    ("matmul", dict(), [[2, 3], [3, 5]], [2, 5], 0, 30),
    ("matmul", dict(), [[2, 1, 4, 5], [3, 5, 6]], [2, 3, 4, 6], 0, 720),
    ("matmul", dict(), [[5], [2, 5, 6]], [2, 6], 0, 60),
    ("einsum", dict(equation="ij,jk"), [[2, 3], [3, 5]], [2, 5], 0, 30),
    ("einsum", dict(equation=" i j , j k -> k i "), [[2, 3], [3, 5]], [5, 2], 0, 30),
    ("einsum", dict(equation="bij,bjk->bik"), [[4, 2, 3], [4, 3, 5]], [4, 2, 5], 0, 120),
    ("einsum", dict(equation="ij,jk,kl,lm->im"), [[2, 3], [3, 5], [5, 7], [7, 11]], [2, 11], 0, 30 + 70 + 154),
    ("einsum", dict(equation="ij,kl,jk->il"), [[2, 3], [5, 7], [3, 5]], [2, 7], 0, 210),
    ("einsum", dict(equation="...ij,...jk"), [[6, 2, 3], [3, 5]], [6, 2, 5], 0, 180),
    ("einsum", dict(equation="...ij,...jk->...ik"), [[4, 1, 2, 3], [6, 3, 5]], [4, 6, 2, 5], 0, 720),
    ("einsum", dict(equation="...ij,jk->ik"), [[6, 2, 3], [3, 5]], [2, 5], 0, 30),
    ("einsum", dict(equation="...a->a"), [[2, 1, 4]], [4], 0, 0),
    ("einsum", dict(equation="i->...i"), [[5]], [5], 0, 0),
    ("einsum", dict(equation="i...->..."), [[5]], [], 0, 0),
    ("einsum", dict(equation="bA,aB"), [[2, 3], [4, 5]], [3, 5, 4, 2], 0, 0),
    ("einsum", dict(equation="ij,jk->k"), [[2, 3], [3, 5]], [5], 0, 15),
    ("einsum", dict(equation="ii->i"), [[3, 3]], [3], 0, 0),
    ("einsum", dict(equation="ii"), [[3, 3]], [], 0, 0),
    ("einsum", dict(equation="ij,ij->ij"), [[3, 4], [1, 4]], [3, 4], 0, 0),
    ("einsum", dict(equation=",i->i"), [[], [5]], [5], 0, 0),
    ("einsum", dict(equation="i,i,i->"), [[3], [3], [3]], [], 0, 3),
    ("einsum", dict(equation="qhd,khd->hqk"), [[10, 8, 64], [20, 8, 64]], [8, 10, 20], 0, 102_400),
    ("mean", dict(axis=0), [197, 768], [768], 0, 0),
    ("mean", dict(axis=[-1, -2], keep=True), [64, 7, 7], [64, 1, 1], 0, 0),
    ("mean", dict(axis=0), [0, 3], [3], 0, 0),
    ("sum", dict(), [3, 4], [], 0, 0),
    ("sum", dict(axis="all", keep=True), [3, 4], [1, 1], 0, 0),
    ("sum", dict(), [], [], 0, 0),
    ("max", dict(axis=1), [3, 4, 5], [3, 5], 0, 0),
    ("max", dict(axis=1), [0, 3], [0], 0, 0),
    ("take", dict(), [[169, 4], [49, 49]], [49, 49, 4], 0, 0),
    ("take", dict(axis=-1), [[4, 5, 6], [3]], [4, 5, 3], 0, 0),
    ("take", dict(axis=1), [[4, 5, 6], []], [4, 6], 0, 0),
]

REJECTED = [
    ("add", dict(), [[64, 28, 28], [128, 28, 28]], "[64, 28, 28] and [128, 28, 28] do not broadcast: 64 against 128"),
    ("mul", dict(), [[2, 3], [3, 2]], "[2, 3] and [3, 2] do not broadcast: 2 against 3"),
    ("div", dict(), [[3], [2], [1]], "[3] and [2] do not broadcast: 3 against 2"),
    ("sub", dict(), [[5, 4], [1, 5]], "[5, 4] and [1, 5] do not broadcast: 4 against 5"),
    (
        "concat",
        dict(),
        [[64, 28, 28], [64, 14, 14]],
        "[64, 28, 28] and [64, 14, 14] differ in axis 1 (28 and 14); concat joins axis 0",
    ),
    ("concat", dict(), [[2, 3], [2, 3, 1]], "[2, 3] and [2, 3, 1] differ in their number of axes"),
    ("concat", dict(axis=3), [[2, 3, 4], [2, 3, 4]], "[2, 3, 4] has no axis 3"),
    ("concat", dict(), [[], []], "[] has no axis 0"),
    ("stack", dict(axis=0), [[2, 3], [2, 4]], "stack reads equal shapes, not [2, 3] and [2, 4]"),
    ("stack", dict(), [[2], [2, 4]], "stack reads equal shapes, not [2] and [2, 4]"),
    ("matmul", dict(), [[2, 3], [4, 5]], "[2, 3] has 3 columns, [4, 5] has 4 rows: they must be equal"),
    ("matmul", dict(), [[2, 3], [2]], "[2, 3] has 3 columns, [2] has 2 rows: they must be equal"),
    ("matmul", dict(), [[], [5]], "matmul reads at least one axis of each, not [] and [5]"),
    ("matmul", dict(), [[2, 3, 4], [3, 4, 5]], "[2] and [3] do not broadcast: 2 against 3"),
    ("einsum", dict(equation="ij,jk"), [[2, 3], [4, 5]], "'j' is 3 and 4"),
    ("einsum", dict(equation="...i,...i"), [[2, 3], [4, 3]], "'...' is 2 and 4"),
    ("einsum", dict(equation="ii->i"), [[3, 1]], "'i' is 3 and 1 in [3, 1]"),
    ("einsum", dict(equation="ij->ii"), [[3, 3]], "the output names 'i' twice"),
    ("einsum", dict(equation="ij->k"), [[3, 3]], "the output's 'k' is in no term of 'ij->k'"),
    ("einsum", dict(equation="ij->i"), [[3, 3, 3]], "'ij' names 2 axes of [3, 3, 3]"),
    ("einsum", dict(equation="...ijk->i"), [[3, 3]], "'...ijk' names 3 axes of [3, 3]"),
    ("einsum", dict(equation="i1->i"), [[5, 5]], "an equation has letters, ',', '...' and '->', not '1'"),
    ("einsum", dict(equation="i - > i"), [[5]], "an equation has letters, ',', '...' and '->', not '-'"),
    ("einsum", dict(equation="i->i->i"), [[5]], "an equation has letters, ',', '...' and '->', not '-'"),
    ("einsum", dict(equation="i..->i"), [[5]], "an equation has letters, ',', '...' and '->', not '.'"),
    ("einsum", dict(equation="é"), [[5]], "an equation has letters, ',', '...' and '->', not 'é'"),
    ("einsum", dict(equation="...i...->i"), [[5]], "'...i...' has '...' twice"),
    ("einsum", dict(equation="...i->...i..."), [[5]], "'...i...' has '...' twice"),
    ("einsum", dict(equation="ij,j"), [[5, 3]], "the equation has 2 terms, einsum reads 1 tensor"),
    ("mean", dict(axis=2), [3, 4], "[3, 4] has no axis 2"),
    ("sum", dict(axis=[0, -2]), [3, 4], "axis names axis 0 of [3, 4] twice"),
    ("max", dict(axis=0), [0, 3], "the largest of no values: [0, 3] has an axis of 0"),
    ("max", dict(), [0, 3], "the largest of no values: [0, 3] has an axis of 0"),
    ("take", dict(axis=2), [[4, 5], [3]], "[4, 5] has no axis 2"),
]

STRICTER = [
    ("concat", dict(), [[10, 8], [10, 8]], "[10, 8] and [10, 8] fit along both axes: say axis: 0 or axis: 1"),
    ("stack", dict(), [[10, 8], [10, 8]], "[10, 8] and [10, 8] are stacked along an axis that must be said"),
    ("mean", dict(axis=[]), [3, 4], "mean needs at least one axis"),
    ("mean", dict(axis="every"), [3, 4], "axis takes an axis, a list of axes, or all, not every"),
    ("einsum", dict(equation=["ij"]), [[3, 4]], "equation takes a text, not [ij]"),
    ("einsum", dict(), [[3, 4]], "einsum needs 'equation': a text"),
    ("take", dict(), [[], [3]], "[] has no axis 0"),
]


def from_left(name):
    def build(arguments, *shapes):
        from functools import reduce

        import torch

        return lambda *tensors: reduce(getattr(torch, name), tensors)

    return build


def joined(name):
    def build(arguments, *shapes):
        import torch

        return lambda *tensors: getattr(torch, name)(tensors, dim=arguments.get("axis", 0))

    return build


def matmul(arguments, *shapes):
    import torch

    return torch.matmul


def einsum(arguments, *shapes):
    import torch

    return lambda *tensors: torch.einsum(arguments["equation"], *tensors)


def reduced(name):
    def build(arguments, x):
        import torch

        axis = arguments.get("axis", "all")
        axes = list(range(len(x))) if axis == "all" else axis
        return lambda x: getattr(torch, name)(x, dim=axes, keepdim=arguments.get("keep", False))

    return build


def take(arguments, table, index):
    import torch

    def rows(tensor, _):
        chosen = torch.index_select(tensor, arguments.get("axis", 0), torch.zeros(index, dtype=torch.int64).flatten())
        axis = arguments.get("axis", 0) % len(table)
        return chosen.reshape(*table[:axis], *index, *table[axis + 1 :])

    return rows


PYTORCH = dict(
    **{name: from_left(name) for name in ("add", "sub", "mul", "div")},
    concat=joined("cat"),
    stack=joined("stack"),
    matmul=matmul,
    einsum=einsum,
    mean=reduced("mean"),
    sum=reduced("sum"),
    max=reduced("amax"),
    take=take,
)
