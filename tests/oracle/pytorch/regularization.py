"""What acts in training only, in PyTorch."""

from __future__ import annotations

from typing import Any

from torch import nn

from .built import Built, Shape, pytorch


@pytorch("dropout", "drop_path")
def dropout(arguments: dict[str, Any], x: Shape) -> Built:
    """drop_path is timm's and torchvision's; what they take and give is nn.Dropout's."""
    module = nn.Dropout(arguments["p"])
    return Built(module, module)


@pytorch("identity")
def identity(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(nn.Identity())
