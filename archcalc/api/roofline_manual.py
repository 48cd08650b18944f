"""The reference of the least time, ``archcalc help roofline``: what a bound is made of, and how to write a device."""

from __future__ import annotations

from archcalc.language.device import KEYS
from archcalc.language.prose import WIDTH, filled, keys, sections

INTRODUCTION = """\
'archcalc time SPEC --device NAME' says how long a network takes at least, and
what binds each of its layers.

    archcalc time resnet50 --device h100 --dtype bfloat16 --batch 32
    archcalc time net.yaml --device my.yaml --efficiency 0.6"""

BOUND = """\
A layer takes at least 2 x multiply-adds / peak, computing, and at least bytes /
bandwidth, moving: the longer of the two binds it. A network takes at least the
sum over its layers, which run one after the other. The peak is that of the type
of the activations (--activations, else --dtype), or of --compute: tf32 is
float32 on tensor cores. It is a bound from below, no prediction: what a layer
computes beside multiply-adds is left out, and kernels reach a part of the peak.
Multiply-adds are those of 'archcalc show', masked ones of attention too.
--efficiency 0.6, or efficiency: in a device's file, scales the peak; the
bandwidth stays."""

BYTES = """\
A layer moves what it reads, its weights and what it gives, each once. Views
(reshape, permute, slice, ...) move nothing, and of what is read through one only
the elements that it shows. Of a table that is read by index a row moves for each
index, at most the whole table. Of experts the weights of those that run for one
token move. Buffers do not, nor what attention makes on its way.

Fused: a layer that may work in place (activations but softmax and glu, batch
norm, layer_scale), and that alone reads what another layer made, is computed
where that is made. It moves nothing, its weights neither. They are the layers
that 'archcalc memory' has write over their input. With --fuse no each moves what
it reads and gives."""

SEQUENCES = """\
'archcalc generate SPEC --device NAME' says how many tokens a second a device
makes at most. The prompt takes at least what 'archcalc time' says of a network
of its length. In a step a layer reads its weights and what it needs of what was
kept of the past; the numbers of one position are left out. Weights that layers
share are read once, by the layer that reads most of them.

    archcalc generate llama-2-7b --context 4000 --dtype int4 --device h100
        --activations float16"""

OWN = """\
A device of one's own is a file, --device my.yaml:

    # my.yaml
    peaks: {float32: 0.5T, int8: 4T}
    bandwidth: 34GB
    memory: 8GB

Amounts take k M G T, and Ki Mi Gi Ti with B; GB are 10^9 bytes. The keys:"""


def reference(width: int = WIDTH) -> str:
    """The page, for a terminal of so many columns."""
    return sections(
        {
            "The least time": filled(INTRODUCTION, width),
            "The bound": filled(BOUND, width),
            "Bytes": filled(BYTES, width),
            "Sequences": filled(SEQUENCES, width),
            "A device of your own": f"{filled(OWN, width)}\n\n{keys(KEYS, width)}",
        }
    )
