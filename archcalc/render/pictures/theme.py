"""Colours and styles of every picture, light and dark: no other file names a colour."""

from __future__ import annotations

from archcalc.render.pictures.letters import FONT

FILLS = 7
"""Steps of a box's fill; the first is of what has no share."""

FAMILIES = {
    "conv": ("conv",),
    "linear": ("linear", "embedding", "parameter", "einsum", "constant"),
    "mix": ("attention", "lstm", "gru", "rnn", "ssm", "scan"),
    "norm": ("norm",),
    "pool": ("pool", "upsample", "resize"),
}
"""Marks in the name of a layer type, by the family whose colour its stripe has."""

FAMILY_WORDS = {
    "conv": "convolution",
    "linear": "linear, table",
    "mix": "attention, recurrent",
    "norm": "normalisation",
    "pool": "pooling, resampling",
    "other": "other",
}

LIGHT = {
    "page": "#ffffff", "ink": "#1c1e21", "quiet": "#5c6470", "soft": "#39414b", "line": "#808a96", "rail": "#0b5cad",
    "box": "#ffffff", "edge": "#aab2bc", "group": "#f5f7f9", "group2": "#eceff3", "edge2": "#c9d0d8", "bar": "#14508f",
    "t0": "#ffffff", "t1": "#f1f6fc", "t2": "#e2edf9", "t3": "#d0e2f5", "t4": "#bcd6f0", "t5": "#a4c8ea",
    "t6": "#8ab8e3",
    "conv": "#2f6fb7", "linear": "#8250b8", "mix": "#b8500f", "norm": "#66707c", "pool": "#2a7a4c", "other": "#7d6a22",
    "inverse": "#ffffff", "bad": "#b3261e",
}  # fmt: skip
DARK = {
    "page": "#14171a", "ink": "#e3e6ea", "quiet": "#9aa4b0", "soft": "#c3cbd4", "line": "#7d8894", "rail": "#7cb8ff",
    "box": "#1b2025", "edge": "#414a54", "group": "#191d21", "group2": "#20252b", "edge2": "#39424b", "bar": "#8fc4f7",
    "t0": "#1b2025", "t1": "#1b2936", "t2": "#1c3146", "t3": "#1d3956", "t4": "#1f4165", "t5": "#214872",
    "t6": "#24507e",
    "conv": "#6ba6e0", "linear": "#b48be0", "mix": "#f0955a", "norm": "#8a94a0", "pool": "#63b987", "other": "#c9b35f",
    "inverse": "#14171a", "bad": "#ff8a80",
}  # fmt: skip

RULES = (
    "text{font-family:" + FONT + ";fill:var(--ink)}",
    ".q{fill:var(--quiet)}",
    ".s{fill:var(--soft)}",
    ".b{font-weight:bold}",
    ".pg{fill:var(--page)}",
    ".bx{fill:var(--box);stroke:var(--edge)}",
    ".gr{fill:var(--group);stroke:var(--edge2)}",
    ".g2{fill:var(--group2);stroke:var(--edge2)}",
    ".wi{fill:none;stroke:var(--line);stroke-width:1.4}",
    ".ra{fill:none;stroke:var(--rail);stroke-width:1.6}",
    ".we{stroke-dasharray:4 3}",
    ".dw{fill:var(--line)}",
    ".dr{fill:var(--rail)}",
    ".sy{fill:var(--box);stroke:var(--ink);stroke-width:1.3}",
    ".bar{fill:var(--bar)}",
    ".end{fill:var(--ink)}",
    ".iv{fill:var(--inverse)}",
    *(f".t{step}{{fill:var(--t{step});stroke:var(--edge)}}" for step in range(FILLS)),
    *(f".f-{name}{{fill:var(--{name})}}" for name in FAMILY_WORDS),
)
CHART_RULES = (
    ".gd{stroke:var(--edge2);fill:none}",
    ".ax{stroke:var(--line);fill:none}",
    ".pt{fill:var(--quiet);fill-opacity:.7}",
    ".hi{fill:var(--rail)}",
    ".li{fill:none;stroke:var(--rail);stroke-width:1.8}",
    ".ar{fill:var(--rail);fill-opacity:.16}",
    ".up{fill:var(--mix)}",
    ".dn{fill:var(--pool)}",
    ".to{fill:var(--norm)}",
    ".ld{stroke:var(--line);stroke-width:.8;fill:none}",
    ".lm{stroke:var(--bad);stroke-width:1.4;fill:none}",
    ".ct{stroke:var(--page)}",
    ".fr{stroke-opacity:.6}",
    ".lk{stroke:var(--line);stroke-width:1.4;fill:none}",
    ".rg{fill:none;stroke:var(--rail);stroke-width:2}",
    ".over{fill:var(--bad)}",
    *(f".l-{name}{{stroke:var(--{name})}}" for name in FAMILY_WORDS),
    ".cg{fill:var(--group2)}",
    ".hl{paint-order:stroke;stroke:var(--page);stroke-width:3px}",
)


def style(scope: str = ".archcalc", rules: tuple[str, ...] = RULES) -> str:
    """The style sheet of a picture: light, dark where the reader's system is, and light on paper."""
    return "".join(
        [
            colours(LIGHT, scope),
            f"@media (prefers-color-scheme:dark){{{colours(DARK, scope)}}}",
            f"@media print{{{colours(LIGHT, scope)}}}",
            *(f"{scope} {rule}" for rule in rules),
        ]
    )


def colours(scheme: dict[str, str], scope: str) -> str:
    return f"{scope}{{{''.join(f'--{name}:{value};' for name, value in scheme.items())}}}"


def family(type: str) -> str:
    """The family of a layer type."""
    for name, marks in FAMILIES.items():
        if any(mark in type for mark in marks):
            return name
    return "other"
