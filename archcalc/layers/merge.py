"""Layers that make one tensor of several, and reductions over axes."""

from typing import Any

from archcalc.dims import maximum, minimum, require, volume
from archcalc.errors import RuleError
from archcalc.layers.agreement import broadcast, require_equal, stretched
from archcalc.layers.arguments import CHANNELS, AxesOrAll, Axis, Flag, Text
from archcalc.layers.axes import axes_of, axis_of, count, show_value
from archcalc.layers.base import Layer, Several, computed, layer
from archcalc.layers.equation import expand, implicit_output, parse_equation
from archcalc.layers.kept import further, given, read


def dtype_together(layer, inputs, activations):
    """The dtype of tensors that are combined: whole numbers, a mask or an image, give way."""
    return activations if activations in inputs else inputs[0]


@layer("add", "sub", "mul", "div", reads=Several(2))
class Arithmetic(Layer):
    """Two tensors or more combined element by element, from left to right; axes of 1 stretch.

    As torch.add, sub, mul and div (PyTorch documentation, Broadcasting semantics): axes are compared from the last,
    and are equal, or one of them is 1 or missing.

    Example::

        input: [64, 28, 28]
        layers:
          - parallel:
              body: [relu]
              gate: [global_avg_pool, {reshape: [64, 1, 1]}, sigmoid]
          - mul:
            expect: [64, 28, 28]
    """

    def shape(self, first, *others):
        y = first
        for other in others:
            y = broadcast(y, other)
        return [*y]

    def window(self, read, *inputs):
        y = self.shape(*inputs)
        return [read.stretching(x, y) for x in inputs]

    def ops(self, *shapes):
        *inputs, y = shapes
        return {"add" if self.type_name == "sub" else self.type_name: (len(inputs) - 1) * volume(y)}

    dtype = dtype_together

    def keeps(self, *shapes):
        """The gradient of a factor needs the other, that of a dividend the divisor, that of a divisor both."""
        if self.type_name in ("add", "sub"):
            return
        *inputs, _ = shapes
        left, done = read(0, 1), inputs[0]
        for number, factor in enumerate(inputs[1:], 1):
            yield left
            yield read(number, *range(number), *((number,) if self.type_name == "div" else ()))
            done = broadcast(done, factor)
            left = further("product", done, number + 1)


@layer("concat", reads=Several(2))
class Concat(Layer):
    """Tensors joined along an axis; the other axes are equal. As torch.cat.

    The axis is that of the channels: 0, or the last in a file of ``layout: HWC``. Along axis 0 tensors of two axes and
    equal shape fit along both axes, so there ``axis`` must be given.

    Example::

        input: [64, 28, 28]
        layers:
          - parallel:
              same: []
              wide: [{conv: {out: 32, kernel: 3, padding: 1}}]
          - concat:
            expect: [96, 28, 28]
    """

    axis: Axis = CHANNELS
    dtype = dtype_together

    def shape(self, *inputs):
        first = inputs[0]
        axis = axis_of(self.axis, first)
        for other in inputs[1:]:
            if len(other) != len(first):
                raise RuleError(f"{show_value(first)} and {show_value(other)} differ in their number of axes")
            for kept in range(len(first)):
                if kept != axis:
                    self.need_equal(first, other, kept, axis)
        if "axis" not in self.given and len(first) == 2 and axis == 0:
            self.need_axis(inputs)
        return [*first[:axis], sum(x[axis] for x in inputs), *first[axis + 1 :]]

    def window(self, read, *inputs):
        axis, found, before = axis_of(self.axis, inputs[0]), [], 0
        for x in inputs:
            found.append(read.passing(x, {axis: read.Piece(axis, before)}))
            before += x[axis]
        return found

    def need_equal(self, first, other, kept, axis):
        require(
            first[kept] == other[kept],
            lambda: (
                f"{show_value(first)} and {show_value(other)} differ in axis {kept} ({first[kept]} and {other[kept]});"
                f" {self.type_name} joins axis {axis}"
            ),
            "axis",
        )

    def need_axis(self, inputs):
        first = inputs[0]
        differ = sum((x[0] - first[0]) * (x[0] - first[0]) for x in inputs[1:])
        require(
            differ != 0,
            lambda: f"{' and '.join(map(show_value, inputs))} fit along both axes: write axis: 0 or axis: 1",
            "axis",
        )


@layer("stack", reads=Several(2))
class Stack(Layer):
    """Tensors of equal shape side by side along a new axis. As torch.stack.

    The new axis is 0; for tensors of two axes ``axis`` must be given.

    Example::

        input: [64, 28, 28]
        layers:
          - parallel: {left: [relu], right: [tanh]}
          - stack:
            expect: [2, 64, 28, 28]
    """

    axis: Axis = computed("0")
    dtype = dtype_together

    def shape(self, *inputs):
        first = inputs[0]
        for other in inputs[1:]:
            self.need_equal(first, other)
        if self.axis is None and len(first) == 2:
            raise RuleError(
                f"{' and '.join(map(show_value, inputs))} can be stacked along any axis: axis must be given",
                "axis",
                help="axis: 0 puts it first, axis: -1 last",
            )
        axis = axis_of(self.axis or 0, (len(inputs), *first))
        return [*first[:axis], len(inputs), *first[axis:]]

    def window(self, read, *inputs):
        place = axis_of(self.axis or 0, (len(inputs), *inputs[0]))
        return [[read.Slide(axis + (axis >= place)) for axis in range(len(x))] for x in inputs]

    def need_equal(self, first, other):
        require_equal(
            first,
            other,
            lambda: f"{self.type_name} reads equal shapes, not {show_value(first)} and {show_value(other)}",
        )


@layer("matmul", reads=(2,))
class Matmul(Layer):
    """Matrix product, ``[..., n, k], [..., k, m] -> [..., n, m]``; leading axes broadcast.

    As torch.matmul: a tensor of one axis is a row on the left, a column on the right, and that axis is gone. A product
    of matrix and vector counts its multiply-adds too.

    Example::

        input: {left: [8, 100, 64], right: [8, 64, 100]}
        layers:
          - matmul:
            expect: [8, 100, 100]
    """

    def names_of(self, left, right):
        more = max(len(left), len(right)) - 2
        lead = ["b"] if more < 2 else [f"b{axis}" for axis in range(more)]
        return [[*lead, "n", "k"][-len(left) :], ["k"] if len(right) == 1 else [*lead, "k", "m"][-len(right) :]]

    def shape(self, left, right):
        if not left or not right:
            raise RuleError(
                f"{self.type_name} reads at least one axis of each, not {show_value(left)} and {show_value(right)}"
            )
        rows = right[-2:][0]
        require(
            left[-1] == rows,
            lambda: (
                f"{show_value(left)} has {left[-1]} columns, {show_value(right)} has {rows} rows: they must be equal"
            ),
        )
        return [*broadcast(left[:-2], right[:-2]), *left[-2:-1], *right[1:][-1:]]

    def window(self, read, left, right):
        lead = broadcast(left[:-2], right[:-2])
        rows = [read.Slide(len(lead))] if len(left) > 1 else []
        columns = [read.Slide(len(lead) + len(rows))] if len(right) > 1 else []
        return [
            [*read.stretching(left[:-2], lead), *rows, read.WHOLE],
            [*read.stretching(right[:-2], lead), read.WHOLE, *columns],
        ]

    def ops(self, left, right, y):
        return {"mac": volume(y) * left[-1]}

    def keeps(self, left, right, y):
        yield read(0, 1, form="product")
        yield read(1, 0, form="product")


@layer("einsum", obvious="equation", reads=Several(1))
class Einsum(Layer):
    """Sums of products of any tensors, as the equation names their axes, such as ``bij,bjk->bik``.

    As torch.einsum: one letter an axis, ``...`` for the others; a letter that is not in the output is summed; without
    ``->`` the output is ``...`` and the letters named once, in alphabetical order (capitals first). Tensors are
    multiplied from left to right; a product that is summed at once counts multiply-adds, any other multiplications.

    Example::

        input: {query: [100, 8, 64], key: [100, 8, 64]}
        layers:
          - einsum: qhd,khd->hqk
            expect: [8, 100, 100]
    """

    equation: Text

    def check(self):
        self.terms, output = parse_equation(self.equation)
        self.output = implicit_output(self.terms) if output is None else output

    def names_of(self, *inputs):
        pairs = zip(self.terms, inputs, strict=True)
        rows = [expand(term, len(x) - sum(letter != "..." for letter in term)) for term, x in pairs]
        return [[letter.replace("...", "A") for letter in row] for row in rows]

    def named_axes(self, inputs):
        """The size of each letter, for each tensor, and the output's letters."""
        if len(inputs) != len(self.terms):
            terms, tensors = count(len(self.terms), "term"), count(len(inputs), "tensor")
            raise RuleError(f"the equation has {terms}, {self.type_name} reads {tensors}", "equation")
        pairs = [*zip(self.terms, inputs, strict=True)]
        unnamed = max(len(x) - sum(letter != "..." for letter in term) for term, x in pairs)
        return [self.letters_of(term, x) for term, x in pairs], expand(self.output, unnamed)

    def letters_of(self, term, x):
        named = sum(letter != "..." for letter in term)
        if len(x) < named or (len(x) > named and "..." not in term):
            raise RuleError(f"'{''.join(term)}' names {count(named, 'ax', 'is', 'es')} of {show_value(x)}", "equation")
        sizes: dict[str, Any] = {}
        for letter, size in zip(expand(term, len(x) - named), x, strict=True):
            need_diagonal(letter, sizes.setdefault(letter, size), size, x)
        return sizes

    def shape(self, *inputs):
        tensors, output = self.named_axes(inputs)
        sizes = tensors[0]
        for other in tensors[1:]:
            sizes = product(sizes, other)
        return [sizes[letter] for letter in output]

    def window(self, read, *inputs):
        _, output = self.named_axes(inputs)
        sizes = dict(zip(output, self.shape(*inputs), strict=True))

        def reading(letter, size):
            if letter not in sizes:
                return read.WHOLE
            return read.At() if size == 1 and sizes[letter] != 1 else read.Slide(output.index(letter))

        found = []
        for term, x in zip(self.terms, inputs, strict=True):
            letters = expand(term, len(x) - sum(letter != "..." for letter in term))
            found.append([reading(letter, size) for letter, size in zip(letters, x, strict=True)])
        return found

    def products(self, inputs, ops):
        """The tensors that are multiplied, from left to right: the product so far, the next, both; adds to ``ops``."""
        tensors, output = self.named_axes(inputs)
        done = tensors[0]
        for position, other in enumerate(tensors[1:], 2):
            needed = {*output}.union(*tensors[position:])
            # A letter that only one of the two has, and nothing else needs, is summed before they are multiplied.
            done, other = (
                self.summed(tensor, needed | against.keys(), ops) for tensor, against in ((done, other), (other, done))
            )
            both = product(done, other)
            kind = "mul" if both.keys() <= needed else "mac"
            ops[kind] += volume([*both.values()])
            yield done, other, volume([*both.values()]) if kind == "mac" else 0
            done = {letter: size for letter, size in both.items() if letter in needed}
        self.summed(done, {*output}, ops)

    def ops(self, *shapes):
        *inputs, _ = shapes
        ops = {"mac": 0, "mul": 0, "add": 0}
        for _ in self.products(inputs, ops):
            pass
        return ops

    def backward(self, *shapes):
        """Both factors of a product, the left one being what the inputs before have made."""
        *inputs, _ = shapes
        found = {}
        for number, (_, _, macs) in enumerate(self.products(inputs, {"mac": 0, "mul": 0, "add": 0}), 1):
            found[number] = macs
            found[0 if number == 1 else tuple(range(number))] = macs
        return found

    def keeps(self, *shapes):
        """The factors of each product, summed first over what only one of them has and nothing needs."""
        *inputs, _ = shapes
        for number, (done, other, _) in enumerate(self.products(inputs, {"mac": 0, "mul": 0, "add": 0}), 1):
            whole = len(done) == len({*self.letters_of(self.terms[0], inputs[0])}) if number == 1 else False
            yield read(0, 1) if whole else further("product", [*done.values()], number)
            whole = len(other) == len({*self.letters_of(self.terms[number], inputs[number])})
            before = range(number)
            yield read(number, *before) if whole else further("sum", [*other.values()], *before)

    def summed(self, tensor, needed, ops):
        """The tensor without the letters that nothing needs; adds the additions of summing them to ``ops``."""
        left = {letter: size for letter, size in tensor.items() if letter in needed}
        ops["add"] += additions([size for letter, size in tensor.items() if letter not in left], [*left.values()])
        return left


def need_diagonal(letter, one, other, x):
    """A letter twice in one tensor takes the diagonal of two equal axes; axes of 1 do not stretch."""
    require(one == other, lambda: f"'{letter}' is {one} and {other} in {show_value(x)}", "equation")


def product(one, other):
    """The letters of two tensors multiplied, and their sizes."""
    return {**one, **other, **{letter: common(letter, one[letter], other[letter]) for letter in one if letter in other}}


def common(letter, a, b):
    """The size of a letter in a product. An axis without a letter is called ``...`` in the message."""
    return stretched(a, b, lambda: f"'{letter[:3]}' is {a} in one tensor and {b} in another", "equation")


def additions(summed, left):
    """Additions that sum over the axes ``summed`` at every position of the axes ``left``."""
    return maximum(volume(summed) - 1, 0) * volume(left)


@layer("mean", "sum", "max", obvious="axis")
class Reduce(Layer):
    """The mean, sum or largest value over some axes, or all; with ``keep`` these axes stay with size 1.

    As torch.mean, torch.sum and torch.amax over the axes of one sample.

    Example::

        input: [197, 768]
        layers:
          - mean: 0
            expect: [768]
    """

    axis: AxesOrAll = computed("all")
    keep: Flag = False

    def check(self):
        if self.axis == ():
            raise RuleError(f"{self.type_name} needs at least one axis", "axis")

    def axes(self, x):
        return range(len(x)) if self.axis is None else axes_of(self.axis, x)

    def shape(self, x):
        axes = self.axes(x)
        if self.type_name == "max":
            for axis in axes:
                require(x[axis] > 0, lambda: f"the largest of no values: {show_value(x)} has an axis of 0", "axis")
        return [1 if axis in axes else size for axis, size in enumerate(x) if self.keep or axis not in axes]

    def window(self, read, x):
        axes = self.axes(x)
        left = [axis for axis in range(len(x)) if self.keep or axis not in axes]
        return [[read.WHOLE if axis in axes else read.Slide(left.index(axis)) for axis in range(len(x))]]

    def ops(self, x, y):
        steps = additions([x[axis] for axis in self.axes(x)], y)
        if self.type_name == "max":
            return {"cmp": steps}
        return {"add": steps, "div": volume(y) if self.type_name == "mean" else 0}

    def keeps(self, x, y):
        if self.type_name == "max":
            yield read()
            yield given()


@layer("take", reads=(2,))
class Take(Layer):
    """Rows of a table: positions of the first tensor along an axis, chosen by the second, a tensor of indices.

    As torch.index_select, but the indices may have any shape, which replaces the axis: ``[N, C], [T] -> [T, C]``.

    Example::

        input: {table: [169, 4], index: {shape: [49, 49], dtype: int64}}
        layers:
          - take: [table, index]
            expect: [49, 49, 4]
    """

    axis: Axis = 0

    def shape(self, table, index):
        axis = axis_of(self.axis, table)
        some = minimum(volume(index), 1)  # without indices an empty axis will do
        require(table[axis] >= some, lambda: f"axis {axis} of {show_value(table)} has no position to take", "axis")
        return [*table[:axis], *index, *table[axis + 1 :]]

    def window(self, read, table, index):
        place = axis_of(self.axis, table)
        behind = len(index) - 1
        rows = [read.Slide(axis if axis < place else axis + behind) for axis in range(len(table))]
        rows[place] = read.WHOLE
        return [rows, [read.Slide(place + axis) for axis in range(len(index))]]

    def keeps(self, table, index, y):
        yield read(1)
