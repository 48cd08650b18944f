"""Darknet: each rule of its grammar, and its sizes, by a small file with figures derived by hand."""

from __future__ import annotations

import pytest

from archcalc.errors import SpecError
from archcalc.importers import Asked, Imported, format_of, import_file
from archcalc.sources.file import File
from tests.importers.reading import Figures, figures, nodes, totals

NET = "[net]\nchannels=3\nheight=8\nwidth=8\n"
CONV = "[convolutional]\nfilters=4\nactivation=linear\n"


def read(sections: str, net: str = NET, **asked: object) -> Imported:
    file = File("net.cfg", (net + sections).encode())
    form = format_of(file)
    assert form is not None
    assert form.name == "darknet"
    return import_file(file, form, Asked(**asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sections, params, macs, output",
    [
        # A 3x3 of 4 filters on 3 channels: 108 weights and 4 biases. Sizes: pad=1 is 3 // 2, padding=n is n, none is 0.
        (CONV + "size=3\npad=1\n", 112, 108 * 64, (4, 8, 8)),
        (CONV + "size=3\npadding=2\n", 112, 108 * 100, (4, 10, 10)),
        (CONV + "size=3\n", 112, 108 * 36, (4, 6, 6)),
        (CONV + "size=3\npad=1\nstride=2\n", 112, 108 * 16, (4, 4, 4)),
        (CONV + "size=3\npad=1\nstride_x=2\nstride_y=4\n", 112, 108 * 8, (4, 2, 4)),
        # 5 // 2 = 2 on each side; with a dilation of 2 twice as much, so that the size stays.
        (CONV + "size=5\npad=1\ndilation=2\n", 304, 300 * 64, (4, 8, 8)),
        (CONV + "size=1\ndilation=4\n", 16, 12 * 64, (4, 8, 8)),
        # A norm takes the place of the bias: 4 + 4 for 4.
        (CONV + "size=3\npad=1\nbatch_normalize=1\n", 116, 108 * 64, (4, 8, 8)),
        ("[conv]\nfilters=6\ngroups=3\nsize=1\nactivation=linear\n", 12, 6 * 64, (6, 8, 8)),
        # Each of the 6 x 6 places has 108 weights and 4 biases of its own.
        ("[local]\nfilters=4\nsize=3\nactivation=linear\n", 36 * 112, 36 * 108, (4, 6, 6)),
        ("[connected]\noutput=5\nactivation=linear\n", 192 * 5 + 5, 192 * 5, (5,)),
        # The second reads the vector as [5, 1, 1].
        ("[connected]\noutput=5\nactivation=linear\n" + CONV + "size=1\n", 965 + 24, 960 + 20, (4, 1, 1)),
        # Pools pad size - 1 in all unless padding says: ceil(8 / stride) positions.
        ("[maxpool]\nsize=2\nstride=1\n", 0, 0, (3, 8, 8)),
        ("[maxpool]\nsize=3\nstride=2\n", 0, 0, (3, 4, 4)),
        ("[maxpool]\nsize=5\nstride=1\n", 0, 0, (3, 8, 8)),
        ("[maxpool]\nsize=3\nstride=1\npadding=0\n", 0, 0, (3, 6, 6)),
        ("[local_avgpool]\nsize=3\nstride=1\n", 0, 0, (3, 8, 8)),
        ("[maxpool]\nmaxpool_depth=1\nout_channels=1\nstride=1\n", 0, 0, (1, 8, 8)),
        ("[reorg]\nstride=2\n", 0, 0, (12, 4, 4)),
        ("[upsample]\nstride=2\n", 0, 0, (3, 16, 16)),
        ("[crop]\ncrop_height=6\ncrop_width=4\n", 0, 0, (3, 6, 4)),
        ("[deconvolutional]\nfilters=4\nsize=2\nstride=2\nactivation=linear\n", 52, 48 * 64, (4, 16, 16)),
        # [net] is no layer: 0 is the first section, -1 the one before.
        (CONV + "[maxpool]\n" + "[route]\nlayers=0,-1\n", 16, 12 * 64, (8, 8, 8)),
        (CONV + "[route]\nlayers=-1\ngroups=2\ngroup_id=1\n", 16, 12 * 64, (2, 8, 8)),
        # The sum has the size of what comes before it: channels are cut, or filled up with zeros.
        (CONV + CONV.replace("4", "6") + "[shortcut]\nfrom=-2\nactivation=linear\n", 16 + 30, 36 * 64, (6, 8, 8)),
        (CONV + CONV.replace("4", "2") + "[shortcut]\nfrom=-2\nactivation=linear\n", 16 + 10, 20 * 64, (2, 8, 8)),
        (CONV + CONV + "stride=2\n" + "[shortcut]\nfrom=-2\nactivation=linear\n", 36, 768 + 256, (4, 4, 4)),
        # A weight for each of the two tensors, or for each of their four channels.
        (CONV + CONV + "[shortcut]\nfrom=-2\nweights_type=per_layer\nactivation=linear\n", 38, 1792, (4, 8, 8)),
        (CONV + CONV + "[shortcut]\nfrom=-2\nweights_type=per_channel\nactivation=linear\n", 44, 1792, (4, 8, 8)),
        (CONV + "[avgpool]\n[route]\nlayers=-1,-1\n", 16, 768, (8, 1, 1)),
        (CONV + "[avgpool]\n[scale_channels]\nfrom=0\nactivation=linear\n", 16, 768, (4, 8, 8)),
        (CONV + CONV + "[sam]\nfrom=0\n", 36, 1792, (4, 8, 8)),
        # The same weights run twice.
        (
            CONV.replace("4", "3") * 2 + "share_index=0\n",
            12,
            1152,
            (3, 8, 8),
        ),
        # A blur of fixed weights does the striding: 9 a channel, which nobody learns.
        (CONV + "size=3\npad=1\nstride=2\nantialiasing=1\n", 112 + 36, 108 * 64 + 36 * 16, (4, 4, 4)),
        (CONV + "[yolo]\nmask=0\n", 16, 768, (4, 8, 8)),
        # A pool of stride 1, then the blur: 3x3 at 4x4 places, and 2x2 without padding at (8 - 2) // 2 + 1.
        ("[maxpool]\nsize=2\nstride=2\nantialiasing=1\n", 27, 27 * 16, (3, 4, 4)),
        ("[maxpool]\nsize=3\nstride=2\nantialiasing=2\n", 12, 12 * 16, (3, 4, 4)),
        # YOLOR's: two times four numbers, and space to channels by 2 unless something else is said.
        (
            CONV + "[implicit_add]\nfilters=4\n[implicit_mul]\nfilters=4\n[route]\nlayers=0\n"
            "[shift_channels]\nfrom=1\n[control_channels]\nfrom=2\n",
            16 + 8,
            768,
            (4, 8, 8),
        ),
        ("[reorg]\n", 0, 0, (12, 4, 4)),
        ("[reorg]\nextra=1\nstride=1\n[softmax]\n", 0, 0, (193,)),
        (CONV + "[l2norm]\n[logxent]\n", 16, 768, (4, 8, 8)),
    ],
)
def test_sections(sections: str, params: int, macs: int, output: tuple[int, ...]) -> None:
    found = figures(read(sections))
    assert found == Figures(params, macs, [output])


INPUTS = "[net]\ninputs=6\n"


@pytest.mark.parametrize(
    "section, params, macs",
    [
        # Of the input 6 x 4, of the state 4 x 4, of their sum 4 x 5, with their biases.
        ("[rnn]\nhidden=4\noutput=5\n", 24 + 4 + 16 + 4 + 20 + 5, 60),
        ("[rnn]\nhidden=4\noutput=5\nbatch_normalize=1\n", 24 + 8 + 16 + 8 + 20 + 10, 60),
        # Three gates, and four, each of the input and of the state, each with a bias.
        ("[gru]\noutput=4\n", 3 * (24 + 16 + 8), 120),
        ("[lstm]\noutput=4\n", 4 * (24 + 16 + 8), 160),
        ("[gru]\noutput=4\nbatch_normalize=1\n", 3 * (24 + 16 + 16), 120),
        ("[lstm]\noutput=4\nbatch_normalize=1\n", 4 * (24 + 16 + 16), 160),
        # pjreddie's crnn says no size: 3x3, of which one position has the centre alone inside, but all are counted.
        ("[crnn]\nhidden=4\noutput=5\n", 9 * 24 + 4 + 9 * 16 + 4 + 9 * 20 + 5, 540),
        ("[crnn]\nsize=1\nhidden=4\noutput=5\n", 73, 60),
        # Three gates see the cell: 9 x 4 x 4 and 4 biases each.
        ("[conv_lstm]\nsize=3\npad=1\noutput=4\npeephole=1\n", 4 * 368 + 3 * 148, 4 * 360 + 3 * 144),
        ("[conv_lstm]\nsize=3\npad=1\noutput=4\n", 4 * (9 * 24 + 9 * 16 + 8), 4 * 360),
    ],
)
def test_recurrent_sections_run_for_one_step_of_time(section: str, params: int, macs: int) -> None:
    found = figures(read(section, INPUTS))
    assert (found.params, found.macs) == (params, macs)


def test_decoders_are_outputs_in_the_order_of_the_file() -> None:
    found = read(CONV + "[yolo]\nmask=0\n[route]\nlayers=0\n[upsample]\n" + CONV + "[yolo]\nmask=1\n[yolo]\n")
    assert figures(found).outputs == [(4, 8, 8), (4, 16, 16)]
    assert [note.message.split(" only")[0] for note in found.notes] == ["[yolo]"]
    assert found.notes[0].span is not None
    assert found.notes[0].span.line == 7


def test_blanks_comments_and_words() -> None:
    found = figures(read("# a comment\n [ conv ]\nfi lters = 4 # and none here\n;\nactivation = lin ear\nsize=1.5\n"))
    assert (found.params, found.outputs) == (16, [(4, 8, 8)])


def test_comments_in_any_encoding() -> None:
    file = File("net.cfg", NET.encode() + "# 卷积\n".encode("gbk") + CONV.encode())
    form = format_of(file)
    assert form is not None
    assert figures(import_file(file, form, Asked())).params == 16


def test_frozen_sections() -> None:
    assert "trainable: false" in read(CONV + "dont_update=1\n").text


@pytest.mark.parametrize(
    "sections, message, line",
    [
        ("[convolutional]\nfilters=many\n", "filters of [convolutional] takes a whole number, not 'many'", 6),
        ("filters\n", "a line is [section] or key=value, not 'filters'", 5),
        (
            CONV + "[route]\nlayers=-2\n",
            "layers of section 1 [route], line 8 is -2: there is no section -1 before",
            9,
        ),
        ("[route]\nlayers=0\n", "layers of section 0 [route], line 5 is 0: there is no section 0 before it", 6),
        ("[route]\n", "[route] needs layers", 5),
        (CONV + "[maxpool]\n[conv]\nshare_index=1\n", "share_index of section 2 [convolutional], line 9 is 1", 10),
        (CONV + "[maxpool]\nstride=2\n[route]\nlayers=0,1\n", "differ in axis 1 (8 and 4)", 10),
        (CONV + "[route]\nlayers=0\ngroups=2\ngroup_id=2\n", "is 2, of 2 groups of 4 channels", 10),
        (CONV.replace("linear", "wavy"), "archcalc knows no activation 'wavy'", 5),
    ],
)
def test_what_is_wrong_is_told_at_its_line(sections: str, message: str, line: int) -> None:
    with pytest.raises(SpecError) as told:
        read(sections)
    assert message in told.value.diagnostics[0].message
    assert (told.value.file, told.value.line) == ("net.cfg", line)


def test_nothing_to_compute() -> None:
    with pytest.raises(SpecError, match="no section that computes anything"):
        read("[yolo]\nmask=0\n")
    with pytest.raises(SpecError, match=r"no section of net.cfg reads an input"):
        read("[implicit]\nfilters=4\n[conv_lstm]\nsize=1\noutput=2\n")


def test_no_size() -> None:
    with pytest.raises(SpecError, match="neither channels, height and width nor inputs"):
        read(CONV, "[net]\nchannels=3\n")
    assert figures(read(CONV, "[net]\n", inputs={None: (3, 8, 8)})).macs == 768


def test_a_stage_is_a_block() -> None:
    """Two residual units in a row are one with repeat, and the places of their lines are the first's."""
    unit = CONV + "size=3\npad=1\nbatch_normalize=1\n" + "[shortcut]\nfrom=-2\nactivation=linear\n"
    found = read(CONV + unit * 3)
    assert "repeat: 3" in found.text
    line = next(number for number, line in enumerate(found.text.split("\n")) if "residual" in line)
    assert found.origins[line] == "net.cfg: section 1 [convolutional], line 8"
    assert len(nodes(found)) == 1 + 3 * 3


def normed(filters: int, size: int) -> str:
    return f"[convolutional]\nbatch_normalize=1\nfilters={filters}\nsize={size}\npad=1\nactivation=leaky\n"


LAST = "[convolutional]\nfilters={}\nsize=1\npad=1\nactivation=linear\n"
BODY = "".join(normed(filters, 3) + "[maxpool]\nsize=2\nstride=2\n" for filters in (16, 32, 64, 128, 256))
BODY += normed(512, 3) + "[maxpool]\nsize=2\nstride=1\n" + normed(1024, 3)
V2_TINY = BODY + normed(512, 3) + LAST.format(425) + "[region]\n"
V3_TINY = (
    BODY + normed(256, 1) + normed(512, 3) + LAST.format(255) + "[yolo]\nmask=3,4,5\n[route]\nlayers=-4\n"
    + normed(128, 1) + "[upsample]\nstride=2\n[route]\nlayers=-1, 8\n" + normed(256, 3) + LAST.format(255) + "[yolo]\n"
)  # fmt: skip


@pytest.mark.parametrize(
    "sections, file_size, billions",
    [
        # yolov2-tiny.weights and yolov3-tiny.weights of pjreddie.com hold a head of 20 bytes and numbers of 4 bytes,
        # statistics among them; the page gives 5.41 and 5.56 billion operations, two for each multiply-add.
        (V2_TINY, 44_948_600, 5.41),
        (V3_TINY, 35_434_956, 5.56),
    ],
)
def test_published_networks(sections: str, file_size: int, billions: float) -> None:
    found = totals(read(sections, "[net]\nchannels=3\nheight=416\nwidth=416\n"))["totals"]
    assert found["params"] + found["buffers"] == (file_size - 20) // 4
    assert round(2 * found["macs"] / 1e9, 2) == billions
