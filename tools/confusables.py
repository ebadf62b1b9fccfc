"""Makes ``chatweb/chat/confusables.json`` of Unicode's own files; a test holds it against the rules.

    python tools/confusables.py UCD CONFUSABLES

``UCD`` is a folder with ``DerivedCoreProperties.txt``, ``PropertyValueAliases.txt``, ``Scripts.txt``, ``ScriptExtensions.txt``
and ``emoji/emoji-test.txt`` (Debian: the package ``unicode-data``), ``CONFUSABLES`` the file ``confusables.txt`` of UTS 39
(Debian: ``source/data/unidata`` in the source of the package ``icu``). All must be of one version.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent.parent / "chatweb" / "chat" / "confusables.json"
LICENCE = "Copyright 1991-2022 Unicode, Inc. Unicode License v3 (SPDX: Unicode-3.0), https://www.unicode.org/license.txt"


def table(ucd: Path, confusables: Path) -> dict[str, object]:
    """Everything that the rules of names need to know of Unicode, as JSON can hold it; code points in hexadecimal."""
    return {
        "licence": LICENCE,
        "unicode": _version(ucd, confusables),
        "ignorable": _ignorable(ucd / "DerivedCoreProperties.txt"),
        "scripts": _scripts(ucd),
        "script_names": _script_names(ucd / "PropertyValueAliases.txt"),
        "emoji": _emoji(ucd / "emoji" / "emoji-test.txt"),
        "look_alikes": _look_alikes(confusables),
    }


def _version(ucd: Path, confusables: Path) -> str:
    """The version that all files are of."""
    found = re.search(r"Scripts-([\d.]+)\.txt", (ucd / "Scripts.txt").read_text("utf-8"))
    other = re.search(r"# Version: ([\d.]+)", confusables.read_text("utf-8-sig"))
    if found is None or other is None or found[1] != other[1]:
        sys.exit(f"The files are of different versions: {found and found[1]} and {other and other[1]}.")
    return found[1]


def _lines(path: Path) -> Iterator[list[str]]:
    """The fields of each line that says something."""
    for line in path.read_text("utf-8-sig").splitlines():
        if said := line.partition("#")[0].strip():
            yield [field.strip() for field in said.split(";")]


def _span(text: str) -> range:
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def _ignorable(path: Path) -> str:
    return _spans({code for codes, kind, *_ in _lines(path) if kind == "Default_Ignorable_Code_Point" for code in _span(codes)})


def _scripts(ucd: Path) -> dict[str, str]:
    """For each set of scripts the code points that are used in all of them; what is in none is not assigned."""
    short = {fields[2]: fields[1] for fields in _lines(ucd / "PropertyValueAliases.txt") if fields[0] == "sc"}
    scripts = {code: short[script] for codes, script in _lines(ucd / "Scripts.txt") for code in _span(codes)}
    scripts |= {code: " ".join(sorted(used.split())) for codes, used in _lines(ucd / "ScriptExtensions.txt") for code in _span(codes)}
    found = defaultdict(set)
    for code, script in scripts.items():
        found[script].add(code)
    return {script: _spans(codes) for script, codes in sorted(found.items())}


def _script_names(path: Path) -> dict[str, str]:
    return {fields[1]: fields[2].replace("_", " ") for fields in _lines(path) if fields[0] == "sc"}


def _emoji(path: Path) -> str:
    """The sequences that are recommended for general interchange, also where a variation selector is left out."""
    wanted = {"fully-qualified", "minimally-qualified", "unqualified"}
    found = {tuple(int(code, 16) for code in codes.split()) for codes, status in _lines(path) if status in wanted}
    return ",".join(" ".join(f"{code:X}" for code in sequence) for sequence in sorted(found))


def _look_alikes(path: Path) -> dict[str, str]:
    """For each text that stands for how something looks, the code points that look like it."""
    found = defaultdict(set)
    for source, target, *_ in _lines(path):
        found[target].add(int(source, 16))
    return {" ".join(code.lstrip("0") for code in target.split()): _spans(codes) for target, codes in sorted(found.items())}


def _spans(codes: set[int]) -> str:
    """``41-5A 61-7A AA``."""
    spans: list[list[int]] = []
    for code in sorted(codes):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{first:X}-{last:X}" if last > first else f"{first:X}" for first, last in spans)


if __name__ == "__main__":
    TARGET.write_text(json.dumps(table(Path(sys.argv[1]), Path(sys.argv[2])), indent=1) + "\n", "ascii")
    print(TARGET)
