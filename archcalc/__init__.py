"""archcalc: an architecture calculator for neural networks."""

__version__ = "0.1.0"
