"""``archcalc convert``: a network in another format as a spec."""

from __future__ import annotations

from typing import Any

import click

from archcalc.cli import options
from archcalc.cli.commands import WRONG
from archcalc.cli.failures import say, tell_notes
from archcalc.cli.output import write_whole


@click.command("convert")
@click.argument("source", metavar="SRC", shell_complete=options.completing("foreign"))
@options.taking(
    *options.INPUTS,
    click.option("--verify", is_flag=True, help="Load what is written, and prove that it is the graph that was read."),
    *options.LIMITS,
    *options.OUTPUT[:1],
)
def command(source: str, verify: bool, path: str | None, strict: bool, **given: Any) -> None:
    """Print the spec that a network in another format stands for, to be read, edited and kept.

    SRC is ONNX, a PyTorch .pt2, a Keras model, a Hugging Face config.json, a Darknet .cfg, a Caffe .prototxt or YAML of
    Ultralytics; its contents say which. Every command takes such a file where it takes a spec, and reads it as what
    this prints. What is dropped on the way is noted. A .pt2 is what torch.export.save(torch.export.export(module,
    example), "net.pt2") writes, a Keras model what model.save("net.keras") or model.to_json() does; neither needs the
    framework. ONNX counts what the file holds, where norms may be part of convolutions; its weights are not looked at.
    torch:MODULE:CALLABLE is a module, or what a function gives, that your own PyTorch exports: this runs its code.

    \b
        archcalc convert net.onnx --input tokens=128
        archcalc convert net.pt2 -o net.yaml
        archcalc convert deploy.prototxt --input data=3x224x224
        archcalc convert net.keras --verify
        archcalc convert torch:mymodels:build --input x=3x224x224
    """
    from archcalc.api.conversion import conversion

    found = conversion(options.request(source, given))
    proof = found.verify() if verify else None
    write_whole(path, lambda out: out.writelines([found.text]))
    tell_notes(found.notes, "yaml")
    if proof is not None:
        say(f"proof: {proof}")
    if strict and found.notes:
        raise click.exceptions.Exit(WRONG)
