"""``archcalc specs``: the specs that ship with archcalc."""

from __future__ import annotations

import json
from typing import Any

import click

from archcalc.spec import shipped
from archcalc.spec.source import read_shipped
from archcalc.spec.yaml_tree import read


@click.command("specs")
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="What to print.")
def command(words: tuple[str, ...], form: str) -> None:
    """List the shipped specs with their variants: 'archcalc show NAME' finds each by its name.

    With WORDs, only the specs that mention them all.

    \b
        archcalc specs
        archcalc specs residual
    """
    found = [spec for spec in catalogue() if all(word.lower() in searched(spec) for word in words)]
    if form == "json":
        print(json.dumps({"schema": "archcalc.specs/1", "specs": found}, ensure_ascii=False, indent=2))
    elif found:
        from archcalc.render.catalogue import show_catalogue

        print(show_catalogue(found))
    else:
        click.echo("no shipped spec mentions " + " and ".join(words), err=True)


def catalogue() -> list[dict[str, Any]]:
    """Every shipped spec: its name, folder (the field), variants, and what it says of itself."""
    found = []
    for name, file in shipped.index()["specs"].items():
        keys = {word: node for word, (_, node) in read(read_shipped(file)).value.items()}
        found.append(
            {
                "name": name,
                "field": file.rpartition("/")[0],
                "variants": list(keys["variants"].value) if "variants" in keys else [],
                "description": keys["description"].text if "description" in keys else "",
                "source": keys["source"].text if "source" in keys else "",
            }
        )
    return sorted(found, key=lambda spec: (spec["field"], spec["name"]))


def searched(spec: dict[str, Any]) -> str:
    """What a word is looked for in."""
    return " ".join([spec["name"], spec["field"], *spec["variants"], spec["description"], spec["source"]]).lower()
