"""From Python's arguments to a request: a spec as a path, a name or a Spec; values and shapes as Python writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from archcalc.api.spec import Spec, expression
from archcalc.request import Request, SpecLike

if TYPE_CHECKING:
    from archcalc.request import Options


def asked(spec: SpecLike | Spec, **options: Any) -> Request:
    """The request of a spec with these options (``given``). Raises SpecError with every option that is wrong."""
    return Request(plain(spec), **given(**options))


def plain(spec: SpecLike | Spec) -> SpecLike:
    """The spec as a request takes it."""
    return spec.located() if isinstance(spec, Spec) else spec


def given(*, settings: Mapping[str, Any] | None = None, inputs: Any = None, **options: Any) -> Options:
    """Options as a request takes them: ``settings`` may be Python's values, ``inputs`` one shape or shapes by name."""
    if settings:
        options["settings"] = {name: expression(value) for name, value in settings.items()}
    if inputs is not None:
        options["inputs"] = inputs if isinstance(inputs, Mapping) else {None: inputs}
    return cast("Options", options)
