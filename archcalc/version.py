"""The version, a literal: what prints it imports nothing else."""

__version__ = "0.1.0"
