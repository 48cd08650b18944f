"""Recurrent layers: one cell, its weights learned once, runs over the steps of a sequence."""

from typing import Any

from archcalc.dims import ceil_div, require, volume
from archcalc.errors import RuleError
from archcalc.layers.agreement import require_equal
from archcalc.layers.arguments import CountOrNone, Flag, Padding, PlainSize, Returned, Size, Sizes
from archcalc.layers.axes import LETTERS, need_axes, sequence_letters, show_value
from archcalc.layers.base import Layer, computed, layer
from archcalc.layers.cached import held
from archcalc.layers.kept import INNER, WEIGHTS, further, read
from archcalc.layers.window import Windowed
from archcalc.meter import charge

LSTM_CELL = 4, {"exp": 5, "add": 6, "div": 5, "mul": 3}
GRU_CELL = 3, {"exp": 3, "add": 5, "div": 3, "mul": 3}
"""How many gates there are, and the elementary operations of one hidden unit in one step beside the matrices."""

DEPTH = 20
"""Units of work that each layer of a stack takes, with the weights of both directions."""


class Recurrent(Layer):
    """What rnn, lstm and gru share: weights of each layer and direction; only matrices count as multiply-adds."""

    hidden: Size
    layers: PlainSize = 1
    bidirectional: Flag = False
    bias: Flag = True
    biases: PlainSize = 2
    return_: Returned = "sequence"
    states: Flag = False
    projection: Any = None
    letters = staticmethod(sequence_letters)

    def check(self):
        if self.biases > 2:
            raise RuleError(f"biases is 1 or 2, not {self.biases}", "biases")
        self.several = self.states

    def cell(self):
        """As LSTM_CELL and GRU_CELL."""
        raise NotImplementedError

    def directions(self):
        return ("", "_reverse") if self.bidirectional else ("",)

    def width(self):
        """The width of one direction's output."""
        return self.hidden if self.projection is None else self.projection

    def state_widths(self):
        """The width of each state: of what a step gives, and of an LSTM's cell."""
        return (self.width(),)

    def shape(self, x, *initial):
        need_axes(self.type_name, x, 2)
        require(x[-2] > 0, lambda: f"{self.type_name} reads at least one step; the input is {show_value(x)}")
        require(x[-1] > 0, lambda: f"{self.type_name} reads at least one value a step; the input is {show_value(x)}")
        lead = x[:-2] if self.return_ == "last" else x[:-1]
        y = [*lead, self.gives()]
        final = [[*x[:-2], self.layers * len(self.directions()), width] for width in self.state_widths()]
        if initial and not self.states:
            raise RuleError(f"{self.type_name} reads an initial state only with states: true", help="add states: true")
        for state, expected in zip(initial, final, strict=False):
            require_equal(
                state, expected, lambda a=state, b=expected: f"an initial state is {show_value(b)}, not {show_value(a)}"
            )
        return [y, *final] if self.states else y

    def window(self, read, x, *initial):
        steps = read.WHOLE if self.bidirectional or self.return_ == "last" else read.Past(len(x) - 2)
        first = [read.leading(state, read.WHOLE, read.WHOLE) for state in initial]
        found = [read.leading(x, steps, read.EVERY_CHANNEL), *first]
        last = [read.leading(x, read.WHOLE, read.EVERY_CHANNEL), *first]
        return [found, *[last] * len(self.state_widths())] if self.states else found

    def cache(self, x, *initial):
        """The state of each layer; a reversed direction reads what is yet to come, and keeps nothing."""
        for name, width in zip(("state", "cell"), () if self.bidirectional else self.state_widths(), strict=False):
            yield held(name, len(x) - 2, [*x[:-2], self.layers, width])

    def gives(self):
        """The features of a step's output, those of both directions side by side."""
        return self.width() if len(self.directions()) == 1 else len(self.directions()) * self.width()

    def weights(self, x, *initial):
        charge(DEPTH * self.layers)
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
            read = self.gives()

    def ops(self, x, *others):
        steps = volume(x[:-1])
        size = {"weight": 0, "bias": 0}
        for name, shape in self.weights(x):
            size[name.split("_")[0]] += volume(shape)
        units = self.layers * len(self.directions()) * self.hidden
        ops = {operation: steps * units * number for operation, number in self.cell()[1].items()}
        return {**ops, "mac": steps * size["weight"], "add": ops["add"] + steps * size["bias"]}

    def backward(self, x, *others):
        """The first step's gradient of the state before it is wanted only if that was read."""
        steps, sequences = volume(x[:-1]), volume(x[:-2])
        of = {"first": 0, "ih": 0, "hh": 0, "hr": 0}
        for name, shape in self.weights(x):
            kind, matrix, place = name.split("_")[:3]
            if kind == "weight":
                of["first" if (matrix, place) == ("ih", "l0") else matrix] += volume(shape)
        inner = steps * (of["ih"] + of["hr"]) + (steps - sequences) * of["hh"]
        state = {1: sequences * of["hh"]} if len(others) > len(self.state_widths()) else {}
        return {0: steps * of["first"], **state, INNER: inner, WEIGHTS: steps * sum(of.values())}

    def keeps(self, x, *others):
        """What PyTorch's decomposed cell keeps at each step, and the sequence that each further layer reads."""
        *sequence, _ = x
        cells = self.layers * len(self.directions())
        yield read(0, WEIGHTS)
        initial = len(self.state_widths()) if self.states and len(others) > 1 + len(self.state_widths()) else 0
        yield from (read(number) for number in range(1, 1 + initial))
        for name, number, width in self.step_keeps():
            yield further(name, [*sequence, cells, number * width])
        if self.projection is not None:
            yield further("before the projection", [*sequence, cells, self.hidden], WEIGHTS)
        before = [("states", self.width()), ("cells", self.hidden)][: len(self.state_widths())]
        for name, width in before:  # the states before each step: those of the first are read, or zeros
            steps = [*x[:-2], x[-2] - 1 if initial else x[-2], cells, width]
            yield further(name, steps, *((WEIGHTS,) if name == "states" else ()))
        if self.layers > 1:
            yield further("sequences", [self.layers - 1, *sequence, len(self.directions()) * self.width()], WEIGHTS)

    def step_keeps(self):
        """What a step of one cell keeps beside the states before it: (name, how many, width)."""
        raise NotImplementedError


@layer("rnn", obvious="hidden", reads=(1, 2))
class Rnn(Recurrent):
    """Plain recurrent network, ``[T, C] -> [T, hidden]``, or ``[hidden]`` with ``return: last``. As torch.nn.RNN.

    Two directions double the output's width. PyTorch keeps two biases, the papers and Keras one (``biases: 1``). With
    ``states`` it gives the last state of each layer and direction too, ``[layers * directions, hidden]``, and may read
    the first: ``from: [sequence, state]``.

    Example::

        input: [10, 32]
        layers:
          - rnn: 64
            expect: [10, 64]
    """

    def cell(self):
        return 1, {"exp": 1, "add": 1, "div": 1}

    def keeps(self, x, *others):
        """A state is kept once, as what a step gave and as what the next one reads."""
        yield from (kept for kept in super().keeps(x, *others) if kept.tensor != "states")
        if not (self.states and len(others) > 2):
            yield further("first state", [*x[:-2], self.layers * len(self.directions()), self.hidden], WEIGHTS)

    def step_keeps(self):
        yield "tanh", 1, self.hidden


@layer("lstm", obvious="hidden", reads=(1, 3))
class Lstm(Recurrent):
    """Long short-term memory, ``[T, C] -> [T, hidden]``, or ``[hidden]`` with ``return: last``. As torch.nn.LSTM.

    Four gates; ``projection`` (PyTorch's proj_size, Sak et al. 2014) is a matrix that narrows the output of each step.
    Two directions double the output's width. PyTorch keeps two biases a gate, the papers and Keras one
    (``biases: 1``). With ``states`` it gives the last state and cell of each layer and direction too,
    ``[layers * directions, hidden]`` each (the state is as narrow as the projection), and may read the first:
    ``from: [sequence, state, cell]``.

    Example::

        input: [10, 32]
        layers:
          - lstm: 64
            expect: [10, 64]
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

    def state_widths(self):
        return self.width(), self.hidden

    def cell(self):
        return LSTM_CELL

    def step_keeps(self):
        yield "gates", 4, self.hidden
        yield "tanh of the cell", 1, self.hidden


@layer("gru", obvious="hidden", reads=(1, 2))
class Gru(Recurrent):
    """Gated recurrent unit, ``[T, C] -> [T, hidden]``, or ``[hidden]`` with ``return: last``. As torch.nn.GRU.

    Reset gate, update gate and candidate; ``reset_gate: false`` leaves the first out: one gate ``u`` and one candidate
    ``c~``, ``c = u * c~ + (1 - u) * c``. Two directions double the output's width. PyTorch and Keras keep two biases a
    gate, the papers and Keras' ``reset_after=False`` one (``biases: 1``). With ``states`` it gives the last state of
    each layer and direction too, ``[layers * directions, hidden]``, and may read the first:
    ``from: [sequence, state]``.

    Example::

        input: [10, 32]
        layers:
          - gru: 64
            expect: [10, 64]
    """

    reset_gate: Flag = True

    def cell(self):
        if self.reset_gate:
            return GRU_CELL
        return 2, {"exp": 2, "add": 4, "div": 2, "mul": 2}

    def step_keeps(self):
        """The gates' weighted state, the candidate, and what is multiplied in place; without reset gate 1 - u."""
        if self.reset_gate:
            yield "gates", 3, self.hidden
            yield "candidate and products", 3, self.hidden
        else:
            yield "gates", 3, self.hidden


class ConvRecurrent(Windowed):
    """What conv_lstm and conv_gru share: the gates are one convolution of the frame joined with the last state.

    Its window slides over the frame as ``stride`` and ``padding`` say, over the state with the size kept.
    """

    channel_axis = 1
    step = 1  # convolutions of the state, one after the other, in a step
    states: tuple[str, ...] = ("state",)
    out: Size
    kernel: Sizes
    stride: Sizes = 1
    padding: Padding = "same"
    bias: Flag = True
    return_: Returned = "sequence"
    cell: Any = None
    step_keeps: Any = None  # what a step of the cell keeps: (name, how many)

    @classmethod
    def letters(cls, rank):
        frame = "CL" if rank == 3 else LETTERS.get(rank - 1)
        return super().letters(rank) if frame is None else ["T", *frame]

    def output_letters(self, rank):
        return self.letters(rank + 1)[1:] if self.return_ == "last" else self.letters(rank)

    def channels_of(self, x):
        return 1 - len(x)  # counted from the end, so that it is that of a single frame too

    def bound(self, *inputs):
        (x,) = inputs
        if not 3 <= len(x) <= 5:
            raise RuleError(
                f"{self.type_name} reads [T, C, ...spatial] with 1 to 3 spatial axes; the input is {show_value(x)}"
            )
        return super().bound(x[1:])

    def spatial(self, x):
        return x[2:]

    def channels_read(self, x):
        return x[1] + self.out

    def shape(self, x):
        require(x[0] > 0, lambda: f"{self.type_name} reads at least one step; the input is {show_value(x)}")
        frame = [self.out, *self.positions(x)]
        return frame if self.return_ == "last" else [x[0], *frame]

    def window(self, read, x):
        """The last step reads the first frame through the state of each step between, and so most of it."""
        last = self.return_ == "last"
        axes = zip(self.windows(x), self.pads(x), strict=True)
        slides = []
        for axis, ((_, kernel, stride, _), pad) in enumerate(axes, 1 if last else 2):
            steps = self.step * (x[0] - 1)
            reach, before = steps * (kernel - 1) * stride, steps * ((kernel - 1) // 2) * stride
            slides.append(read.Slide(axis, kernel=kernel + reach, stride=stride, before=pad.before + before))
        return [[read.WHOLE if last else read.Past(0), read.EVERY_CHANNEL, *slides]]

    def weights(self, x):
        gates, _ = self.cell
        yield "weight", [gates * self.out, self.channels_read(x), *self.kernel]
        if self.bias:
            yield "bias", [gates * self.out]

    def cache(self, x):
        for name in self.states:
            yield held(name, 0, [self.out, *self.positions(x)])

    def ops(self, x, y):
        gates, operations = self.cell
        positions = x[0] * volume(y[-len(self.kernel) :])
        units = positions * self.out
        ops = {operation: number * units for operation, number in operations.items()}
        add = (operations["add"] + (gates if self.bias else 0)) * units
        return {**ops, "add": add, "mac": volume(self.weight(x)) * positions}

    def backward(self, x, y):
        """The gradients of the frames and of the states before each step: before the first there is none."""
        gates, _ = self.cell
        at_a_step = gates * self.out * volume(self.kernel) * volume(y[-len(self.kernel) :])
        states = (x[0] - 1) * at_a_step * self.out
        return {0: x[0] * at_a_step * x[1], INNER: states, WEIGHTS: self.ops(x, y)["mac"]}

    def keeps(self, x, y):
        """No layer of PyTorch's: the states before each step, and what the cell's products need."""
        yield read(0, WEIGHTS)
        frame = y[-len(self.kernel) :]
        for name, number in self.step_keeps:
            yield further(name, [x[0], number * self.out, *frame])


@layer("conv_lstm", obvious="out")
class ConvLstm(ConvRecurrent):
    """LSTM whose matrices are convolutions, ``[T, C, *spatial] -> [T, out, *spatial]``, or the last with ``return``.

    After Shi et al. 2015, "Convolutional LSTM Network", without peepholes, as Keras' ConvLSTM1D, 2D and 3D. The four
    gates are one convolution of the frame joined with the last state. ``stride`` and ``padding`` are those over the
    frame (``same`` here, ``valid`` in Keras); over the state the size is kept.

    Example::

        input: [10, 1, 64, 64]
        layers:
          - conv_lstm: {out: 64, kernel: 5}
            expect: [10, 64, 64, 64]
    """

    cell = LSTM_CELL
    states = ("state", "cell")
    step_keeps = (("gates", 4), ("tanh of the cell", 1), ("cells", 1), ("states", 1))


@layer("conv_gru", obvious="out")
class ConvGru(ConvRecurrent):
    """GRU whose matrices are convolutions, ``[T, C, *spatial] -> [T, out, *spatial]``, or the last with ``return``.

    After Ballas et al. 2016, "Delving Deeper into Convolutional Networks for Learning Video Representations": reset
    gate, update gate and candidate are convolutions of the frame joined with the last state, one bias each. ``stride``
    and ``padding`` are those over the frame; over the state the size is kept.

    Example::

        input: [10, 3, 64, 64]
        layers:
          - conv_gru: {out: 32, kernel: 3, return: last}
            expect: [32, 64, 64]
    """

    cell = GRU_CELL
    step = 2  # the reset gate, then the candidate
    step_keeps = (("gates", 3), ("1 - update gate", 1), ("reset states", 1), ("states", 1))


@layer("selective_scan", reads=(4,))
class SelectiveScan(Layer):
    """State space with a step and matrices of its own for each token, ``x [..., T, C] -> [..., T, C]``.

    As selective_scan_fn of mamba_ssm (Gu and Dao 2023, "Mamba"): ``from: [x, delta, B, C]`` with ``delta`` as ``x`` and
    ``B`` and ``C`` ``[..., T, N]``. Learned are ``A_log`` of N states a channel, and ``D``. A step of a channel is
    ``h = exp(delta * A) * h + (delta * x) * B`` for each of its states, then ``y = C . h + D * x``. The product with C
    is a multiply-add for each state, as PyTorch counts it where the scan is written out. The rest is done to each
    number apart, as in an LSTM's cell: for each state three multiplications, an addition and an exponential, for each
    channel two multiplications and an addition. ``A = -exp(A_log)`` is one exponential a weight. Softplus of delta and
    the gate of y are layers of their own.

    Example::

        input: {x: [100, 64], delta: [100, 64], B: [100, 16], C: [100, 16]}
        layers:
          - selective_scan:
            expect: [100, 64]
    """

    def shape(self, x, delta, b, c):
        need_axes(self.type_name, x, 2)
        require_equal(x, delta, lambda: f"x is {show_value(x)} and delta {show_value(delta)}: they must be equal")
        require_equal(b, c, lambda: f"B is {show_value(b)} and C {show_value(c)}: they must be equal")
        require_equal(
            x[:-1],
            b[:-1],
            lambda: f"{show_value(x)} and {show_value(b)} must be equal in every axis but the last",
        )
        return [*x]

    def window(self, read, x, delta, b, c):
        steps = read.Past(len(x) - 2)
        of_channels = read.leading(x, steps, read.Slide(len(x) - 1))
        return [of_channels, of_channels, read.leading(b, steps, read.WHOLE), read.leading(c, read.WHOLE)]

    def weights(self, x, delta, b, c):
        yield "A_log", [x[-1], b[-1]]
        yield "D", [x[-1]]

    def ops(self, x, delta, b, c, y):
        states = volume(x) * b[-1]
        apart = {"mul": 3 * states + 2 * volume(x), "add": states + volume(x), "exp": states + x[-1] * b[-1]}
        return {"mac": states, **apart}

    def cache(self, x, delta, b, c):
        """A state for each channel."""
        yield held("state", len(x) - 2, [*x[:-2], x[-1], b[-1]])

    def backward(self, x, delta, b, c, y):
        """The product of each state with C: the gradients of the states and of C."""
        states = volume(x) * b[-1]
        return {INNER: states, 3: states}

    def keeps(self, x, delta, b, c, y):
        """As mamba_ssm's kernel, which keeps a state for every 2,048 tokens and computes the others anew."""
        yield from map(read, range(4))
        for name in ("exp(A_log)", "A"):
            yield further(name, [x[-1], b[-1]], dtype="float32", once=True)
        yield further("states", [*x[:-2], x[-1], ceil_div(x[-2], 2048), 2 * b[-1]], dtype="float32")
