"""The reference of archcalc.yaml and of ``budget:``, ``archcalc help budget``: prose, and tables made from the keys."""

from __future__ import annotations

from archcalc.budget.keys import FILE_KEYS, METRICS, budget_keys
from archcalc.language.prose import WIDTH, filled, keys, sections, table, wrapped
from archcalc.layers.base import BITS

INTRODUCTION = """\
A budget says what networks may cost; 'archcalc check' holds them to it, and
ends with status 1 where a limit does not hold. Budgets stand in archcalc.yaml,
at the root of the project beside or above the specs:

    budgets:
      - specs: models/*.yaml                  # every spec of the folder
        max: {params: 5M, macs: 600M}         # at most
      - specs: [models/small.yaml, resnet50]  # a file, and a shipped spec
        dtype: int8
        max: {weights_bytes: 30MB}
        max_increase: {params: 1%, macs: 10M} # against --base
      - specs: models/wide.yaml
        variants: [narrow, wide]              # of the spec's own variants
        input: [3, 64, 64]
        layers: {"head/**": {params: 20k}}    # some layers together
        level: warn
        message: the head is to stay small

or in a spec itself, the same without specs:

    name: tiny
    input: [3, 32, 32]
    budget: {max: {params: 20k}}
    layers:
      - conv: {out: 16, kernel: 3}
      - global_avg_pool
      - linear: 10

Then run archcalc check. Without an archcalc.yaml it holds every spec below the
working directory that has a budget: of its own; with one it holds the specs
that this names, to their own budget: too, and notes those that it leaves out.
To begin, write limits of 1 (weights: 1B) and let
'archcalc check --update' set them to what is used."""

PLACE = """\
archcalc check takes the nearest archcalc.yaml from the working directory
upwards, within its git repository. What it says:"""

ENTRY = """\
Each entry holds each of its specs to each of its limits; a spec may be in
several entries, and all of them hold. An entry needs specs and at least one of
max, min, max_increase and layers; a spec's own budget: is an entry without
specs. Its keys:"""

SPECS = """\
A name in specs is a file, counted from the folder of archcalc.yaml, and inside
its repository; a glob, where * is part of one folder's or file's name and ** is
any number of folders (models/**/*.yaml); or the name of a shipped spec
(resnet50; 'archcalc specs' lists them). A name that matches nothing is an
error. No other character has a meaning: to leave specs out, write except:. Globs
do not enter hidden folders; they leave out an archcalc.yaml, and files that hold
blocks for others and no layers, which are listed. A variant of a file is not part of its name: write
specs: net.yaml and variants: small. With variants left out the spec is checked
with its vars as they stand; for that and its variants, or for several inputs,
write an entry for each:

    budgets:
      - {specs: net.yaml, max: {params: 5M}}                       # as it stands
      - {specs: net.yaml, variants: [narrow, wide], max: {params: 9M}}
      - {specs: net.yaml, input: [3, 64, 64], max: {macs: 50M}}
      - {specs: net.yaml, input: [3, 256, 256], max: {macs: 800M}}
      - {specs: models/**, except: [models/old/*, models/wide.yaml], max: {params: 5M}}

Each row and message names what tells such entries apart. A variant that one spec
of a glob lacks is an error."""

METRIC = """\
What can be limited in max, min and max_increase, and in layers all but what is of
a whole network: peak_memory, arena, banks, bytes, time@DEVICE, kv_cache,
train_memory, kept_bytes and backward_macs:"""

OF_MEMORY = """\
weights and weights_bytes are the same but for @, which weights alone takes.
params_by_dtype of 'show --format json' says what they come from; bias_dtype is
that of the biases of norms too. dtype also sets the width of activations, in
peak_memory, arena and banks; train_memory and kept_bytes are in bfloat16 with
dtype: bfloat16, in mixed precision with float16, else in float32. A
receptive_field of "all" is over every max and over every min; max: all cannot be
written. Of banks, what is used is what is taken of them together; where a tensor
fits in none, the bytes alive there, and the tensor is named with the bytes that
it lacks. Where a peak is too high, what is alive there is told, and with --base
the line that grew:

    max: {peak_memory: 256KiB, banks: {a: 128KiB, b: 1MiB}}

time@DEVICE is the least time on a device that 'archcalc devices' lists, or on one
that a file of the project states, named from the folder of the budget; JSON has
nanoseconds. 'archcalc help roofline' says what it and bytes are:

    max: {time@h100: 5ms @bfloat16, time@boards/edge.yaml: 300ms, bytes: 90MB}"""

AMOUNT = """\
An amount is a whole number or a decimal one, and may have a unit:"""

UNITS = {
    "k M G T": "a thousand, a million, ...: powers of 1,000, as in 500k, 2.5M, 4G",
    "Ki Mi Gi Ti": "powers of 1,024: 64Ki",
    "B": (
        "bytes, alone or after one of these: 800B, 200kB, 5MB, 64KiB; for metrics in bytes alone, where 800 is 800B "
        "and 5M is an error"
    ),
    "s ms us ns": "a time: 5ms, 0.2s; for time@DEVICE alone",
    "@TYPE": (
        "one width for all weights: 5MB @int8, whatever dtype and bias_dtype say; of peak_memory and arena for all "
        "activations, of bytes and time@DEVICE for both"
    ),
    "%": "a share of what the base has, for max_increase alone: 1%, 0.5%",
}

COUNT = """\
count says how ops is counted, and moves no other metric: mac, the default, takes a
multiply-add as one; flop takes it as two and counts the operations of every
layer; document is mac and pools too; torch, fvcore, ptflops, thop,
torchinfo, deepspeed and calflops count as these tools do. thop@2.1.1 is an older
release. 'archcalc count' prints what each counts, and 'archcalc count --help' the
form of a file of your own."""

WIDTHS = """\
The types, for dtype and after @:"""

LAYERS = """\
layers: {PATTERN: {METRIC: amount}} is the most that the layers whose paths match
may come to together: their sum (of receptive_field the largest). max and level
stand beside layers, not in it. Paths are those that 'archcalc show SPEC'
prints. In a pattern * is one step of a path or part of it and ** any number of
steps: head is the layer head, "head/**" all that is in it, or the layer itself, "**/conv*" every
layer whose name begins with conv. Quote a pattern that begins with a star. A pattern has to
match a layer of at least one of the entry's specs; those in which it matches
none are noted."""

INCREASE = """\
max_increase holds the growth since an older version, that --base names:

    archcalc check --base origin/main        # a git ref
    archcalc check net.yaml --base old.yaml  # an older spec
    archcalc check --base report.json        # what 'show --format json' wrote

A ref stands for the commit where this branch left it. A share needs its %, an
amount its unit (0.001k is one), or 0: nothing may be added. For both a share and
an amount write two entries. A spec, or a variant, that the base does not have is
'new', and its growth is not judged; nor is any without --base, where the table
has a - and the last line says 'not judged'. max and min hold either way."""

LOOSENING = """\
Budgets can be edited by whoever is held to them. So with --base the base's are
read too, its archcalc.yaml and each spec's budget:, and what they hold more
strictly than today's is told: a limit that is larger or gone, a lower level, a
spec, variant or layer that is held no longer, settings with which the figure is
another one, a spec that is gone, an expect: of a spec's layer that is gone.
What is compared is what is held, not how it is written. To be told is all that
happens, unless you ask for more:

    archcalc check --base origin/main --fail-on-loosening"""

RUNNING = """\
archcalc check holds everything that archcalc.yaml names, and archcalc check
SPEC that spec to its own budgets; SPEC:NAME, or --variant NAME, is one variant.
More limits can be given there, beside those of the budgets; settings (--input,
--dtype, ...) win over a budget's own:

    archcalc check
    archcalc check net.yaml --max params=5M --min params=1M
    archcalc check net.yaml --max "weights=5MB @int8" --input 3x64x64
    archcalc check net.yaml --max banks=a=128KiB,b=1MiB
    archcalc check --base origin/main --format github --also markdown=comment.md

Every limit has a line: what is used, the limit, and the share of it that is
used: of a min that holds 100 % or more. --format markdown is the comment of a pull
request (gh pr comment --body-file comment.md), html a page, github annotations,
junit and sarif for services, json for programs. -o FILE writes it to a file, and
--also FORMAT=FILE another format from the same run. --base-ref REF is --base that
is never a file, whatever a checkout brings. --strict ends with 2 where something
is noted.

archcalc check --update sets every max and min in the files, those under layers
too, to exactly what is used, of several specs to the most (min: the least), those
of level off too, and changes nothing else in them. It leaves banks, and a
receptive field of all, and says so where they do not hold."""

STATUSES = {
    "0": "every limit holds, or none but those with level: warn or off do not",
    "1": "a limit does not hold, or with --fail-on-loosening one is looser than in the base",
    "2": "a spec, a budget or the call is wrong, or a file cannot be read: nothing is known to hold",
}

EDITORS = """\
'archcalc schema budgets' prints the schema of archcalc.yaml. An editor with
yaml-language-server completes and checks an archcalc.yaml that begins so:

    # yaml-language-server: $schema=archcalc.budgets.json"""


def reference(width: int = WIDTH) -> str:
    """The whole reference as plain text."""

    def text(*parts: str) -> str:
        return "\n\n".join(parts)

    types = wrapped(" ".join(BITS), width)
    return sections(
        {
            "BUDGETS": filled(INTRODUCTION, width),
            "THE FILE": text(filled(PLACE, width), keys(FILE_KEYS, width)),
            "AN ENTRY": text(filled(ENTRY, width), keys(budget_keys(with_specs=True), width)),
            "SPECS": filled(SPECS, width),
            "METRICS": text(filled(METRIC, width), table(METRICS, width), filled(OF_MEMORY, width)),
            "AMOUNTS": text(filled(AMOUNT, width), table(UNITS, width), WIDTHS, types),
            "COUNTING": filled(COUNT, width),
            "LAYERS": filled(LAYERS, width),
            "GROWTH": filled(INCREASE, width),
            "LOOSENING": filled(LOOSENING, width),
            "RUNNING": filled(RUNNING, width),
            "EXIT STATUSES": table(STATUSES, width),
            "IN AN EDITOR": filled(EDITORS, width),
        }
    )
