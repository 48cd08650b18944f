"""One step of training a network, as plain data (archcalc.train/1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archcalc.conventions.rule import Convention
from archcalc.costs.checkpoints import TooLittle
from archcalc.costs.recipes import Recipe
from archcalc.costs.training import Line, Training, Unmatched, Wanted
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Network
from archcalc.report.figures import show_binary
from archcalc.report.model import Report, build_head, noted
from archcalc.report.rows import hold_all

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.train/1"


def build_training(
    network: Network, wanted: Wanted, convention: Convention, samples: int | None = None
) -> documents.Train:
    """The document of a step of training, and of a run over so many samples. Raises SpecError."""
    training = training_of(network, wanted)
    layers = [layer(line, convention) for line in training.lines]
    sums = {name: sum(one[name] for one in layers) for name in MACS}  # type: ignore[literal-required]
    kept, state = sum(training.kept_by_dtype.values()), training.state
    tokens = tokens_of(network, wanted.batch)
    recipe, step_macs = wanted.recipe, sum(sums.values())
    found = {
        **build_head(network, SCHEMA, wanted.batch),
        "convention": convention.name,
        "optimizer": recipe.optimizer,
        "precision": recipe.precision,
        "gradients": recipe.gradient_dtype,
        "zero": recipe.zero,
        "devices": recipe.devices,
        "checkpoint": {
            "steps": training.choice.paths,
            "auto": wanted.room is not None,
            "optimal": training.choice.exact,
        },
        **sums,
        "step_macs": step_macs,
        "params": training.parameters,
        "trained_params": training.trained,
        "tokens": tokens,
        "flops_6nd": 6 * training.parameters * tokens,
        "kept_bytes": kept,
        "kept_by_dtype": dict(sorted(training.kept_by_dtype.items())),
        "parameter_bytes": state.parameters,
        "gradient_bytes": state.gradients,
        "optimizer_bytes": state.optimizer,
        "total_bytes": sum(state) + kept,
        "peak_bytes_at_least": sum(state) + training.largest,
        **noted(network),
        "layers": layers,
    }
    if samples is not None:
        steps = -(-samples // wanted.batch)
        each = tokens // wanted.batch
        found["run"] = {
            "samples": samples,
            "steps": steps,
            "macs": steps * step_macs,
            "flops_6nd": 6 * training.parameters * each * samples,
        }
    hold_all(network.name, found)
    return cast("documents.Train", found)


WORK = 20
"""Units of work for each layer."""

MACS = ("forward_macs", "backward_weight_macs", "backward_input_macs", "recomputed_macs")


def training_of(network: Network, wanted: Wanted) -> Training:
    network.meter.charge(WORK * network.size, what=f"to train {network.size:,} layers")
    try:
        return Training(network, wanted)
    except Unmatched as error:
        message = f"{option(error.option)}: '{error.pattern}' matches no step of {network.name}"
        raise SpecError(Diagnostic(message, help=error.help)) from None
    except TooLittle as error:
        least = f"{show_binary(error.least)} ({error.least:,} bytes)"
        message = f"no choice of checkpoints needs less than {least} in all"
        raise SpecError(
            Diagnostic(message, help="a smaller batch or another optimizer or precision needs less")
        ) from None


PRECISION = {"float16": "mixed", "bfloat16": "bfloat16"}
"""The precision that a limit means by a type; any other is float32."""


def adamw(precision: str) -> Recipe:
    return Recipe("adamw", PRECISION.get(precision, "float32"))


def trained_in(report: documents.Report, precision: str) -> Training:
    """A step of training the network of a report with adamw; computed once. Raises SpecError."""
    if not isinstance(report, Report):
        message = f"the report of '{report['spec']}' does not hold what its training is computed from"
        raise SpecError(Diagnostic(message, help=f"{option('base')} may name a git ref or a spec"))
    wanted = Wanted(adamw(precision), report["batch"])
    key = "training", wanted.recipe.precision
    if key not in report.memories:
        report.memories[key] = training_of(report.network, wanted)
    found: Training = report.memories[key]
    return found


def trained_figure(report: documents.Report, figure: str, precision: str) -> int:
    """One of figures.OF_TRAINING, by its name. Raises SpecError."""
    training = trained_in(report, precision)
    kept = sum(training.kept_by_dtype.values())
    if figure == "backward_macs":
        return sum(line.record.weights + line.record.inputs for line in training.lines)
    return kept if figure == "kept_bytes" else kept + sum(training.state)


def layer(line: Line, convention: Convention) -> documents.TrainedLayer:
    record = line.record
    span = record.node.origin.span()
    counted = not record.forward or bool(convention.rule(record.node.applied))
    return {
        "path": record.path,
        "type": record.node.type,
        "file": span.source.name,
        "line": span.line + 1,
        "trainable": record.trains,
        "forward_macs": record.forward if counted else 0,
        "backward_weight_macs": convention.weight_gradient(record.node.applied, record.weights) if counted else 0,
        "backward_input_macs": record.inputs if counted else 0,
        "recomputed_macs": line.again if counted else 0,
        "kept_bytes": line.kept,
    }


def tokens_of(network: Network, batch: int) -> int:
    """The indices of the first input of whole numbers, else the samples: D in 6 N D."""
    for name, tensor in network.inputs.items():
        if "int" in network.dtypes[name]:
            found = batch
            for size in tensor.shape or ():
                found *= size
            return found
    return batch
