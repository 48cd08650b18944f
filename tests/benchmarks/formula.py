"""The time of ``formula`` beside that of ``show``, whole processes in pairs.

    python tests/benchmarks/formula.py [--pairs 10]

Prints the median ratio for networks of several kinds. No pass, no fail.
"""

from __future__ import annotations

import argparse
from statistics import median

from processes import ARCHCALC, seconds

NETWORKS = {
    "vgg16": "width",
    "resnet50": "width",
    "resnet152": "width,H,W",
    "unet": "width,H,W",
    "gpt2": "T,dim",
    "swin_t": "dim",
    "efficientnet_b0": "H,W",
    "stable-diffusion-unet": "width,H,W",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="formula beside show.")
    parser.add_argument("--pairs", type=int, default=10)
    pairs = parser.parse_args().pairs
    for name, names in NETWORKS.items():
        times = [
            (seconds([*ARCHCALC, "show", name]), seconds([*ARCHCALC, "formula", name, "--vars", names]))
            for _ in range(pairs)
        ]
        ratio = median(formula / show for show, formula in times)
        show, formula = (median(column) * 1e3 for column in zip(*times, strict=True))
        print(f"{name:24} --vars {names:12} show {show:4.0f} ms, formula {formula:4.0f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
