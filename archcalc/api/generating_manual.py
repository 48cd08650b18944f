"""The reference of sequences made token by token, ``archcalc help generating``: what a step is, and what is kept."""

from __future__ import annotations

from archcalc.language.prose import WIDTH, filled, sections, table

INTRODUCTION = """\
'archcalc generate SPEC' says what it costs to make a sequence token by token.

    archcalc generate gpt2 --prompt 100 --tokens 50
    archcalc generate llama-2-7b --context 4095 --dtype float16 --batch 8
    archcalc generate gemma3 --context 8192 --dtype bfloat16 --cache all"""

STEP = """\
The prompt is read at once: it costs what 'archcalc show' says of a network of its
length, and less where masked keys are not computed. Then each token is a step.
The step at context C computes one position after C others: whatever depends on
the sequence for that position alone, what reads the past from what was kept of
it. What does not depend on the sequence, such as an encoder, is computed once.
--prompt P --tokens N makes the steps at contexts P to P + N - 1, of which the
first and the last are told; --context C asks for one step."""

SEQUENCE = """\
The sequence is the axis of the inputs along which something reads the past. It is
named by the variable that is its length, and every input that has this variable
as a size carries it. Where several could be meant --sequence NAME says which. A
layer that reads later positions too, or gives another number of them, is an
error. So is a matmul that compares all positions, for nothing says what it masks:
scaled_dot_product_attention: {causal: true} does."""

KEPT = {
    "attention": "the projected keys and values of each head that has its own, as many tokens as its window sees; "
    "of a memory, all of them, computed once",
    "scaled_dot_product_attention": "the keys and values that it reads",
    "rnn lstm gru conv_lstm conv_gru": "the state of each layer, and the cell; not of two directions",
    "selective_scan": "a state for each channel",
    "conv, pools": "the last (kernel - 1) * dilation inputs: pad them before alone, padding: [[kernel - 1, 0]]",
    "cache: true": "what the step gives; keys and values that are made of it are made anew in each step, for all",
}

AMOUNTS = """\
--cache need (the default) keeps as many tokens as windows see; all keeps all in
every layer, as engines do whose pages are of one size; window+N keeps N more than
windows see, as llama.cpp does with its micro-batch. --cache-dtype is the type,
that of --dtype unless given. 'a token' is of one sequence, --batch multiplies all
else. States and memories are apart, for they are as large after any number of
tokens."""

WEIGHTS = """\
The weights that a token reads are those of the layers that run in a step, each
once, without those that made keys and values of a memory before: of tables that
are read by index a row for each sequence of the batch, of experts as many as the
batch is expected to choose if each of B sequences takes k of n at random:
n * (1 - (1 - k/n)^B). In all are the weights, the cache before the last step,
states and memories; activations are apart ('archcalc memory')."""

ELSEWHERE = """\
A budget limits kv_cache@8192, 'explain --figure kv_cache@8192' derives it,
'formula --figure kv_cache' gives its closed form in the length and the batch, and
'sweep' has it as a column: kv_cache is that of the length in the spec."""


def reference(width: int = WIDTH) -> str:
    """The page, for a terminal of so many columns."""
    return sections(
        {
            "Generating": filled(INTRODUCTION, width),
            "A step": filled(STEP, width),
            "The sequence": filled(SEQUENCE, width),
            "What is kept": f"{table(KEPT, width, most=30)}\n\n{filled(AMOUNTS, width)}",
            "Weights": filled(WEIGHTS, width),
            "Elsewhere": filled(ELSEWHERE, width),
        }
    )
