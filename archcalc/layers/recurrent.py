"""Recurrent layers: one cell, its matrices learned once, runs over the steps of ``[T, C]``."""

from typing import Any

from archcalc.dims import require, volume
from archcalc.errors import RuleError
from archcalc.layers.arguments import CountOrNone, Flag, PlainSize, Returned, Size, Sizes
from archcalc.layers.axes import need_axes, sequence_letters, show_value
from archcalc.layers.base import Layer, computed, layer
from archcalc.layers.window import Windowed


class Recurrent(Layer):
    """What rnn, lstm and gru share: weights of each layer and direction; only matrices count as multiply-adds."""

    hidden: Size
    layers: PlainSize = 1
    bidirectional: Flag = False
    bias: Flag = True
    biases: PlainSize = 2
    return_: Returned = "sequence"
    projection: Any = None
    letters = staticmethod(sequence_letters)

    def check(self):
        if self.biases > 2:
            raise RuleError(f"biases is 1 or 2, not {self.biases}", "biases")

    def cell(self):
        """How many gates there are, and the other elementary operations of one hidden unit in one step."""
        raise NotImplementedError

    def directions(self):
        return ("", "_reverse") if self.bidirectional else ("",)

    def width(self):
        """The width of one direction's output."""
        return self.hidden if self.projection is None else self.projection

    def shape(self, x):
        need_axes(self.type_name, x, 2)
        require(x[-2] > 0, lambda: f"{self.type_name} reads at least one step; the input is {show_value(x)}")
        require(x[-1] > 0, lambda: f"{self.type_name} reads at least one value a step; the input is {show_value(x)}")
        lead = x[:-2] if self.return_ == "last" else x[:-1]
        return [*lead, len(self.directions()) * self.width()]

    def weights(self, x):
        gates, _ = self.cell()
        read = x[-1]
        for number in range(self.layers):
            for direction in self.directions():
                place = f"l{number}{direction}"
                yield f"weight_ih_{place}", [gates * self.hidden, read]
                yield f"weight_hh_{place}", [gates * self.hidden, self.width()]
                if self.bias:
                    for side in ("ih", "hh")[: self.biases]:
                        yield f"bias_{side}_{place}", [gates * self.hidden]
                if self.projection is not None:
                    yield f"weight_hr_{place}", [self.projection, self.hidden]
            read = len(self.directions()) * self.width()

    def ops(self, x, y):
        steps = volume(x[:-1])
        size = {"weight": 0, "bias": 0}
        for name, shape in self.weights(x):
            size[name.split("_")[0]] += volume(shape)
        units = self.layers * len(self.directions()) * self.hidden
        ops = {operation: steps * units * number for operation, number in self.cell()[1].items()}
        return {**ops, "mac": steps * size["weight"], "add": ops["add"] + steps * size["bias"]}


@layer("rnn", obvious="hidden")
class Rnn(Recurrent):
    """Plain recurrent network, ``[T, C] -> [T, hidden]``, or ``[hidden]`` with ``return: last``. As torch.nn.RNN.

    Two directions double the output's width. PyTorch keeps two biases, the papers and Keras one (``biases: 1``).

    Example::

        input: [10, 32]
        layers:
          - rnn: {hidden: 64, bias: false, return: last}
            expect: [64]
    """

    def cell(self):
        return 1, {"exp": 1, "add": 1, "div": 1}


@layer("lstm", obvious="hidden")
class Lstm(Recurrent):
    """Long short-term memory, ``[T, C] -> [T, hidden]``, or ``[hidden]`` with ``return: last``. As torch.nn.LSTM.

    Four gates; ``projection`` (PyTorch's proj_size, Sak et al. 2014) is a matrix that narrows the output of each step.
    Two directions double the output's width. PyTorch keeps two biases a gate, the papers and Keras one
    (``biases: 1``).

    Example::

        input: [10, 32]
        layers:
          - lstm: {hidden: 64, layers: 2, bidirectional: true}
            expect: [10, 128]
    """

    projection: CountOrNone = computed("0")

    def check(self):
        super().check()
        if self.projection is not None:
            require(
                self.projection < self.hidden,
                lambda: f"projection ({self.projection}) must be smaller than hidden ({self.hidden})",
                "projection",
            )

    def cell(self):
        return 4, {"exp": 5, "add": 6, "div": 5, "mul": 3}


@layer("gru", obvious="hidden")
class Gru(Recurrent):
    """Gated recurrent unit, ``[T, C] -> [T, hidden]``, or ``[hidden]`` with ``return: last``. As torch.nn.GRU.

    Reset gate, update gate and candidate; ``reset_gate: false`` leaves the first out: one gate ``u`` and one candidate
    ``c~``, ``c = u * c~ + (1 - u) * c``. Two directions double the output's width. PyTorch keeps two biases a
    gate, the papers and Keras one (``biases: 1``).

    Example::

        input: [10, 32]
        layers:
          - gru: {hidden: 64, reset_gate: false, bias: false}
            expect: [10, 64]
    """

    reset_gate: Flag = True

    def cell(self):
        if self.reset_gate:
            return 3, {"exp": 3, "add": 5, "div": 3, "mul": 3}
        return 2, {"exp": 2, "add": 4, "div": 2, "mul": 2}


@layer("conv_lstm", obvious="out")
class ConvLstm(Windowed):
    """LSTM whose matrices are convolutions, ``[T, C, H, W] -> [T, out, H, W]``.

    After Shi et al. 2015, "Convolutional LSTM Network", without peepholes: the four gates are one convolution of the
    frame joined with the last state, padded to keep the size.

    Example::

        input: [10, 1, 64, 64]
        layers:
          - conv_lstm: {out: 64, kernel: 5}
            expect: [10, 64, 64, 64]
    """

    padding = "same"
    out: Size
    kernel: Sizes
    bias: Flag = True

    @staticmethod
    def letters(rank):
        return [*"TCHW"]

    def bound(self, *inputs):
        (x,) = inputs
        if len(x) != 4:
            raise RuleError(f"{self.type_name} reads [T, C, H, W]; the input is {show_value(x)}")
        return super().bound(x[1:])

    def spatial(self, x):
        return x[2:]

    def channels_read(self, x):
        return x[1] + self.out

    def shape(self, x):
        require(x[0] > 0, lambda: f"{self.type_name} reads at least one step; the input is {show_value(x)}")
        return [x[0], self.out, *x[2:]]

    def weights(self, x):
        yield "weight", [4 * self.out, self.channels_read(x), *self.kernel]
        if self.bias:
            yield "bias", [4 * self.out]

    def ops(self, x, y):
        units = volume(y)
        mac = volume(self.weight(x)) * x[0] * volume(x[2:])
        return {
            "mac": mac,
            "exp": 5 * units,
            "add": (10 if self.bias else 6) * units,
            "div": 5 * units,
            "mul": 3 * units,
        }
