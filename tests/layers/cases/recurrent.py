"""Recurrent layers. The source document's systems: hidden 64, input 32, no bias."""

ACCEPTED = [
    ("rnn", dict(hidden=64, bias=False), [10, 32], [10, 64], 64 * 96, 10 * 64 * 96),
    ("rnn", dict(hidden=64, biases=1, **{"return": "last"}), [10, 32], [64], 64 * 97, 10 * 64 * 96),
    ("rnn", dict(hidden=64, layers=3), [7, 32], [7, 64], 64 * 98 + 2 * 64 * 130, 7 * (64 * 96 + 2 * 64 * 128)),
    ("lstm", dict(hidden=64), [10, 32], [10, 64], 4 * 64 * 98, 10 * 4 * 64 * 96),
    ("lstm", dict(hidden=64, bias=False), [10, 32], [10, 64], 4 * 64 * 96, 10 * 4 * 64 * 96),
    ("lstm", dict(hidden=64, layers=2, bidirectional=True), [7, 32], [7, 128], 149_504, 7 * 147_456),
    (
        "lstm",
        dict(hidden=64, layers=2, bidirectional=True, projection=16, bias=False, **{"return": "last"}),
        [7, 32],
        [32],
        53_248,
        372_736,
    ),
    ("lstm", dict(hidden=8, projection=0), [2, 3, 4], [2, 3, 8], 448, 6 * 384),
    ("gru", dict(hidden=64), [7, 32], [7, 64], 3 * 64 * 98, 129_024),
    ("gru", dict(hidden=64, bidirectional=True), [7, 32], [7, 128], 6 * 64 * 98, 258_048),
    ("gru", dict(hidden=64, reset_gate=False, bias=False), [10, 32], [10, 64], 2 * 64 * 96, 10 * 2 * 64 * 96),
    ("conv_lstm", dict(out=64, kernel=5), [10, 1, 9, 8], [10, 64, 9, 8], 256 * (65 * 25 + 1), 10 * 256 * 65 * 25 * 72),
    ("conv_lstm", dict(out=4, kernel=[3, 1], bias=False), [2, 3, 5, 6], [2, 4, 5, 6], 16 * 7 * 3, 2 * 16 * 7 * 3 * 30),
]

REJECTED = [
    ("rnn", dict(hidden=64), [32], "rnn reads at least two axes; the input is [32]", None),
    ("lstm", dict(hidden=64), [], "lstm reads at least two axes; the input is []", None),
    ("gru", dict(hidden=64), [0, 32], "gru reads at least one step; the input is [0, 32]", None),
    ("rnn", dict(hidden=7), [2, 0], "rnn reads at least one value a step; the input is [2, 0]", None),
    ("rnn", dict(hidden=7), [3, 2, 0], "rnn reads at least one value a step; the input is [3, 2, 0]", None),
    ("lstm", dict(hidden=64, projection=64), [7, 32], "projection (64) must be smaller than hidden (64)", "projection"),
    (
        "lstm",
        dict(hidden=64, projection=-1),
        [7, 32],
        "projection takes a whole number, 0 or more, not -1",
        "projection",
    ),
]

STRICTER = [
    (
        "conv_lstm",
        dict(out=5, kernel=1),
        [0, 1, 9, 9],
        "conv_lstm reads at least one step; the input is [0, 1, 9, 9]",
        None,
    ),
    (
        "conv_lstm",
        dict(out=5, kernel=1),
        [1, 1, 9, 0],
        "conv_lstm reads at least one channel and one position, not [1, 9, 0]",
        None,
    ),
    ("rnn", dict(hidden=0), [7, 32], "hidden takes a whole number above 0, not 0", "hidden"),
    ("rnn", dict(hidden=64, biases=3), [7, 32], "biases is 1 or 2, not 3", "biases"),
    ("lstm", dict(hidden=64, biases=3), [7, 32], "biases is 1 or 2, not 3", "biases"),
    ("rnn", dict(hidden=64, projection=3), [7, 32], "rnn has no argument 'projection'", "projection"),
    ("gru", dict(hidden=64, **{"return": "first"}), [7, 32], "return takes sequence or last, not first", "return"),
    ("gru", dict(hidden=64, layers=0), [7, 32], "layers takes a whole number above 0, not 0", "layers"),
    ("conv_lstm", dict(out=4, kernel=3), [3, 8, 8], "conv_lstm reads [T, C, H, W]; the input is [3, 8, 8]", None),
    (
        "conv_lstm",
        dict(out=4, kernel=[3, 3, 3]),
        [2, 3, 8, 8],
        "kernel has 3 numbers, [3, 8, 8] has 2 spatial axes",
        "kernel",
    ),
]
