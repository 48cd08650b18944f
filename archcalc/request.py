"""A spec as it is asked for: which one, with what settings, on which input, counted how, and how large at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import index
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from archcalc.building.load import Inputs, Shared, load_network
from archcalc.building.variables import compile_setting
from archcalc.conventions import CONVENTIONS, NEWEST, find_convention
from archcalc.conventions.rule import Convention
from archcalc.errors import Diagnostic, Source, SpecError, did_you_mean, option
from archcalc.graph.network import Network
from archcalc.layers.base import BITS, dtype_of
from archcalc.meter import MAX_WORK, Meter, metered
from archcalc.report.model import build_report, with_figures
from archcalc.report.rows import rows_of
from archcalc.report.widths import DEFAULT, Dtypes, Pattern, Widths
from archcalc.sources.source import Located, locate, read_file

if TYPE_CHECKING:
    from typing import TypedDict

    from archcalc.building.load import Free
    from archcalc.costs.devices import Device
    from archcalc.importers import Asked, Imported
    from archcalc.report.documents import Report
    from archcalc.sources.file import File

    class Options(TypedDict, total=False):
        """What a request takes beside its spec and variant."""

        settings: Mapping[str, str]
        inputs: Mapping[str | None, Iterable[int]]
        batch: int
        dtype: str | Widths | None
        bias_dtype: str | None
        count: str | Convention | None
        max_work: int
        allow_import: Iterable[str]
        local: bool
        as_custom: bool


SpecLike = str | PathLike[str] | Located
ALL_CONVENTIONS = "all"


class Request:
    """One spec and what is asked of it. What can be checked without the spec is checked when the request is made.

    ``spec`` is a path, ``-``, a shipped name or ``GITREF:PATH``, each with ``:VARIANT`` if wanted, or a located text.
    ``settings`` gives variables their expressions. ``inputs`` gives shapes without a batch axis by the input's name,
    None for the only input. ``count`` is a convention, its name, a file that states one, or None: then the spec says,
    else ``mac``. With ``several``, ``count`` may be ``all`` or names with commas between them. ``dtype`` is that of the
    weights, widths, or a file that states them; ``bias_dtype`` that of biases, None if they are as the file says, or as
    the others. ``local``: receptive fields without the gates that see all. ``as_custom``: unknown operators of a file
    of another format stand as ``custom``.
    ``left``: the inputs that the spec does not have yet; ``imported``: it, if a file of another format was read, which
    may have ``variants``; ``is_taken``: one of them is what was read.
    ``shared``: where several variants of a file are asked for, what they share, by the file.
    ``notes``: those of the networks that this request and others made from it have built, by their place.
    Raises SpecError with every option that is wrong.
    """

    __slots__ = (
        "spec", "variant", "settings", "inputs", "batch", "widths", "conventions", "max_work", "allow_import",
        "local", "as_custom", "shared", "notes", "left", "imported", "variants",
        "is_taken", "_located",
    )  # fmt: skip

    def __init__(
        self,
        spec: SpecLike,
        *,
        variant: str | None = None,
        settings: Mapping[str, str] | None = None,
        inputs: Mapping[str | None, Iterable[int]] | None = None,
        batch: int = 1,
        dtype: str | Widths | None = None,
        bias_dtype: str | None = None,
        count: str | Convention | None = None,
        max_work: int = MAX_WORK,
        allow_import: Iterable[str | PathLike[str]] = (),
        local: bool = False,
        as_custom: bool = False,
        several: bool = False,
    ) -> None:
        self.spec, self.variant, self.local, self.as_custom = spec, variant, local, as_custom
        self._located: Located | None = None
        self.left: Inputs = {}
        self.imported: Imported | None = None
        self.variants: list[str] = []
        self.is_taken = False
        self.shared: dict[Any, Shared] | None = None
        self.notes: dict[Any, Diagnostic] = {}
        self.inputs: dict[str | None, tuple[int, ...]] = {}
        self.settings = dict(settings or {})
        wrong: list[Diagnostic] = []
        for name, text in self.settings.items():
            attempt(wrong, compile_setting, name, text)
        for input_name, shape in (inputs or {}).items():
            self.inputs[input_name] = attempt(wrong, sizes, shape)
        self.batch = attempt(wrong, above_zero, "batch", batch)
        self.max_work = attempt(wrong, above_zero, "max-work", max_work)
        self.widths: Widths = attempt(wrong, asked_widths, dtype, bias_dtype)
        self.conventions = attempt(wrong, named_conventions, count, several)
        folders = [allow_import] if isinstance(allow_import, (str, PathLike)) else allow_import
        self.allow_import = tuple(fspath(folder) for folder in folders)
        if wrong:
            raise SpecError(*wrong)

    def at(self, spec: SpecLike) -> Request:
        """The same request of another spec."""
        other = Request.__new__(Request)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        other.spec, other._located, other.imported, other.is_taken = spec, None, None, False
        return other

    def changed(
        self,
        *,
        variant: str | None = None,
        settings: Mapping[str, str] | None = None,
        inputs: Mapping[str | None, tuple[int, ...]] | None = None,
        dtype: str | None = None,
    ) -> Request:
        """The same request of the same text with another variant, settings and inputs beside its own, and dtype.

        Of its own ``--dtype`` and ``--bias-dtype`` only the latter may be given with a dtype.
        """
        other = self.at(self.spec)
        if self.imported is None or not (inputs or variant):  # an importer may have put these into the text
            other._located, other.imported, other.is_taken = self._located, self.imported, self.is_taken
            other.left = {**self.left, **(inputs or {})}
        other.variant = variant or self.variant
        other.settings = {**self.settings, **(settings or {})}
        other.inputs = {**self.inputs, **(inputs or {})}
        if dtype is not None:
            other.widths = asked_widths(dtype, self.widths.dtypes.bias_dtype if self.widths.source else None)
        return other

    def resized(self, settings: Mapping[str, str], inputs: Mapping[str, tuple[int, ...]]) -> Request:
        """The same request of the text that is read, whoever wrote it, with other settings and shapes of inputs."""
        self.located()
        other = self.at(self.spec)
        other._located, other.imported, other.is_taken = self._located, self.imported, self.is_taken
        other.settings = {**self.settings, **settings}
        other.left = {name: shape for name, shape in self.left.items() if name or not inputs}
        other.left.update(inputs.items())
        return other

    @property
    def name(self) -> str:
        """The spec as whoever asks calls it."""
        return self.spec.name if isinstance(self.spec, Located) else str(self.spec)

    @property
    def chosen(self) -> str | None:
        """The variant in which the text is read; None where an importer has taken it. Raises SpecError."""
        located = self.located()
        return None if self.is_taken else self.variant or located.variant

    @property
    def dtype(self) -> str:
        """The dtype of the weights that nothing else is said of."""
        return self.widths.dtypes.dtype

    def network(self, *, free: Free | None = None, explained: bool = False, drawn: bool = False) -> Network:
        """The network of the spec; ``free``, ``explained`` and ``drawn`` as in ``load_network``. Raises SpecError."""
        located = self.located()
        key = located.source, self.allow_import
        network = load_network(
            located,
            variant=None if self.is_taken else self.variant,
            settings=self.settings,
            inputs=self.left,
            max_work=self.max_work,
            allow_import=self.allow_import,
            free=free,
            explained=explained,
            drawn=drawn,
            shared=None if self.shared is None else self.shared.setdefault(key, Shared()),
        )
        network.notes[:0] = located.notes
        for note in network.notes:
            span = note.span
            place = (span.source.name, span.line, span.start) if span else note.message
            self.notes.setdefault(place, note)
        return network

    def located(self) -> Located:
        """The text of the spec, read once; that which a file of another format stands for. Raises SpecError."""
        if self._located is None:
            found = self.file()
            self.left = self.inputs
            self._located = found if found.file is None else self._imported(found, found.file)
        return self._located

    def file(self) -> Located:
        """The spec as it was found: ``file`` is None, or of another format. Raises SpecError."""
        return settled(self.spec if isinstance(self.spec, Located) else locate(known_path(self.spec)))

    def _imported(self, found: Located, file: File) -> Located:
        from archcalc.importers import Asked

        variant = self.variant or found.variant
        asked, meter = Asked(self.inputs, self.as_custom, variant), Meter(self.max_work)
        with metered(meter, f"'{file.name}'"):
            imported = imported_from(file, asked)
        self.imported, self.left, self.variants = imported, {**asked.rest}, asked.variants
        source = Source(f"<spec of {file.name}>", imported.text, file=file.name, origins=imported.origins)
        located = Located(source, found.path, found.variant if asked.variant else None, found.tree)
        self.is_taken = variant is not None and asked.variant is None
        located.done, located.notes = meter.most - meter.left, [*imported.notes]
        return located

    def convention(self, network: Network) -> Convention:
        """The way of counting that is asked for, else the network's own, else ``mac``. Raises SpecError."""
        return self.conventions[0] if self.conventions else find_convention(*(network.convention or ("mac",)))

    def report(self, network: Network | None = None, *, figures: Iterable[str] = (), drawn: bool = False) -> Report:
        """The report (archcalc.report/1), its layers made as they are read. Raises SpecError.

        ``figures``: those of figures.WHERE_ASKED that it has too; ``drawn``: with what a picture needs. It raises
        SpecError for a pattern of widths that decides nothing, too.
        """
        network = network or self.network(drawn=drawn)
        report = self.sized(network, self.convention(network))
        laid = rows_of(report).laid
        if laid is not None:
            laid.hold()
        return with_figures(report, figures)

    def sized(self, network: Network, convention: Convention) -> Report:
        """The report of a network in a way of counting, whatever its patterns of widths decide. Raises SpecError."""
        return build_report(network, convention, batch=self.batch, dtype=self.widths, local=self.local)


# Files of other formats


def settled(located: Located) -> Located:
    """The same, looked at: without ``file`` it is a spec, with it another format. Raises SpecError if it is neither."""
    if located.is_settled or located.file is None:
        return located
    from archcalc.importers import format_of

    if format_of(located.file) is None:
        located.hold_text()
    located.is_settled = True
    return located


def imported_from(file: File, asked: Asked) -> Imported:
    """The spec that a file of another format stands for. Raises SpecError."""
    from archcalc.importers import format_of, import_file

    form = format_of(file)
    assert form is not None
    return import_file(file, form, asked)


# What is wrong with an option


def attempt(wrong: list[Diagnostic], check: Any, *given: Any) -> Any:
    """What a check gives; what it raises is added to what is wrong."""
    try:
        return check(*given)
    except SpecError as error:
        wrong += error.diagnostics


def known_path(spec: Any) -> str:
    path = fspath(spec) if isinstance(spec, PathLike) else spec
    if not isinstance(path, str):
        raise SpecError(Diagnostic(f"a spec is a path or a name, not {shown(spec)}"))
    return path


def above_zero(name: str, value: Any) -> int:
    size = whole(value)
    if size is None or size < 1:
        raise SpecError(Diagnostic(f"{option(name)} takes a whole number above 0, not {shown(value)}"))
    return size


def true_or_false(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SpecError(Diagnostic(f"{option(name)} takes True or False, not {shown(value)}"))
    return value


def sizes(shape: Any) -> tuple[int, ...]:
    found = [whole(size) for size in shape] if isinstance(shape, Iterable) else [None]
    known = tuple(size for size in found if size is not None and size > 0)
    if len(known) != len(found):
        raise SpecError(Diagnostic(f"{option('input')} takes sizes, whole numbers above 0, not {shown(shape)}"))
    return known


def known_dtype(dtype: Any, name: str = "dtype", otherwise: str = "") -> str:
    found = dtype_of(dtype) if isinstance(dtype, str) else None
    if found is None:
        help = did_you_mean(dtype, BITS) if isinstance(dtype, str) else None
        message = f"{option(name)} is one of {', '.join(BITS)}{otherwise}, not {shown(dtype)}"
        raise SpecError(Diagnostic(message, help=help))
    return found


def whole(value: Any) -> int | None:
    """A whole number of any type (NumPy's too), else None."""
    try:
        return None if isinstance(value, bool) else index(value)
    except TypeError:
        return None


def shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else repr(value)


# Widths of weights


def asked_widths(dtype: Any, bias_dtype: Any) -> Widths:
    """The widths that are asked for. Raises SpecError."""
    bias = None if bias_dtype is None else known_dtype(bias_dtype, "bias-dtype")
    if isinstance(dtype, PathLike):
        dtype = fspath(dtype)
    if isinstance(dtype, str) and is_yaml(dtype):
        dtype = stated_widths(read_file(dtype))
    if isinstance(dtype, Widths):
        return dtype if bias is None else Widths(dtype.dtypes.dtype, bias, dtype.patterns, dtype.source)
    if dtype is None:
        return Widths(DEFAULT, bias, source=bias)
    return Widths(found := known_dtype(dtype, otherwise=", or a file of widths"), bias, source=found)


def stated_widths(source: Source) -> Widths:
    """The widths that a file states. Raises SpecError."""
    from archcalc.language.widths import read_widths

    stated = read_widths(source)
    patterns = []
    for text, span, (dtype, bias) in stated.patterns:
        assert dtype is not None
        patterns.append(Pattern(text, Dtypes(dtype, bias or dtype), span))
    return Widths(stated.all.dtype or DEFAULT, stated.all.bias_dtype, patterns, source.name)


# Ways of counting


def named_conventions(count: str | Convention | None, several: bool) -> list[Convention]:
    """The conventions that a text names, each once; none if nothing is asked for. Raises SpecError."""
    if count is None or isinstance(count, Convention):
        return [count] if count else []
    if not isinstance(count, str):
        raise SpecError(Diagnostic(f"{option('count')} takes the name of a convention, not {shown(count)}"))
    if not asks_several(count):
        return [named_convention(count)]
    if not several:
        help = f"'archcalc show SPEC --count {count}' compares them"
        raise SpecError(Diagnostic(f"'{count}' names several conventions, and one is needed here", help=help))
    if count == ALL_CONVENTIONS:
        return list(map(find_convention, NEWEST))
    found: dict[str, Convention] = {}
    for name in count.split(","):
        convention = named_convention(name.strip())
        if convention.name in found:
            raise SpecError(Diagnostic(f"'{convention.name}' is asked for twice in '{count}'"))
        found[convention.name] = convention
    return list(found.values())


def asks_several(count: str | None) -> bool:
    """Whether ``--count`` names more than one convention."""
    return count is not None and (count == ALL_CONVENTIONS or "," in count)


def named_convention(name: str) -> Convention:
    """The convention of that name, or the one that a file states. Raises SpecError."""
    return stated_convention(read_file(name)) if is_yaml(name) else find_convention(name)


def is_yaml(name: str) -> bool:
    """Whether an option, or a key of a budget, names a file that says what is asked for."""
    return name.endswith((".yaml", ".yml"))


def stated_convention(source: Source) -> Convention:
    """The convention that a file states. Raises SpecError with everything that is wrong with it."""
    from archcalc.conventions.groups import GROUPS
    from archcalc.conventions.own import own_convention
    from archcalc.language.convention import read_convention

    return own_convention(read_convention(source, CONVENTIONS, GROUPS), source.name)


# Devices


def named_device(name: Any) -> Device:
    """The device that ships under a name, or the one that a file states. Raises SpecError."""
    from archcalc.costs.devices import find_device

    word = fspath(name) if isinstance(name, PathLike) else name
    if not isinstance(word, str):
        raise SpecError(Diagnostic(f"{option('device')} takes a name or a file, not {shown(name)}"))
    return stated_device(read_file(word)) if is_yaml(word) else find_device(word)


def stated_device(source: Source) -> Device:
    """The device that a file states. Raises SpecError with everything that is wrong with it."""
    from archcalc.costs.devices import Device
    from archcalc.language.device import read_device

    stated = read_device(source)
    return Device(
        stated.name,
        stated.peaks,
        stated.bandwidth,
        stated.memory,
        stated.source or source.name,
        efficiency=stated.efficiency,
        note=stated.note,
    )
