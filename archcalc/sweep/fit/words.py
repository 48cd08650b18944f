"""The answer in one sentence, with its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archcalc.report.documents import Fit, FitLimit, FitNext

WAY = {"rises": "never falls", "falls": "never rises", "same": "never changes"}


def sentence(fit: Fit) -> str:
    """``width = 264: params 4,988,122 of 5M; 272 has 5,290,840; all 128 steps checked``"""
    answer = fit["answer"]
    found = [] if answer is None else [f"{assigned(answer['values'])}: {', '.join(used(fit))}", *beyond(fit)]
    parts = found or missed(fit)
    return "; ".join([*parts, checked(fit), *misfits(fit)])


def assigned(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def used(fit: Fit) -> Iterator[str]:
    """What the answer uses of each limit, and what it is the best in."""
    answer, goal = fit["answer"], fit["goal"]
    assert answer is not None
    for limit in fit["limits"]:
        yield against(limit, answer["figures"][limit["figure"]])
    training = answer.get("training")
    if training is not None:
        on = f"on {scientific(training['tokens'])} tokens"
        yield f"training takes {scientific(training['flops'])} of {goal['text']} FLOPs, {on}"
    elif goal["kind"] == "nearest":
        yield f"{goal['figure']} {number(answer['figures'][goal['figure']])} is nearest to {goal['text']}"
    elif goal["figure"] not in [limit["figure"] for limit in fit["limits"]]:
        value = answer["figures"].get(goal["figure"], answer["values"].get(goal["figure"]))
        yield f"{goal['figure']} {number(value)} is the {goal['kind']}"


def against(limit: FitLimit, value: Any) -> str:
    return f"{limit['figure']} {number(value)} of {'at least ' if limit['bound'] == 'min' else ''}{limit['text']}"


def scientific(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) and value < 10**9 else f"{Decimal(value):.4g}"


def number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 1e15 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def beyond(fit: Fit) -> Iterator[str]:
    """The next steps that would be better and are beyond a limit; of what is nearest, the step across."""
    for one in fit["next"]:
        if one["figures"] is None:
            continue
        if one["over"] and one["better"]:
            yield over(fit, one)
        elif not one["over"] and is_across(fit, one):
            said = scientific(one["train_flops"]) if "train_flops" in one else number(of_goal(fit, one))
            yield f"{moved(fit, one)} has {said}"


def over(fit: Fit, one: FitNext) -> str:
    figures = one["figures"]
    assert figures is not None
    several = len({limit["figure"] for limit in fit["limits"]}) > 1
    told = [f"{name} {number(figures[name])}" if several else number(figures[name]) for name in one["over"]]
    return f"{moved(fit, one)} has {' and '.join(told)}"


def moved(fit: Fit, one: FitNext) -> str:
    if len(fit["vary"]) == 1:
        return str(next(iter(one["values"].values())))
    return assigned(one["values"])


def of_goal(fit: Fit, one: Any) -> Any:
    name = fit["goal"]["figure"]
    return one["train_flops"] if "train_flops" in one else one["figures"].get(name)


def is_across(fit: Fit, one: FitNext) -> bool:
    """Whether a step from the nearest leads to the other side of its target."""
    goal, answer = fit["goal"], fit["answer"]
    if goal["kind"] != "nearest" or answer is None or goal["target"] is None:
        return False
    training = answer.get("training")
    here: Any = training["flops"] if training is not None else answer["figures"][goal["figure"]]
    there = of_goal(fit, one)
    return isinstance(there, (int, float)) and (here - goal["target"]) * (there - goal["target"]) < 0


def checked(fit: Fit) -> str:
    """How it is known."""
    what = "step" if len(fit["vary"]) == 1 else "variant"
    many = f"{fit['variants']:,} {what}{'' if fit['variants'] == 1 else 's'}"
    if fit["ways"] is None:
        return f"{'all ' if fit['variants'] > 1 else ''}{many} checked"
    shown = ", ".join(f"{name} {WAY[way]}" for name, way in fit["ways"].items())
    return f"as {fit['vary'][0]['name']} grows, {shown} (closed forms): {fit['computed']:,} of {many} decide"


def misfits(fit: Fit) -> Iterator[str]:
    first = fit["misfit"]
    if first is not None:
        many = "1 does not fit," if fit["misfits"] == 1 else f"{fit['misfits']:,} do not fit, the first"
        yield f"{many} {assigned(first['values'])}: {first['status']}"


def missed(fit: Fit) -> Iterator[str]:
    """Why there is no answer."""
    far = fit["missed"]
    if far is None:
        yield "no variant fits together" if fit["misfits"] == fit["variants"] else "no variant has such figures"
        return
    variant = far["variant"]
    tightest = far["tightest"]
    if tightest is not None:
        small = tightest["bound"] == "max"
        value = number(variant["figures"][tightest["figure"]])
        share = f" ({of_limit(far['share'])})" if tightest["limit"] else ""
        yield (
            f"no variant keeps the limits: {tightest['figure']} is the tightest, {'at least' if small else 'at most'}"
            f" {value} of {'' if small else 'at least '}{tightest['text']} ({assigned(variant['values'])}),"
            f" {number(far['by'])} too {'many' if small else 'few'}{share}"
        )
        return
    told = ", ".join(against(limit, variant["figures"][limit["figure"]]) for limit in fit["limits"])
    yield "no variant keeps all limits at once, and each is kept by some"
    yield f"nearest is {assigned(variant['values'])}: {told}, {of_limit(far['share'])} beyond"


def of_limit(share: float) -> str:
    return f"{share:.2%}" if share < 100 else f"{share:.4g} times the limit"
