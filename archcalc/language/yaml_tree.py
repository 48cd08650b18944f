"""YAML text to a tree whose nodes know where they are written, or to all that is wrong with it."""

from __future__ import annotations

from typing import Any

import yaml

from archcalc.errors import Source
from archcalc.language.yaml_nodes import Node
from archcalc.language.yaml_reader import Reader
from archcalc.meter import METER, Meter, OutOfWork

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser if PyYAML was built with it


def read(source: Source, needs: str = "a spec needs input and layers") -> Node:
    """The tree of a YAML text, scalars read as YAML 1.2's core schema says. Raises SpecError with all that is wrong.

    ``needs``: what is said of a text without anything. It is work of the network that is being built, else as much as
    a network may take.
    """
    reader = Reader(source, METER.get() or Meter(fixed=True))
    reader.check_characters()
    try:
        reader.read(LOADER(reader.text))
    except OutOfWork:
        if not reader.diagnostics:
            raise
    except yaml.MarkedYAMLError as error:
        from archcalc.language.yaml_syntax import Syntax  # only a wrong text needs it

        reader.add_syntax_error(Syntax(reader, error).diagnostic())
    except (ValueError, OverflowError):  # PyYAML's own parser on "\UFFFFFFFF" and %YAML 9...9 (5,000 digits)
        reader.add_syntax_error(reader.escape_error())
    return reader.tree(needs)
