"""torchinfo's mult-adds."""

from archcalc.conventions.groups import SLICE_NORMS
from archcalc.conventions.networks import SWINS_V2
from archcalc.conventions.quantities import GATES_BIAS, steps, weights
from archcalc.conventions.rule import MACS, Convention, Rule, of
from archcalc.dims import volume

PARAMETERS = Rule("P", "weight and bias, once a sample", lambda applied: weights(applied, "weight", "bias"))
BY_POSITION = Rule(
    "P·o",
    "weights and biases, at every output position",
    lambda applied: weights(applied, "") * volume(applied.outputs[0][1:]),
)
RECURRENT = Rule("P·t", "weights and biases, in every time step", lambda applied: steps(applied) * weights(applied, ""))

CONVENTION = Convention(
    "torchinfo",
    version="1.8.0",
    unit="mult-adds",
    counts="a convolution's weights and biases at every output position, every other layer's once a sample",
    source="torchinfo 1.8.0, layer_info.py",
    rules={
        **of(BY_POSITION, "convolution", "transposed convolution", "deformable convolution"),
        "convolutional LSTM": MACS + GATES_BIAS,
        "recurrent": RECURRENT,
        **of(PARAMETERS, "linear", "bilinear form", "embedding", "prelu"),
        **of(PARAMETERS, "batch norm", *SLICE_NORMS, "RMS norm"),
        "custom": MACS,
    },
    wrong={
        "the projections of its attention are functions, which are not seen": SWINS_V2,
        "the projections of its attention are modules, which are seen": "maxvit_t",
    },
)
