"""Networks that make no sequence token by token, and what is said of them."""

from __future__ import annotations

import pytest

from archcalc.api.generating import generate_document
from archcalc.errors import Source, SpecError
from archcalc.request import Request
from archcalc.sources.source import Located

TOKENS = "name: net\ninput: {shape: [T], dtype: int64}\nvars: {T: 6}\nlayers:\n  - embedding: {entries: 9, out: 4}\n"
LATENT = "  - {linear: 4, name: q}\n  - {linear: 2, from: embedding1, name: low, cache: true}\n"
CAUSAL = "  - attention: {heads: 2, causal: true}\n"
SDPA = "  - {scaled_dot_product_attention: {causal: true}, from: [q, k, v]}\n"
SQUARE = (
    "compares every position with every other, and grows with the square of the length |"
    " write scaled_dot_product_attention: {causal: true} in its place"
)


def said(text: str, **options: object) -> str:
    with pytest.raises(SpecError) as caught:
        generate_document(Request(Located(Source("net.yaml", text), None)), **options)
    first = caught.value.diagnostics[0]
    where = "" if first.span is None else f"{first.span.line + 1}: "
    return f"{where}{first.message} | {first.help}"


@pytest.mark.parametrize(
    "layers, expected",
    [
        ("  - linear: 9\n", "no layer of 'net' is causal: it makes no sequence token by token | attention is causal"),
        (
            f"{CAUSAL}  - attention: 2\n",
            "7: 'net' cannot be run token by token: attention2 reads all positions of the sequence, later ones too |"
            " say causal: true, if later positions are masked",
        ),
        (
            "  - {transpose: [0, 1], name: keys}\n  - matmul: [embedding1, keys]\n  - softmax\n"
            "  - matmul: [prev, embedding1]\n",
            f"7: 'net' cannot be run token by token: matmul1 {SQUARE}",
        ),
        (
            "  - {einsum: 'ij,kj->ik', from: [embedding1, embedding1]}\n",
            f"6: 'net' cannot be run token by token: einsum1 {SQUARE}",
        ),
        (f"{CAUSAL}  - {{mean: {{axis: 0}}}}\n", "7: 'net' cannot be run token by token: mean1 reads or mixes all"),
        (f"{CAUSAL}  - {{lstm: {{hidden: 4, bidirectional: true}}}}\n", "7: 'net' cannot be run token by token: lstm1"),
        (
            f"{CAUSAL}  - transpose: [0, 1]\n  - conv: {{out: 4, kernel: 3, padding: 1}}\n",
            "8: 'net' cannot be run token by token: conv1 reads positions that are yet to come | pad the sequence",
        ),
        (
            f"{CAUSAL}  - transpose: [0, 1]\n  - max_pool: 2\n",
            "8: 'net' cannot be run token by token: max_pool1 gives one position for 2",
        ),
        (
            f"{CAUSAL}  - {{linear: 3, cache: true}}\n",
            "7: 'net' cannot be run token by token: linear1 is kept by cache: true, and nothing that reads the past is"
            " made of it | leave cache: true out",
        ),
        (
            f"{LATENT}  - {{linear: 4, from: low, name: k}}\n  - {{linear: 4, from: embedding1, name: v}}\n{SDPA}",
            "10: 'net' cannot be run token by token: scaled_dot_product_attention1 reads keys and values of which"
            " cache: true keeps a part | say cache: true on every step that they are made of",
        ),
        (
            f"{LATENT}  - {{concat: {{axis: -1}}, from: [q, low], name: k}}\n  - {{linear: 4, from: low, name: v}}\n"
            f"  - {{linear: 6, from: q, name: wide}}\n{SDPA.replace('[q', '[wide')}",
            "11: 'net' cannot be run token by token: scaled_dot_product_attention1 reads keys and values of which",
        ),
    ],
)  # fmt: skip
def test_no_sequence(layers: str, expected: str) -> None:
    assert said(TOKENS + layers).startswith(expected)


TWO = """name: net
input: {a: [S, 4], b: [T, 4]}
vars: {S: 5, T: 6}
layers:
  - {gru: 4, from: a, name: one}
  - {gru: 4, from: b, name: two}
  - from: [one, two]
"""


def test_one_of_several_sequences_is_asked_for() -> None:
    assert said(TWO) == "'net' may make a sequence along S, T: say which | sequence is one of S, T"
    for asked, inputs in (("S", ["a"]), ("b", ["b"]), ("T", ["b"])):
        found = generate_document(Request(Located(Source("net.yaml", TWO), None)), sequence=asked)
        assert found["inputs"] == inputs


def test_a_length_that_the_spec_does_not_hold() -> None:
    text = TOKENS + CAUSAL + "  - {parameter: [6, 4], name: table}\n  - add: [attention1, table]\n"
    assert said(text, prompt=6).startswith("8: [7, 4] and [6, 4] do not broadcast")


@pytest.mark.parametrize("axis, given", [("[6]", None), ("[6]", 9), ("[T]", None), ("[T]", 9)])
def test_a_length_is_set_where_it_is_written(axis: str, given: int | None) -> None:
    """As a variable, which other sizes use, or as a number; an input of another shape may be asked for."""
    text = TOKENS.replace("[T]", axis).replace("vars: {T: 6}\n", "vars: {T: 6}\n" if "T" in axis else "") + CAUSAL
    located = Located(Source("net.yaml", text), None)
    found = generate_document(Request(located, inputs={None: (given,)} if given else {}), prompt=10, tokens=3)
    assert (found["context"], found["sequence"]) == (12, "T" if "T" in axis else "input")
    alone = Request(located, inputs={None: (10,)}).report()["totals"]
    assert (found["prefill_macs"], found["prefill_macs_causal"]) == (alone["macs"], alone["macs_causal"])
    assert found["prefill_macs"] != Request(located).report()["totals"]["macs"]


def test_what_is_said_of_inputs_whose_lengths_are_one_or_have_no_name() -> None:
    """An encoder whose text is as long as the decoder's, by the same variable; two inputs of one length, unnamed."""
    both = "name: net\ninput: {source: [T, 4], target: [T, 4]}\nvars: {T: 6}\nlayers:\n"
    steps = "  - {attention: 2, from: source, name: seen}\n  - {attention: {heads: 2, causal: true}, from: target}\n"
    text = f"{both}{steps}  - {{attention: 2, from: [prev, seen, seen]}}\n"
    assert said(text).endswith("or give each of the inputs a length of its own, if they are not one sequence")
    apart = text.replace("source: [T", "source: [S").replace("T: 6", "S: 5, T: 6")
    assert generate_document(Request(Located(Source("net.yaml", apart), None)))["memory_elements"] == 5 * 8
    unnamed = TWO.replace("[S,", "[6,").replace("[T,", "[6,").replace("vars: {S: 5, T: 6}\n", "")
    assert said(unnamed).endswith(
        "sequence is one of a[0], b[0]; or, if they are one, name their length, as vars: {T: 8}"
    )
