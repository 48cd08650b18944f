from __future__ import annotations

from .arithmetic import repeated, square, total, weights

DERIVED = {
    # A transposed convolution multiplies at its input positions: 1, 4x4, 8x8, 16x16, 32x32. No batch norm at the end.
    "dcgan-generator": total(
        square(100, 512, 4, 1**2),
        square(512, 256, 4, 4**2),
        square(256, 128, 4, 8**2),
        square(128, 64, 4, 16**2),
        square(64, 3, 4, 32**2),
        repeated(2, weights(512), weights(256), weights(128), weights(64)),
    ),
    # A convolution multiplies at its output positions: 32x32 ... 4x4, 1. No batch norm first and last.
    "dcgan-discriminator": total(
        square(3, 64, 4, 32**2),
        square(64, 128, 4, 16**2),
        square(128, 256, 4, 8**2),
        square(256, 512, 4, 4**2),
        square(512, 1, 4, 1),
        repeated(2, weights(128), weights(256), weights(512)),
    ),
}
