#!/usr/bin/env python3
"""Makes the fonts under `fonts/` from the fonts of three Debian packages.

    apt-get download fonts-noto-core fonts-droid-fallback fonts-nanum
    for d in *.deb; do dpkg-deb -x "$d" debian; done
    pip install fonttools
    python3 tools/subset_fonts.py debian/usr/share/fonts/truetype fonts src/coverage.rs

What goes: hinting (a PDF viewer does not use it), glyph names, signatures,
optional features nobody switches on (small capitals, stylistic sets), and the
rarest Han characters. What stays: every other character, and every layout
feature a script needs (fontTools' default list: joining, reordering,
ligatures, marks, kerning). The same input gives the same bytes.

The fonts every letter may need stay as they are; those of single scripts are
packed (LZMA), since the deployed zip counts, and unpacked when a letter has
their script. Which characters those are is written to `src/coverage.rs`.
"""

import io
import lzma
import sys
import zlib
from pathlib import Path

from fontTools import subset

# Two weights: scripts whole letters are written in, or that many names have.
TWO_WEIGHTS = """
Arabic Devanagari Armenian Bengali Georgian Gujarati Gurmukhi Hebrew Kannada
Khmer Lao Malayalam Myanmar Sinhala Tamil Telugu Thai
""".split()

# One weight, for the size of the program; bold thickens the outline.
ONE_WEIGHT = """
Ethiopic MeeteiMayek NKo OlChiki Oriya Syriac Thaana Tifinagh
""".split()

# Signs that stand in letters: arrows, mathematics, ticks, boxes, stars.
SIGNS = [
    ("NotoSansMath-Regular", "U+2100-214F,U+2190-21FF,U+2200-22FF"),
    ("NotoSansSymbols2-Regular", "U+2500-25FF,U+2600-26FF,U+2700-27BF"),
    ("NotoSansSymbols-Regular", "U+2460-24FF,U+2600-26FF,U+2700-27BF"),
]


def extension_a() -> set[int]:
    """The Han characters of extension A that Hong Kong's and Japan's own
    character sets have: those that stand in names and places there."""
    rare = range(0x3400, 0x4DC0)
    found = set()
    for code in rare:
        for charset in ("big5hkscs", "euc_jis_2004"):
            try:
                chr(code).encode(charset)
                found.add(code)
            except UnicodeEncodeError:
                pass
    return found


def make(source: Path, wanted: set[int] | None = None, name: str | None = None):
    """A font's bytes, and the characters it has."""
    options = subset.Options()
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.legacy_kern = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["DSIG", "MATH", "STAT", "meta", "vhea", "vmtx", "VORG"]
    options.drop_tables += ["TSI0", "TSI1", "TSI2", "TSI3", "TSI5"]
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(font.getBestCmap()) if wanted is None else sorted(wanted))
    subsetter.subset(font)
    characters = set(font.getBestCmap())
    if name is not None:
        for id_, text in {1: name, 3: name, 4: name, 6: name.replace(" ", "")}.items():
            font["name"].setName(text, id_, 3, 1, 0x409)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue(), characters


def pack(data: bytes) -> bytes:
    window = max(1 << 16, 1 << (len(data) - 1).bit_length())
    return lzma.compress(
        data,
        format=lzma.FORMAT_ALONE,
        filters=[{"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": window}],
    )


def ranges(characters: set[int]) -> list[tuple[int, int]]:
    """Ranges with all the characters; gaps are closed, to keep the list short."""
    found: list[list[int]] = []
    for code in sorted(characters):
        if found and code - found[-1][1] <= 16:
            found[-1][1] = code
        else:
            found.append([code, code])
    return [(first, last) for first, last in found]


def main() -> None:
    debian, fonts, coverage = (Path(argument) for argument in sys.argv[1:])
    noto = debian / "noto"
    always = [(noto / f"NotoSans-{w}.ttf", None) for w in ("Regular", "Bold")]
    always += [(noto / f"{n}.ttf", set(subset.parse_unicodes(r))) for n, r in SIGNS]
    scripts = [
        (s, [(noto / f"NotoSans{s}-{w}.ttf", None, None) for w in ("Regular", "Bold")]) for s in TWO_WEIGHTS
    ]
    scripts += [(s, [(noto / f"NotoSans{s}-Regular.ttf", None, None)]) for s in ONE_WEIGHT]
    scripts += [("Tibetan", [(noto / "NotoSerifTibetan-Regular.ttf", None, None)])]
    han = set(subset.parse_unicodes("U+3000-33FF,U+4E00-9FFF,U+F900-FAFF,U+FE30-FE4F,U+FF00-FFEF"))
    # "Nanum" is a reserved name: what is made from it has to be called otherwise.
    hangul = set(subset.parse_unicodes("U+1100-11FF,U+3130-318F,U+AC00-D7A3"))
    scripts += [("Hangul", [(debian / "nanum" / "NanumGothic.ttf", hangul, "Letter Hangul")])]
    scripts += [("Han", [(debian / "droid" / "DroidSansFallbackFull.ttf", han | extension_a(), None)])]

    known: set[int] = set()
    plain = zipped = 0

    def write(target: Path, data: bytes, size: int) -> None:
        nonlocal plain, zipped
        target.write_bytes(data)
        in_zip = len(zlib.compress(data, 9))
        plain, zipped = plain + size, zipped + in_zip
        print(f"{size:>9,} {in_zip:>9,}  {target.name}")

    for source, wanted in always:
        data, characters = make(source, wanted)
        known |= characters
        write(fonts / source.name, data, len(data))
    lines = [
        "//! Which characters have a font of their own. Made by `tools/subset_fonts.py`.",
        "",
        "/// First and last characters of ranges; what all letters\' fonts have is left out.",
        "pub(crate) type Coverage = &\'static [(char, char)];",
    ]
    for script, files in scripts:
        own: set[int] = set()
        for source, wanted, name in files:
            data, characters = make(source, wanted, name)
            own |= characters - known
            stem = source.stem if name is None else name.replace(" ", "") + "-Regular"
            write(fonts / f"{stem}.ttf.lzma", pack(data), len(data))
        # A character that several scripts share is the first one's.
        known |= own
        pairs = ", ".join(f"(\'\\u{{{a:X}}}\', \'\\u{{{b:X}}}\')" for a, b in ranges(own))
        snake = "".join("_" + c if c.isupper() and i else c for i, c in enumerate(script)).upper()
        lines += ["", f"pub(crate) const {snake}: Coverage = &[{pairs}];"]
    coverage.write_text("\n".join(lines) + "\n")
    print(f"{plain:>9,} {zipped:>9,}  in all, and in a zip")


if __name__ == "__main__":
    main()
