"""Expressions: what texts mean, what is wrong with others and where, and random arithmetic against Python."""

from __future__ import annotations

import random
import time
import warnings

import pytest

from archcalc import dims
from archcalc.algebra.assumptions import Assumptions
from archcalc.dims.expression import Expression
from archcalc.errors import Undecided
from archcalc.language.expressions import ExpressionError, LookupFailed, Mapping, Word, parse, whole

WORDS = {word: Word(word) for word in ("relu", "same", "hardswish")}


class Scope:
    """Variables, and tensors that can only be indexed."""

    def __init__(self, **values):
        self.values = {
            **{"width": 64, "x": 2, "half": 0.5, "depths": [3, 4, 6, 3], "table": [[1, 16], [6, 24]], "empty": []},
            **{"m": Mapping(out=3), "big": 10**999, "inf": float("inf"), "true": True, "false": False, "none": None},
            **WORDS,
            **values,
        }
        self.shapes = {"prev": [3, 224, 224], "c4": [256, 14, 14]}

    def value(self, name):
        if name in self.values:
            return self.values[name]
        raise LookupFailed(f"'{name}' is not known here", "did you mean width?" if name == "widht" else None)

    def indexed(self, name):
        return self.shapes[name] if name in self.shapes else self.value(name)


def evaluate(text, **values):
    return parse(text).evaluate(Scope(**values))


def failure(text, **values):
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, **values)
    return caught.value


VALUES = [  # text, names, value
    ("64", (), 64),
    ("0", (), 0),
    ("00", (), 0),
    ("1_000", (), 1000),
    ("0x10", (), 16),
    ("0.5", (), 0.5),
    ("width", ("width",), 64),
    (" width\n", ("width",), 64),
    ("4*width", ("width",), 256),
    ("4 *\n  width", ("width",), 256),
    ("relu", ("relu",), Word("relu")),
    ("6/2", (), 3),
    ("7/2", (), 3.5),
    ("10**30/10**29", (), 10),
    ("64*0.5", (), 32.0),
    ("7//2 + 7%2", (), 4),
    ("-7//2", (), -4),
    ("-3**2", (), -9),
    ("2**3**2", (), 512),
    ("2**-1", (), 0.5),
    ("+width", ("width",), 64),
    ("1 - 2 - 3", (), -4),
    ("100/5/2*3", (), 30),
    ("(1)+(2)", (), 3),
    ("+".join(["1"] * 500), (), 500),
    ("64*2**x if x > 1 else 8", ("x",), 256),
    ("relu if x < 3 else hardswish", ("relu", "x", "hardswish"), Word("relu")),
    ("1if x else 2", ("x",), 1),
    ("1 if 0 else 2", (), 2),
    ("none if x == 2 else relu", ("none", "x", "relu"), None),
    ("x == 2 and width != 3", ("x", "width"), True),
    ("x == 3 and unknown", ("x", "unknown"), False),
    ("x == 2 or unknown", ("x", "unknown"), True),
    ("not x", ("x",), False),
    ("not half", ("half",), False),
    ("1 < x < 3", ("x",), True),
    ("1 < x > 3", ("x",), False),
    ("3 < x < unknown", ("x", "unknown"), False),
    ("relu == relu", ("relu",), True),
    ("relu != same", ("relu", "same"), True),
    ("relu == 1", ("relu",), False),
    ("none == none", ("none",), True),
    ("relu in [relu, same]", ("relu", "same"), True),
    ("x in depths", ("x", "depths"), False),
    ("x not in depths", ("x", "depths"), True),
    ("depths == [3, 4, 6, 3]", ("depths",), True),
    ("m == m", ("m",), True),
    ("m", ("m",), Mapping(out=3)),
    ("[width, [x], relu]", ("width", "x", "relu"), [64, [2], Word("relu")]),
    ("[]", (), []),
    ("depths + [1]", ("depths",), [3, 4, 6, 3, 1]),
    ("2*[1] + [0]*2.0", (), [1, 1, 0, 0]),
    ("[1]*-1", (), []),
    ("depths[x]", ("depths", "x"), 6),
    ("depths[-4]", ("depths",), 3),
    ("depths[4/2]", ("depths",), 6),
    ("depths[1:]", ("depths",), [4, 6, 3]),
    ("depths[:-1]", ("depths",), [3, 4, 6]),
    ("depths[::-1]", ("depths",), [3, 6, 4, 3]),
    ("depths[1:3]", ("depths",), [4, 6]),
    ("depths[9:]", ("depths",), []),
    ("table[1][0]", ("table",), 6),
    ("prev[0]*c4[1]", ("prev", "c4"), 42),
    ("min(prev[1:])", ("prev",), 224),
    ("min(3, 1.5, 2)", (), 1.5),
    ("max(depths)", ("depths",), 6),
    ("abs(-3)", (), 3),
    ("ceil(2.1)", (), 3),
    ("ceil(-2.1)", (), -2),
    ("floor(-2.1)", (), -3),
    ("floor(5)", (), 5),
    ("ceil((2*10**20 + 1)/2)", (), 10**20 + 1),
    ("floor((2*10**20 + 1)/2)", (), 10**20),
    ("ceil(7.5/2)", (), 4),
    ("round(2.5)", (), 2),
    ("round(3.5)", (), 4),
    ("round(2.567, 1)", (), 2.6),
    ("round(25, -1)", (), 20),
    ("round(25, -10**900)", (), 0),
    ("round(2.5, 10**900)", (), 2.5),
    ("sqrt(16)", (), 4),
    ("sqrt((10**17 + 1)**2)", (), 10**17 + 1),
    ("sqrt(2.25)", (), 1.5),
    ("len(depths)", ("depths",), 4),
    ("sum(depths)", ("depths",), 16),
    ("sum([])", (), 0),
    ("sum([0.1]*10)", (), 0.9999999999999999),
    ("range(3)", (), [0, 1, 2]),
    ("range(5, 0, -2)", (), [5, 3, 1]),
    ("divisible(32*0.75)", (), 24),
    ("divisible(18)", (), 24),
    ("divisible(100, by=16)", (), 96),
    ("divisible(100, 16)", (), 96),
    ("divisible(1)", (), 8),
    ("min", ("min",), 7),
    ("breite_größe*2", ("breite_größe",), 14),
    ("ﬁlters*2", ("ﬁlters",), 14),
]


@pytest.mark.parametrize("text, names, value", VALUES)
def test_value(text, names, value):
    formula = parse(text)
    result = formula.evaluate(Scope(**{"min": 7, "breite_größe": 7, "ﬁlters": 7}))
    assert (result, type(result)) == (value, type(value))
    assert formula.names == names
    assert formula.text == text


@pytest.mark.parametrize(
    "text, names, indexed",
    [
        ("depths[i] + i", ("depths", "i"), ("depths",)),
        ("prev[0] + prev[1] + width", ("prev", "width"), ("prev",)),
        ("len(depths) + depths[0]", ("depths",), ("depths",)),
        ("[1, 2][i] + depths[1:n][0]", ("i", "depths", "n"), ("depths",)),
        ("(a)[0]", ("a",), ("a",)),
    ],
)
def test_names_in_order_each_once(text, names, indexed):
    read = []

    class Recording:
        def value(self, name):
            return {"depths": [0, 1], "a": [0, 1], "n": 2}.get(name, 1)

        def indexed(self, name):
            read.append(name)
            return [0, 1]

    formula = parse(text)
    formula.evaluate(Recording())
    assert (formula.names, tuple(dict.fromkeys(read))) == (names, indexed)


ERRORS = [  # text, message, start, stop
    ("", "the expression is empty", 0, 0),
    (" \n", "the expression is empty", 0, 2),
    ("widht + 1", "'widht' is not known here", 0, 5),
    ("2*widht[0]", "'widht' is not known here", 2, 7),
    ("64 / 0", "64 / 0 divides by zero", 0, 6),
    ("1 + 64 % 0", "64 % 0 divides by zero", 4, 10),
    ("5.5//0", "5.5 // 0 divides by zero", 0, 6),
    ("0**-1", "0 ** -1 divides by zero", 0, 5),
    ("ceil(7/0)", "7 / 0 divides by zero", 5, 8),
    ("ceil(7/x*0 + 7/0)", "7 / 0 divides by zero", 13, 16),
    ("(0-8)**0.5", "-8 ** 0.5 is the root of a negative number", 0, 10),
    ("depths[4]", "depths has 4 entries, index 4 is out of range", 7, 8),
    ("depths[-5]", "depths has 4 entries, index -5 is out of range", 7, 9),
    ("empty[0]", "empty has no entries, index 0 is out of range", 6, 7),
    ("depths[1:][x + 1]", "depths[1:] has 3 entries, index 3 is out of range", 11, 16),
    ("depths[half]", "an index takes a whole number, not 0.5", 7, 11),
    ("depths[relu]", "an index takes numbers, relu is a word", 7, 11),
    ("depths[true]", "an index takes numbers, true is not a number", 7, 11),
    ("depths[:none]", "a slice takes numbers, none is not a number", 8, 12),
    ("depths[1::0]", "the step of a slice is 0", 10, 11),
    ("depths[1, 2]", "an index is one number", 7, 11),
    ("x[0]", "x is 2: only a list or a tensor's shape has entries", 0, 1),
    ("m[0]", "m is a mapping: only a list or a tensor's shape has entries", 0, 1),
    ("relu + 1", "+ takes numbers, relu is a word", 0, 4),
    ("1 + relu", "+ takes numbers, relu is a word", 4, 8),
    ("é + (1 - relu)", "'é' is not known here", 0, 1),
    ("-relu", "- takes numbers, relu is a word", 1, 5),
    ("true + 1", "+ takes numbers, true is not a number", 0, 4),
    ("1 + none", "+ takes numbers, none is not a number", 4, 8),
    ("depths + 1", "+ takes numbers, this is a list of 4", 0, 6),
    ("m * 2", "* takes numbers, this is a mapping", 0, 1),
    ("depths * half", "* with a list takes a whole number, not 0.5", 9, 13),
    ("1 < relu", "< takes numbers, relu is a word", 4, 8),
    ("1 < x < relu", "< takes numbers, relu is a word", 8, 12),
    ("true < 2", "< takes numbers, true is not a number", 0, 4),
    ("3 in relu", "in looks in a list, not in relu", 5, 9),
    ("not depths", "a list of 4 is neither true nor false", 4, 10),
    ("x and depths", "a list of 4 is neither true nor false", 6, 12),
    ("1 if relu else 2", "relu is neither true nor false", 5, 9),
    ("none or 1", "none is neither true nor false", 0, 4),
    ("1e999", "1e999 is too large for a number with a point", 0, 5),
    ("1e308*10", "1e+308 * 10 is too large for a number with a point", 0, 8),
    ("inf - inf", "inf - inf is not a number", 0, 9),
    ("10.0**400", "10.0 ** 400 is too large for a number with a point", 0, 9),
    ("10**400/3", "a number over 20 digits / 3 is too large for a number with a point", 0, 9),
    ("9**9**9", "9 ** 387420489 has more than 1,000 digits", 0, 7),
    ("big*10", "a number over 20 digits * 10 has more than 1,000 digits", 0, 6),
    ("0x" + "f" * 900, "the number has more than 1,000 digits", 0, 902),
    ("sqrt(x - 3)", "sqrt of -1, a negative number", 5, 10),
    ("floor(inf)", "inf has no floor", 6, 9),
    ("round(inf)", "round(inf) is not a number", 6, 9),
    ("sqrt(inf)", "sqrt(inf) is too large for a number with a point", 0, 9),
    ("divisible(inf)", "divisible takes a number, not inf", 10, 13),
    ("divisible(9, by=0)", "divisible takes a step of at least 1, not 0", 16, 17),
    ("divisible(9, 2, by=4)", "divisible takes 1 to 2 arguments, 3 given", 0, 21),
    ("divisible(9, step=4)", "divisible takes no argument by name here", 13, 19),
    ("max(1, by=4)", "max takes no argument by name here", 7, 11),
    ("min()", "min takes at least 1 argument, 0 given", 0, 5),
    ("1 + abs(1, 2)", "abs takes 1 argument, 2 given", 4, 13),
    ("round(1, 2, 3)", "round takes 1 to 2 arguments, 3 given", 0, 14),
    ("min(3)", "min takes a list or several numbers, not 3 alone", 4, 5),
    ("max([])", "max of an empty list", 4, 6),
    ("min(1, relu)", "min takes numbers, relu is a word", 7, 11),
    ("sum(x)", "sum takes a list, not 2", 4, 5),
    ("sum([1, true])", "sum takes numbers, true is not a number", 4, 13),
    ("len(x)", "len takes a list, not 2", 4, 5),
    ("range(half)", "range takes a whole number, not 0.5", 6, 10),
    ("range(0, 9, 0)", "the step of range is 0", 12, 13),
    ("range(10**30)", "the list has more than 100,000 entries", 0, 13),
    ("[0]*100001", "the list has more than 100,000 entries", 0, 10),
    ("[[0]*1000]*1000", "the list has more than 100,000 entries", 0, 15),
    ("range(60000) + range(60000)", "the list has more than 100,000 entries", 0, 27),
    ("maxi(1, 2)", "maxi is not a function here", 0, 4),
    ("int(x)", "int is not a function here", 0, 3),
    ("2(x)", "this is not a function", 0, 1),
    ("prev.shape[0]", "an expression has no attributes", 0, 10),
    ("math.floor(x)", "an expression has no attributes", 0, 10),
    ("True", "True is not a word here", 0, 4),
    ("x if not None else 1", "None is not a word here", 9, 13),
    ("lambda", "'lambda' is a keyword of Python, it stands for nothing here", 0, 6),
    ("2*class", "'class' is a keyword of Python, it stands for nothing here", 2, 7),
    ("lambda: 3", "an expression defines no functions", 0, 9),
    ("[i for i in x]", "an expression has no loops", 0, 14),
    ("sum(i for i in x)", "an expression has no loops", 3, 17),
    ("(y := 3)", "an expression sets no names", 1, 7),
    ("y := 3", "an expression sets no names", 2, 4),
    ("1, 2", "several values without brackets", 0, 4),
    ("max(*depths)", "a value is missing before '*'", 4, 11),
    ("*depths", "a value is missing before '*'", 0, 1),
    ("{1: 2}", "an expression holds no mappings", 0, 6),
    ("()", "a value is missing between '(' and ')'", 0, 2),
    ("'relu'", "text in quotes is no value here", 0, 6),
    ('2 + f"x"', "text in quotes is no value here", 4, 8),
    ('"relu', "'\"' has no meaning here", 0, 1),
    ("1j", "1j is not a number here", 0, 2),
    ("...", "... is not a number here", 0, 3),
    ("x ^ 2", "'^' is not an operator here", 0, 5),
    ("1 + (x & 2)", "'&' is not an operator here", 5, 10),
    ("x is 2", "'is' is not an operator here", 0, 6),
    ("x = 3", "'=' has no meaning here", 2, 3),
    ("x && 1", "'&&' has no meaning here", 2, 4),
    ("x ? 1 : 2", "'?' has no meaning here", 2, 3),
    ("4 × 3", "'×' has no meaning here", 2, 3),
    ("x²", "'²' has no meaning here", 1, 2),
    ("4 # width", "'#' has no meaning here", 2, 3),
    ("4 + \\\n2", "'\\' has no meaning here", 4, 5),
    ("4\u00a0+ 2", "the character U+00A0 has no meaning here", 1, 2),
    ("4\x00", "the character U+0000 has no meaning here", 1, 2),
    ("4 +\x0c2", "the character U+000C has no meaning here", 3, 4),
    ("\ufeff4", "the character U+FEFF has no meaning here", 0, 1),
    ("4width", "an operator is missing between '4' and 'width'", 0, 6),
    ("x y", "an operator is missing between 'x' and 'y'", 0, 3),
    ("[1 2]", "an operator is missing between '1' and '2'", 1, 4),
    ("3 +", "a value is missing after '+'", 2, 3),
    ("* 3", "a value is missing before '*'", 0, 1),
    ("3 + * 4", "a value is missing between '+' and '*'", 4, 5),
    ("(3 +) * 4", "a value is missing between '+' and ')'", 4, 5),
    ("depths[]", "a value is missing between '[' and ']'", 7, 8),
    ("max(1,, 2)", "a value is missing between ',' and ','", 6, 7),
    ("max(1, 2", "'(' is never closed", 3, 4),
    ("max(1, 2))", "')' closes nothing", 9, 10),
    ("1)+(2", "')' closes nothing", 1, 2),
    ("max(1, 2]", "']' cannot close '('", 8, 9),
    ("1 if x", "this 'if' has no 'else'", 2, 4),
    ("1 if (x)", "this 'if' has no 'else'", 2, 4),
    ("max(1 if x, 2)", "this 'if' has no 'else'", 6, 8),
    ("1 else 2", "this 'else' has no 'if'", 2, 6),
    ("x not 3", "'not' stands between two values", 2, 5),
    ("010", "010 begins with 0", 0, 3),
    ("1__0", "1__0 is not a number", 0, 4),
    ("0x", "0x is not a number", 0, 2),
    ("x:2", "':' stands only in a slice", 1, 2),
    ("1" * 1001, "the expression has 1,001 characters, 1,000 are allowed", 0, 1001),
    ("(" * 60 + "x" + ")" * 60, "the expression nests deeper than 50", 50, 51),
    ("-" * 60 + "x", "the expression nests deeper than 50", 50, 61),
]


@pytest.mark.parametrize("text, message, start, stop", ERRORS)
def test_error(text, message, start, stop):
    error = failure(text)
    assert (error.message, error.start, error.stop) == (message, start, stop)


@pytest.mark.parametrize(
    "text, help",
    [
        ("widht", "did you mean width?"),
        ("maxi(1, 2)", "did you mean 'max'?"),
        ("int(x)", "write //, floor or ceil"),
        ("math.floor(x)", "write floor(...)"),
        ("prev.shape[0]", "the size of a tensor's axis is NAME[0]"),
        ("True", "write true"),
        ("None", "write none"),
        ("4width", "write 4*width"),
        ("x^2", "write ** for a power"),
        ("x = 3", "write == to compare"),
        ("'relu'", "words are written without quotes: relu"),
        ("max(1, 2", "write ')'"),
        ("010", "write 10"),
        ("depths[half]", "write //, floor or ceil"),
        ("divisible(9, step=4)", "divisible(v, by=8)"),
        ("64 / 0", None),
    ],
)
def test_help(text, help):
    assert failure(text).help == help


def test_equal_texts_are_read_once_and_errors_stay_errors():
    assert parse("3*width + 7") is parse("3*width + 7")
    assert failure("3*").message == failure("3*").message


def test_nothing_is_warned_of(recwarn):
    warnings.simplefilter("always")
    assert evaluate("1if x else 17") == 1
    failure("[1](2)")
    failure('"\\d"')
    assert not recwarn.list


@pytest.mark.parametrize(
    "value, result",
    [(64, 64), (32.0, 32), (32.5, None), (True, None), (None, None), (float("inf"), None), (Word("3"), None)],
)
def test_whole(value, result):
    assert whole(value) == result


# Sizes that carry more than their number


def known(value):
    return Expression.known("H", value)


@pytest.mark.parametrize(
    "text, value",
    [
        ("2*H + 1", 15),
        ("H // 2", 3),
        ("H % 4", 3),
        ("H**2", 49),
        ("(H + 1)/2", 4),
        ("ceil(H/2)", 4),
        ("floor(H/2)", 3),
        ("max(1, H, 3)", 7),
        ("min([H, 9])", 7),
        ("abs(-H)", 7),
        ("round(H)", 7),
        ("sum([H, 1])", 8),
        ("divisible(H)", 8),
        ("divisible(H + 4)", 16),
        ("-H", -7),
    ],
)
def test_arithmetic_on_a_size_keeps_its_derivation(text, value):
    result = evaluate(text, H=known(7))
    assert dims.arithmetic(result) is Expression
    assert result.value == value == evaluate(text, H=7)


@pytest.mark.parametrize(
    "text, value",
    [
        ("1 if H > 6 else 2", 1),
        ("H in [3, 7]", True),
        ("relu if H != 7 else same", Word("same")),
        ("5 < H < 7 or 3", 3),
        ("H == relu", False),
        ("[H, 1] == [7, 1]", True),
    ],
)
def test_a_known_size_decides(text, value):
    assert evaluate(text, H=known(7)) == value


def test_a_choice_on_an_unknown_size_is_arithmetic():
    choice = evaluate("64 if H > 6 else 32", H=Expression.unknown("H", Assumptions()))
    assert choice.op == "where"
    assert choice.args[1:] == (64, 32)


@pytest.mark.parametrize(
    "text, start, stop",
    [("relu if H > 6 else same", 8, 13), ("H > 6 and x", 0, 5), ("1 + (not H > 6)", 5, 14)],
)
def test_an_unknown_size_decides_nothing(text, start, stop):
    error = failure(text, H=Expression.unknown("H", Assumptions()))
    assert (error.start, error.stop) == (start, stop)
    assert isinstance(error.__cause__, Undecided)


@pytest.mark.parametrize(
    "text", ["H*0.5", "H/2", "H/0", "H//0", "ceil(H/(H - 7))", "max(H, 0.5)", "H < 0.5", "sqrt(H)"]
)
def test_what_a_size_cannot_do_is_an_error_with_a_place(text):
    error = failure(f"1 + ({text})", H=known(7))
    assert error.start >= 5


def test_arrays_of_sizes():
    numpy = pytest.importorskip("numpy")
    from archcalc.dims.array import Variants

    widths = Variants(3).dim(numpy.array([8, 30, 100]))
    for text in ("divisible(w*3)", "w + 1 if w > 20 else 2*w", "max(w, 20)", "ceil(w/3)", "[w, 1][0] - 5"):
        together = evaluate(text, w=widths)
        assert list(together.values) == [evaluate(text, w=width) for width in (8, 30, 100)], text


# Against Python, and against the clock


def random_arithmetic(rng, depth, leaf, operators):
    if depth == 0 or rng.random() < 0.15:
        return leaf(rng)
    left, right = (random_arithmetic(rng, depth - 1, leaf, operators) for _ in range(2))
    form = rng.choice(["({} {} {})", "{} {} {}", "-({} {} {})", "({} {} {})"])
    return form.format(left, rng.choice(operators), right)


def check_against_python(text):
    try:
        expected = eval(text)
    except ZeroDivisionError:
        assert "divides by zero" in failure(text).message, text
        return None
    result = evaluate(text)
    assert result == expected, text
    return result


@pytest.mark.parametrize("seed", range(20))
def test_whole_numbers_as_in_python(seed):
    rng = random.Random(seed)
    for _ in range(25):
        text = random_arithmetic(rng, 4, lambda r: str(r.randint(0, 99)), ["+", "-", "*", "//", "%"])
        assert type(check_against_python(text)) in (int, type(None))


@pytest.mark.parametrize("seed", range(20))
def test_doubles_as_in_python(seed):
    rng = random.Random(seed)
    for _ in range(25):
        check_against_python(
            random_arithmetic(
                rng, 3, lambda r: r.choice(["0", "1", "3", "8", "0.5", "0.1", "7.25"]), "+ - * / // %".split()
            )
        )


@pytest.mark.parametrize("by", [3, 8, 10, 16])
def test_divisible_as_in_torchvision(by):
    def make_divisible(v, divisor):  # torchvision/models/_utils.py
        new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
        return new_v + divisor if new_v < 0.9 * v else new_v

    for value in [*range(1, 400), *(width * alpha for width in (16, 24, 32, 96, 320) for alpha in (0.35, 1.4))]:
        assert evaluate("divisible(v, by=by)", v=value, by=by) == make_divisible(value, by), value


def check_ends(text, **values):
    """The text has a value, or an error that can be shown."""
    try:
        evaluate(text, **values)
    except ExpressionError as caught:
        error = caught
    else:
        return
    assert 0 <= error.start <= error.stop <= len(text), text
    assert len(error.message) < 200, text


HOSTILE = [
    "9**9**9**9**9",
    "10**1000000",
    "10**10**900",
    "2**-10**900",
    "(9**900)*(9**900)",
    "(0-1)**(10**900) + 1**(10**900)",
    "range(10**12)",
    "[0]*10**12",
    "[[[[0]*99]*99]*99]*99",
    "[range(100000)]*100000",
    "round(7, -10**900) + round(0.5, 10**900)",
    "huge == other",
    "huge in [other, other]",
    "deep == deeper",
    "(" * 500 + ")" * 500,
    "(" * 999,
    "[" * 999,
    "-" * 999 + "1",
    "not " * 249 + "1",
    "1" + "**1" * 333,
    "x" + "[0]" * 333,
    "x" + "(0)" * 333,
    "1 if x else " * 83 + "1",
    "+".join(["sum(big_list)"] * 40),
    "big_list" + "+big_list" * 30,
    "\ud800",
    "x\ud800 +",
    "𝐓rue + 𝐍one",
]


def nested(depth, value):
    for _ in range(depth):
        value = [value, value]
    return value


def wrapped(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.fixture(scope="module")
def hostile_values():
    return dict(
        huge=nested(60, 1),
        other=nested(60, 1),
        deep=wrapped(40_000),
        deeper=wrapped(40_000),
        big_list=list(range(100_000)),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_end_at_once(text, hostile_values):
    started = time.perf_counter()
    check_ends(text, **hostile_values)
    assert time.perf_counter() - started < 1


def test_any_garbage_is_an_error_of_ours():
    rng = random.Random(7)
    pieces = [
        *"+-*/%<>=()[]{},:.@&|^~!?#\\'\"`$ ²é0123",
        "**",
        "//",
        "if ",
        "else ",
        "not ",
        "in ",
        "is ",
        "and ",
        "for ",
    ]
    pieces += [
        "x",
        "depths",
        "1.5",
        "min",
        "True",
        "lambda ",
        "yield ",
        "await ",
        "relu",
        "f'",
        "0x",
        "1e",
        "\x0c",
        "\t",
        "\n",
    ]
    for _ in range(4000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 9)))
        check_ends(text)
