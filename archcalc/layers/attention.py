"""Attention: each query is compared with the keys, and reads the values in proportion to how well they match."""

from archcalc.dims import exact_div, minimum, require, volume
from archcalc.errors import Undecided
from archcalc.layers.agreement import require_equal
from archcalc.layers.arguments import CountOrNone, Flag, Size
from archcalc.layers.axes import need_axes, sequence_letters, show_value
from archcalc.layers.base import Layer, computed, layer, same_as


def need_sequences(name, query, key, value):
    """Query, key and value are ``[..., T, width]`` with equal leading axes, and there are as many keys as values."""
    for x in (query, key, value):
        need_axes(name, x, 2)
    need_lead(query, key)
    need_lead(query, value)
    keys, values = key[-2], value[-2]
    require(
        keys == values,
        lambda: f"there must be as many keys as values: {show_value(key)} has {keys}, {show_value(value)} has {values}",
    )


def need_lead(query, x):
    """The leading axes must be the query's."""
    require_equal(
        query[:-2],
        x[:-2],
        lambda: f"{show_value(query)} and {show_value(x)} must be equal in every axis but the last two",
    )


def twice_pairs_below(queries, keys):
    """Twice the number of pairs whose key is not later than the query: 2 * (1 + 2 + ... + keys + keys + ...)."""
    rising = minimum(queries, keys)
    return rising * (rising + 1) + 2 * (queries - rising) * keys


def scores(pairs):
    """Elementary operations of scaling and softmax over a number of pairs of a query and a key."""
    return {"mul": pairs, "cmp": pairs, "exp": pairs, "add": pairs, "div": pairs}


def one_width(query, key, value):
    """Whether the three are known to have the same width: PyTorch then keeps their projections as one weight."""
    try:
        return bool(key[-1] == query[-1]) and bool(value[-1] == query[-1])
    except Undecided:  # only the names of the weights depend on the answer, not how many there are
        return False


@layer("attention", obvious="heads", reads=(1, 3))
class Attention(Layer):
    """Multi-head attention, ``[..., T, C] -> [..., T, out]``, of a sequence on itself or ``from: [query, key, value]``.

    As torch.nn.MultiheadAttention (Vaswani et al. 2017), with its weights: the projections of query, key and value are
    one weight if all three have the same width. ``head_dim`` sets the width of a head apart from C, with ``kv_heads``
    several heads share keys and values (Ainslie et al. 2023), ``window`` is how many keys a query sees,
    ``position_bias`` how many learned biases a head has (13 * 13 in Swin). ``causal`` masks later keys, which are
    counted nevertheless, as torch.utils.flop_counter does.

    Example::

        input: [100, 512]
        layers:
          - attention: 8
            expect: [100, 512]
    """

    heads: Size
    head_dim: Size = computed("C / heads")
    kv_heads: Size = same_as("heads")
    out: Size = computed("C")
    bias: Flag = True
    qkv_bias: Flag = same_as("bias")
    causal: Flag = False
    window: Size = None
    position_bias: CountOrNone = computed("0")
    letters = staticmethod(sequence_letters)

    def check(self):
        require(
            self.heads % self.kv_heads == 0,
            lambda: f"heads ({self.heads}) must be divisible by kv_heads ({self.kv_heads})",
            "kv_heads",
        )

    def tensors(self, inputs):
        """Query, key and value; one sequence is all three."""
        return inputs * 3 if len(inputs) == 1 else inputs

    def size_of_head(self, query):
        if self.head_dim is None:
            require(query[-1] >= 1, lambda: f"heads share at least one input channel; the input is {show_value(query)}")
            return exact_div(query[-1], self.heads, "input channels", "heads", "heads")
        return self.head_dim

    def shape(self, *inputs):
        query, key, value = self.tensors(inputs)
        need_sequences(self.type_name, query, key, value)
        self.size_of_head(query)
        return [*query[:-1], query[-1] if self.out is None else self.out]

    def weights(self, *inputs):
        query, key, value = self.tensors(inputs)
        size = self.size_of_head(query)
        rows, shared = self.heads * size, self.kv_heads * size
        if one_width(query, key, value):
            yield "in_proj_weight", [rows + 2 * shared, query[-1]]
        else:
            yield "q_proj_weight", [rows, query[-1]]
            yield "k_proj_weight", [shared, key[-1]]
            yield "v_proj_weight", [shared, value[-1]]
        if self.qkv_bias:
            yield "in_proj_bias", [rows + 2 * shared]
        if self.position_bias is not None:
            yield "relative_position_bias", [self.position_bias, self.heads]
        out = self.shape(*inputs)[-1]
        yield "out_proj.weight", [out, rows]
        if self.bias:
            yield "out_proj.bias", [out]

    def keys_seen(self, key):
        return key[-2] if self.window is None else minimum(self.window, key[-2])

    def macs(self, inputs, y, twice_pairs):
        """Multiply-adds of the projections and of each pair of a query and a key, once to score and once to read."""
        query, key, value = self.tensors(inputs)
        size = self.size_of_head(query)
        rows, shared = self.heads * size, self.kv_heads * size
        projections = volume(query) * rows + (volume(key) + volume(value)) * shared + rows * volume(y)
        return projections + volume(query[:-2]) * twice_pairs * rows

    def ops(self, *shapes):
        *inputs, y = shapes
        query, key, _ = self.tensors(tuple(inputs))
        pairs = query[-2] * self.keys_seen(key)
        ops = scores(self.heads * volume(query[:-2]) * pairs)
        if self.position_bias is not None:
            ops["add"] = 2 * ops["add"]
        if self.qkv_bias:
            size = self.size_of_head(query)
            ops["add"] += (volume(query[:-1]) * self.heads + 2 * volume(key[:-1]) * self.kv_heads) * size
        if self.bias:
            ops["add"] += volume(y)
        return {**ops, "mac": self.macs(tuple(inputs), y, 2 * pairs)}

    def causal_macs(self, *shapes):
        if not self.causal:
            return None
        *inputs, y = shapes
        query, key, _ = self.tensors(tuple(inputs))
        return self.macs(tuple(inputs), y, twice_pairs_below(query[-2], self.keys_seen(key)))


@layer("scaled_dot_product_attention", reads=(3,))
class ScaledDotProductAttention(Layer):
    """Attention without weights, ``[..., T, d], [..., S, d], [..., S, e] -> [..., T, e]``.

    As torch.nn.functional.scaled_dot_product_attention. With ``heads`` the widths hold that many heads side by side,
    ``[T, heads * d]``: the multiply-adds are the same. ``causal`` masks later keys, which are counted nevertheless.

    Example::

        input: {query: [8, 100, 64], key: [8, 50, 64], value: [8, 50, 64]}
        layers:
          - scaled_dot_product_attention:
            expect: [8, 100, 64]
    """

    heads: Size = None
    causal: Flag = False
    letters = staticmethod(sequence_letters)

    def shape(self, query, key, value):
        need_sequences(self.type_name, query, key, value)
        require(
            query[-1] == key[-1],
            lambda: (
                f"queries and keys must have the same width: {show_value(query)} has {query[-1]},"
                f" {show_value(key)} has {key[-1]}"
            ),
        )
        if self.heads is not None:
            exact_div(query[-1], self.heads, "query width", "heads", "heads")
            exact_div(value[-1], self.heads, "value width", "heads", "heads")
        return [*query[:-1], value[-1]]

    def macs(self, query, value, twice_pairs):
        return volume(query[:-2]) * twice_pairs * (query[-1] + value[-1]) // 2

    def ops(self, query, key, value, y):
        pairs = query[-2] * key[-2]
        heads = 1 if self.heads is None else self.heads
        return {**scores(heads * volume(query[:-2]) * pairs), "mac": self.macs(query, value, 2 * pairs)}

    def causal_macs(self, query, key, value, y):
        return self.macs(query, value, twice_pairs_below(query[-2], key[-2])) if self.causal else None
