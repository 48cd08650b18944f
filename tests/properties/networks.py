"""Random networks that fit, as plain data: what the spec language can say, in few layers of ``[C, 8, 8]``."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import settings
from hypothesis import strategies as st

DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

few_examples = settings(max_examples=40, derandomize=True, deadline=None)
"""The same in every run, so that a failure is a change of the code."""

WIDTHS = st.sampled_from([4, 6, "width", "2*width", "min(width, 6)", "prev[0]"])
ACTS = st.sampled_from(["relu", "none", {"leaky_relu": 0.2}, {"leaky_relu": {"slope": 0.1}}])


def convolutions(out: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A convolution that keeps the size."""
    given = st.fixed_dictionaries(
        {"out": out},
        optional={
            "kernel": st.sampled_from([1, [3, 1]]),
            "bias": st.booleans(),
            "dilation": st.just(2),
            "norm": st.sampled_from(["batch_norm", {"group_norm": 2}, "none"]),
            "act": ACTS,
        },
    )
    return st.builds(lambda given, keys: {"conv": given, **keys}, given, KEYS)


KEYS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={"trainable": st.just(False), "row": st.just(False), "when": st.sampled_from(["width > 4", True])}
)
"""Keys that any step may have."""

KEEPING = st.one_of(  # the shape stays
    convolutions(st.just("prev[0]")),
    st.sampled_from(["relu", "sigmoid", "batch_norm", {"dropout": 0.5}, {"softmax": {"axis": 0}}, {"relu": None}]),
    st.builds(
        lambda kernel: {"depthwise_conv": {"kernel": kernel, "padding": "same"}}, st.sampled_from([3, 5, [1, 2]])
    ),
    st.sampled_from([{"map": ["layer_norm", {"linear": 8}]}, {"unit": "prev[0]"}, {"unit": {"out": "prev[0]"}}]),
    st.just({"experts": {"count": 3, "active": 2, "layers": [{"conv": {"out": "prev[0]", "kernel": 1}}]}}),
)


def repeated(step: Any, times: int, first: bool) -> dict[str, Any]:
    whole: dict[str, Any] = {step: None} if isinstance(step, str) else {**step}
    if first and isinstance(whole.get("conv"), dict):
        whole["first"] = {"bias": True}
    return {**whole, "repeat": times}


SAME_WIDTH = {"conv": {"out": "width", "kernel": 1}}
STEPS = st.one_of(
    KEEPING,
    convolutions(WIDTHS),
    st.builds(repeated, KEEPING, st.integers(0, 3), st.booleans()),
    st.builds(lambda steps: {"residual": steps}, st.lists(KEEPING, min_size=1, max_size=3)),
    st.builds(
        repeated,
        st.builds(lambda steps: {"steps": steps}, st.lists(KEEPING, max_size=2)),
        st.integers(1, 3),
        st.just(False),
    ),
    st.builds(
        lambda steps: {"residual": {"layers": [*steps, SAME_WIDTH], "shortcut": [SAME_WIDTH]}},
        st.lists(convolutions(WIDTHS), max_size=2),
    ),
    st.builds(
        lambda left, right: {"parallel": {"right": right, "left": left, "as_it_is": []}},
        st.lists(st.one_of(KEEPING, convolutions(WIDTHS)), max_size=2),
        st.lists(convolutions(WIDTHS), min_size=1, max_size=2),
    ),
)


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Any]:
    """A spec that loads; every key of a file that may stand beside the layers is there and used."""
    layers: list[Any] = [{"conv": {"out": "width", "kernel": 1}, "name": "stem"}]
    for step in draw(st.lists(STEPS, max_size=6)):
        layers.append(step)
        if "parallel" in step:
            layers.append("concat")
    if draw(st.booleans()):  # weights in common
        layers += [
            {"conv": {"out": "prev[0]", "kernel": 3}, "name": "owner"},
            {"conv": {"out": "prev[0]", "kernel": 3}, "share": "owner"},
        ]
    layers += [{"unit": "width", "name": "last"}, "global_avg_pool", {"linear": "classes"}]
    return {
        "name": "net",
        "input": draw(st.sampled_from([[3, 8, 8], {"shape": [3, 8, 8], "dtype": "float16"}])),
        "vars": {"width": draw(st.sampled_from([4, 8])), "classes": "2 + half", "half": "width//2"},
        "variants": {"wide": {"width": 12}, "plain": {}},
        "defaults": {"conv": {"padding": "same", "kernel": 3}},
        "blocks": {
            "unit": {
                "input": ["C", 8, 8],
                "args": {"out": "required", "middle": "C + out"},
                "layers": [{"conv": {"out": "middle", "act": "relu"}}, {"conv": {"out": "out", "kernel": 1}}],
            }
        },
        "layers": layers,
    }


def as_yaml(network: dict[str, Any]) -> str:
    """The spec as its author would write it: block style, keys in the order given."""
    return str(yaml.dump(network, Dumper=DUMPER, sort_keys=False, allow_unicode=True))
