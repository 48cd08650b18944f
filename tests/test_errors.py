"""What is said of a word that is not known, and of the setting that an error is about."""

from __future__ import annotations

import pytest

from archcalc.errors import Diagnostic, Source, Span, nearest, unknown

PLACE = Span(Source("net.yaml", "- conw: 8\n"), 0, 2, 6)


@pytest.mark.parametrize(
    "word, span, meant, label, help",
    [
        ("conw", PLACE, None, "did you mean 'conv'?", None),
        ("conw", None, None, "", "did you mean 'conv'?"),
        ("conw", PLACE, "dense", "did you mean 'dense'?", None),
        ("zzz", PLACE, None, "", "the layers are conv, relu"),
        ("zzz", None, None, "", "the layers are conv, relu"),
    ],
)
def test_an_unknown_word(word: str, span: Span | None, meant: str | None, label: str, help: str | None) -> None:
    """The right word stands beside the caret, or in the help where there is no caret."""
    found = unknown("no layer", word, ("conv", "relu"), span, meant=meant, otherwise="the layers are conv, relu")
    assert (found.message, found.span, found.label, found.help) == ("no layer", span, label, help)


def test_an_error_in_the_text_of_a_setting_is_about_the_setting() -> None:
    text = Source("--set width", "4*", about="set width")
    assert Diagnostic("a value is missing", Span(text, 0, 2, 3)).about == "set width"
    assert Diagnostic("a value is missing", PLACE).about is None


@pytest.mark.parametrize("number", [7, 123, 1_999])
def test_the_nearest_of_many_alike(number: int) -> None:
    assert nearest(f"layer{number}_", [f"layer{number}" for number in range(2_000)]) == f"layer{number}"


def test_a_word_like_none() -> None:
    assert nearest("conv", ["", "linear", "c" * 100]) is None
    assert nearest("", ["", "conv"]) is None
