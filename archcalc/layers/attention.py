"""Attention: each query is compared with the keys, and reads the values in proportion to how well they match.

Activations count a layer's output. The queries, keys, values, scores and what each head reads are computed on the way:
they are inner tensors, which ``inner`` gives.
"""

from copy import copy

from archcalc.dims import exact_div, maximum, minimum, require, volume
from archcalc.errors import RuleError, Undecided
from archcalc.layers.agreement import require_equal
from archcalc.layers.arguments import Count, CountOrNone, Flag, HeadNorm, Size
from archcalc.layers.axes import need_axes, sequence_letters, show_value
from archcalc.layers.base import Layer, computed, layer, same_as
from archcalc.layers.cached import Cached
from archcalc.layers.kept import INNER, WEIGHTS, further, given, read
from archcalc.layers.normalization import normalizing, rms_normalizing


def need_sequences(name, query, key, value):
    """Query, key and value are ``[..., T, width]``, and there are as many keys as values."""
    for x in (query, key, value):
        need_axes(name, x, 2)
    keys, values = key[-2], value[-2]
    require(
        keys == values,
        lambda: f"there must be as many keys as values: {show_value(key)} has {keys}, {show_value(value)} has {values}",
    )


def need_lead(query, x, axes=2):
    """The leading axes must be the query's; the last ``axes`` may differ."""
    require_equal(
        query[:-axes],
        x[:-axes],
        lambda: (
            f"{show_value(query)} and {show_value(x)} must be equal in every axis but the last"
            f" {('two', 'three')[axes - 2]}"
        ),
    )


def need_shared_heads(heads, kv_heads, argument=None):
    require(kv_heads >= 1, "keys and values have no heads", argument)
    require(heads % kv_heads == 0, lambda: f"heads ({heads}) must be divisible by kv_heads ({kv_heads})", argument)


def twice_pairs_before(keys, window):
    """Twice the pairs of ``keys`` queries that see themselves and what is before them, at most ``window`` keys."""
    rising = minimum(keys, window)
    return rising * (rising + 1) + 2 * (keys - rising) * window


def twice_pairs_causal(queries, keys, window):
    """Twice the pairs of a query and a key that is not later, where the queries are the last of the keys."""
    return twice_pairs_before(keys, window) - twice_pairs_before(maximum(keys - queries, 0), window)


def keys_seen(read, query, key, causal, window=None):
    """How queries read the positions of the keys, of which the queries are the last ones."""
    axis, after = len(query) - 2, key[-2] - query[-2]
    if window is None or window >= key[-2]:
        return read.Past(axis, after) if causal else read.WHOLE
    # a window that is not causal may lie before, around, or anywhere
    return read.Slide(axis, kernel=window, before=window - 1 - after) if causal else read.Mixed(axis)


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
    one weight if all three have the same width. ``head_dim`` sets the width of a head apart from C, ``value_dim`` that
    of its values, with ``kv_heads`` several heads share keys and values (Ainslie et al. 2023). ``k_bias: false`` leaves
    the keys without bias (Whisper), ``qk_norm`` normalises each head's queries and keys (Qwen3), ``position_bias`` is
    how many learned biases a head has (13 * 13 in Swin). ``window`` is how many keys a query sees, ``cache`` how many
    positions stand before the keys that are read: theirs are compared, not projected.

    ``causal`` masks later keys, which are counted nevertheless, as torch.utils.flop_counter does; ``macs_causal`` is
    without them. There the queries are the last of the keys: the last query sees every key, as in decoding with a
    cache. PyTorch's ``is_causal`` takes them for the first. Activations are the output's; queries, keys, values and
    scores are not among them.

    Example::

        input: [100, 512]
        layers:
          - attention: 8
            expect: [100, 512]
    """

    heads: Size
    head_dim: Size = computed("C / heads")
    kv_heads: Size = same_as("heads")
    value_dim: Size = computed("head_dim")
    out: Size = computed("C")
    bias: Flag = True
    qkv_bias: Flag = same_as("bias")
    k_bias: Flag = same_as("qkv_bias")
    qk_norm: HeadNorm = None
    causal: Flag = False
    window_: Size = None
    cache_: Count = 0
    position_bias: CountOrNone = computed("0")
    letters = staticmethod(sequence_letters)

    def check(self):
        need_shared_heads(self.heads, self.kv_heads, "kv_heads")

    def tensors(self, inputs):
        """Query, key and value; one sequence is all three."""
        return inputs * 3 if len(inputs) == 1 else inputs

    def window(self, read, *inputs):
        query, key, value = self.tensors(inputs)
        keys = keys_seen(read, query, key, self.causal, self.window_)
        seen = [read.leading(x, keys, read.EVERY_CHANNEL) for x in (key, value)]
        if len(inputs) == 1:
            return seen[:1]
        return [read.leading(query, read.Slide(len(query) - 2), read.EVERY_CHANNEL), *seen]

    def size_of_head(self, query):
        if self.head_dim is None:
            require(query[-1] >= 1, lambda: f"heads share at least one input channel; the input is {show_value(query)}")
            return exact_div(query[-1], self.heads, "input channels", "heads", "heads")
        return self.head_dim

    def rows(self, query):
        """The widths of all heads' queries, keys and values, and of what the heads read."""
        size = self.size_of_head(query)
        read = size if self.value_dim is None else self.value_dim
        return self.heads * size, self.kv_heads * size, self.kv_heads * read, self.heads * read

    def shape(self, *inputs):
        query, key, value = self.tensors(inputs)
        need_sequences(self.type_name, query, key, value)
        need_lead(query, key)
        need_lead(query, value)
        self.size_of_head(query)
        return [*query[:-1], query[-1] if self.out is None else self.out]

    def weights(self, *inputs):
        query, key, value = self.tensors(inputs)
        queries, keys, values, read = self.rows(query)
        if one_width(query, key, value):
            yield "in_proj_weight", [queries + keys + values, query[-1]]
        else:
            yield "q_proj_weight", [queries, query[-1]]
            yield "k_proj_weight", [keys, key[-1]]
            yield "v_proj_weight", [values, value[-1]]
        if self.qkv_bias or self.k_bias:
            yield "in_proj_bias", [(queries + values if self.qkv_bias else 0) + (keys if self.k_bias else 0)]
        for name in ("q_norm", "k_norm") if self.qk_norm else ():
            yield f"{name}.weight", [self.size_of_head(query)]
            if self.qk_norm == "layer_norm":
                yield f"{name}.bias", [self.size_of_head(query)]
        if self.position_bias is not None:
            yield "relative_position_bias", [self.position_bias, self.heads]
        out = self.shape(*inputs)[-1]
        yield "out_proj.weight", [out, read]
        if self.bias:
            yield "out_proj.bias", [out]

    def keys(self, key):
        """How many keys there are, cached ones included, and how many of them a query sees."""
        keys = key[-2] + self.cache_
        return keys, keys if self.window_ is None else minimum(self.window_, keys)

    def inner(self, *inputs):
        query, key, value = self.tensors(inputs)
        size, lead = self.size_of_head(query), query[:-2]
        read = size if self.value_dim is None else self.value_dim
        yield "query", [*lead, self.heads, query[-2], size]
        yield "key", [*lead, self.kv_heads, key[-2], size]
        yield "value", [*lead, self.kv_heads, value[-2], read]
        yield "scores", [*lead, self.heads, query[-2], self.keys(key)[1]]
        yield "read", [*lead, self.heads, query[-2], read]

    def macs(self, inputs, y, twice_pairs):
        """Multiply-adds of the projections and of each pair of a query and a key, once to score and once to read."""
        query, key, value = self.tensors(inputs)
        queries, keys, values, read = self.rows(query)
        projections = volume(query) * queries + volume(key) * keys + volume(value) * values + read * volume(y)
        return projections + volume(query[:-2]) * (twice_pairs * (queries + read) // 2)

    def ops(self, *shapes):
        *inputs, y = shapes
        query, key, value = self.tensors(tuple(inputs))
        queries, keys, values, _ = self.rows(query)
        pairs = query[-2] * self.keys(key)[1]
        ops = scores(self.heads * volume(query[:-2]) * pairs)
        if self.position_bias is not None:
            ops["add"] = 2 * ops["add"]
        if self.qkv_bias:
            ops["add"] += volume(query[:-1]) * queries + volume(value[:-1]) * values
        if self.k_bias:
            ops["add"] += volume(key[:-1]) * keys
        if self.bias:
            ops["add"] += volume(y)
        if self.qk_norm is not None:
            heads = volume(query[:-1]) * self.heads + volume(key[:-1]) * self.kv_heads
            elements = [heads, self.size_of_head(query)]
            rms = self.qk_norm == "rms_norm"
            norm = rms_normalizing(elements, heads, True) if rms else normalizing(elements, heads, True, True)
            for operation, number in norm.items():
                ops[operation] += number
        return {**ops, "mac": self.macs(tuple(inputs), y, 2 * pairs)}

    def backward(self, *shapes):
        """Scores and what is read have two factors each; the output's projection reads what was computed on the way."""
        *inputs, y = shapes
        query, key, value = self.tensors(tuple(inputs))
        queries, keys, values, read = self.rows(query)
        mapped = self.macs(tuple(inputs), y, 0)
        inner = read * volume(y) + 2 * (self.ops(*shapes)["mac"] - mapped)
        of = [volume(query) * queries, volume(key) * keys, volume(value) * values]
        return {**(dict(enumerate(of)) if len(inputs) == 3 else {0: sum(of)}), INNER: inner, WEIGHTS: mapped}

    def keeps(self, *shapes):
        """One kernel, as nn.MultiheadAttention with need_weights=False; with position biases its steps, as in Swin.

        Written out, the queries are scaled first. Keys and values are copied, to be matrices, but those of a single
        sequence or head: they stay where the projection put them, beside the queries.
        """
        *inputs, _ = shapes
        inner = dict(self.inner(*inputs))
        yield from (read(number, WEIGHTS, form="matrix") for number in range(len(inputs)))
        for name in ("query", "key", "value"):
            yield further(name, inner[name])
        for name in ("query", "key") if self.qk_norm else ():
            slices = inner[name][:-1]
            yield further(
                f"{name} before its norm", inner[name], dtype="float32" if self.qk_norm == "rms_norm" else None
            )
            yield further(
                "inverse root" if self.qk_norm == "rms_norm" else "inverse deviation", slices, dtype="float32"
            )
            if self.qk_norm == "rms_norm":
                yield further("normalized", inner[name], WEIGHTS)
            else:
                yield further("mean", slices, dtype="float32")
        if self.position_bias is None:
            yield further("log-sum-exp", inner["scores"][:-1], dtype="float32")
            yield further("read", inner["read"])
            return
        yield further("scores", inner["scores"])
        if self.heads == 1 or volume(shapes[0][:-2]) == 1:
            yield further("query before scaling", inner["query"], lone=bool(self.heads != 1))
        yield further("read", inner["read"], WEIGHTS)

    def cache(self, *inputs):
        """The projected keys and values of every head that has its own."""
        query, _, value = self.tensors(inputs)
        size, lead, several = self.size_of_head(query), query[:-2], len(inputs) == 3
        read = size if self.value_dim is None else self.value_dim
        kept = {"most": self.window_, "before": self.cache_}
        yield Cached("keys", 1 if several else 0, len(query) - 2, [*lead, self.kv_heads, size], **kept)
        yield Cached("values", 2 if several else 0, len(value) - 2, [*lead, self.kv_heads, read], **kept)

    def makes_cache(self, *inputs):
        """The projections of keys and values."""
        query, key, value = self.tensors(inputs)
        _, keys, values, _ = self.rows(query)
        if one_width(query, key, value):
            yield "in_proj_weight", (keys + values) * query[-1]
        else:
            yield "k_proj_weight", keys * key[-1]
            yield "v_proj_weight", values * value[-1]
        yield "in_proj_bias", (values if self.qkv_bias else 0) + (keys if self.k_bias else 0)
        for name in ("k_norm.weight", "k_norm.bias"):
            yield name, self.size_of_head(query)

    def after(self, context, *inputs):
        """What is kept is compared, not projected."""
        found = copy(self)
        found.cache_ = self.cache_ + context
        return found, inputs

    def causal_macs(self, *shapes):
        if not self.causal:
            return None
        *inputs, y = shapes
        query, key, _ = self.tensors(tuple(inputs))
        return self.macs(tuple(inputs), y, twice_pairs_causal(query[-2], *self.keys(key)))


@layer("scaled_dot_product_attention", reads=(3,))
class ScaledDotProductAttention(Layer):
    """Attention without weights, ``[..., T, d], [..., S, d], [..., S, e] -> [..., T, e]``.

    As torch.nn.functional.scaled_dot_product_attention. With ``heads`` the widths hold that many heads side by side,
    ``[T, heads * d]``: the multiply-adds are the same. With ``enable_gqa`` keys and values may have fewer heads than
    queries: on the axis before T, or with ``heads`` in their width. ``window`` is how many keys a query sees.
    ``causal`` masks later keys, which are counted nevertheless; ``macs_causal`` is without them, and takes the queries
    for the last of the keys, where PyTorch's ``is_causal`` takes them for the first. Activations are the output's;
    scores are not among them.

    Example::

        input: {query: [8, 100, 64], key: [8, 50, 64], value: [8, 50, 64]}
        layers:
          - scaled_dot_product_attention:
            expect: [8, 100, 64]
    """

    heads: Size = None
    causal: Flag = False
    enable_gqa: Flag = False
    window_: Size = None
    letters = staticmethod(sequence_letters)

    def shape(self, query, key, value):
        need_sequences(self.type_name, query, key, value)
        need_lead(key, value)
        if self.enable_gqa and self.heads is None:
            self.need_heads(query, key)
        else:
            need_lead(query, key)
        if self.heads is None or not self.enable_gqa:
            require(
                query[-1] == key[-1],
                lambda: (
                    f"queries and keys must have the same width: {show_value(query)} has {query[-1]},"
                    f" {show_value(key)} has {key[-1]}"
                ),
            )
        return [*query[:-1], self.read(query, key, value)]

    def window(self, read, query, key, value):
        keys = keys_seen(read, query, key, self.causal, self.window_)
        seen = [read.leading(key, keys, read.EVERY_CHANNEL), read.leading(value, keys, read.Slide(len(query) - 1))]
        if self.heads is not None:
            seen[1][-1] = read.WHOLE if self.heads == 1 else read.Mixed(len(query) - 1)
        if len(query) > 2 and key[-3] != query[-3]:  # heads share keys and values
            for axes in seen:
                axes[-3] = read.Mixed(len(query) - 3)
        return [read.leading(query, read.Slide(len(query) - 2), read.EVERY_CHANNEL), *seen]

    def need_heads(self, query, key):
        """The axis before T holds heads; keys have so many that they divide the queries'."""
        for x in (query, key):
            if len(x) < 3:
                raise RuleError(f"enable_gqa reads [..., heads, T, d]; the input is {show_value(x)}", "enable_gqa")
        need_lead(query, key, 3)
        need_shared_heads(query[-3], key[-3], "enable_gqa")

    def read(self, query, key, value):
        """The width that all heads read."""
        if self.heads is None:
            return value[-1]
        size = exact_div(query[-1], self.heads, "query width", "heads", "heads")
        if not self.enable_gqa:
            exact_div(value[-1], self.heads, "value width", "heads", "heads")
            return value[-1]
        require(size >= 1, "enable_gqa reads heads of at least one value", "enable_gqa")
        kv_heads = exact_div(key[-1], size, "key width", "the width of a head", "heads")
        need_shared_heads(self.heads, kv_heads, "heads")
        return self.heads * exact_div(value[-1], kv_heads, "value width", "heads of keys", "heads")

    def inner(self, query, key, value):
        yield "scores", [*query[:-2], *(() if self.heads is None else (self.heads,)), query[-2], self.keys(key)]

    def keys(self, key):
        """How many keys a query sees."""
        return key[-2] if self.window_ is None else minimum(self.window_, key[-2])

    def macs(self, query, key, value, twice_pairs):
        return volume(query[:-2]) * twice_pairs * (query[-1] + self.read(query, key, value)) // 2

    def ops(self, query, key, value, y):
        pairs = query[-2] * self.keys(key)
        heads = 1 if self.heads is None else self.heads
        return {**scores(heads * volume(query[:-2]) * pairs), "mac": self.macs(query, key, value, 2 * pairs)}

    def backward(self, query, key, value, y):
        """Both factors of the scores, and of what is read: the values, and the scores for queries and keys."""
        pairs = volume(query[:-2]) * query[-2] * self.keys(key)
        scored, read = pairs * query[-1], pairs * self.read(query, key, value)
        return {0: scored, 1: scored, 2: read, (0, 1): read}

    def keeps(self, query, key, value, y):
        """One kernel, which computes the scores anew from the logarithm of their sum."""
        yield from map(read, range(3))
        yield given()
        heads = () if self.heads is None else (self.heads,)
        yield further("log-sum-exp", [*query[:-2], *heads, query[-2]], dtype="float32")

    def cache(self, query, key, value):
        """The keys and values as they are read."""
        for name, number, x in (("keys", 1, key), ("values", 2, value)):
            yield Cached(name, number, len(x) - 2, [*x[:-2], x[-1]], most=self.window_)

    def after(self, context, query, key, value):
        longer = [[*x[:-2], x[-2] + context, x[-1]] for x in (key, value)]
        return self, (query, *map(tuple, longer))

    def causal_macs(self, query, key, value, y):
        if not self.causal:
            return None
        return self.macs(query, key, value, twice_pairs_causal(query[-2], key[-2], self.keys(key)))
