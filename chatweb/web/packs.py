"""One script for all that a page loads at once: fewer requests, and text that compresses as a whole.

The sources stay plain modules that a browser can run as they are. In a pack each of them is a function that is called once,
in the order in which a browser would run them; what it exports is frozen into an object that the others take from. A module
that the page loads later finds, at the address of a packed one, a stand-in that hands on the same objects.

Only what our modules use is understood (named imports, exports before a declaration); everything else is a PackError, and
``tests/web/test_packs.py`` packs all of them.
"""

import re
from pathlib import Path

from chatweb.web.scripts import without_comments

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_WAITS = re.compile(r"^(?:const .*= |\w+ = )?await ", re.MULTILINE)  # at the top of a module, which no other line of ours begins with
_OTHER = re.compile(r"^(?:import\b(?!\()|export\b).*", re.MULTILINE)
_NAMES = re.compile(r"(\w+)(?: as (\w+))?")


class PackError(Exception):
    """A module that can't be packed; the message names it and says why."""


class Pack:
    """The modules that ``entry`` of ``folder`` loads at once, as one script."""

    def __init__(self, folder: Path, entry: str) -> None:
        """:raises PackError: for a module that is not there, imports in a circle or says what is not understood."""
        self._folder = folder
        self._places: dict[str, str] = {}  # module → the constant that holds what it exports
        self._exports: dict[str, list[str]] = {}
        self._from_outside: dict[str, set[str]] = {}
        self._parts: list[str] = []
        self._take(entry, ())

    @property
    def modules(self) -> list[str]:
        """The packed modules, in the order in which they run."""
        return list(self._places)

    @property
    def script(self) -> str:
        """The pack."""
        imports = [f'import {{ {", ".join(sorted(names))} }} from "{path}";' for path, names in sorted(self._from_outside.items())]
        shared = ", ".join(f'"{name}": {place}' for name, place in self._places.items())
        return "\n".join([*imports, *self._parts, f"export const packed = {{ {shared} }};", ""])

    def stand_in(self, module: str, entry: str) -> str:
        """What stands at the address of a packed module, for those that are loaded later."""
        names = ", ".join(self._exports[module])
        return f'import {{ packed }} from "./{entry}";\nexport const {{ {names} }} = packed["{module}"];\n'

    def _take(self, module: str, above: tuple[str, ...]) -> None:
        if module in above:
            raise PackError(f"{' → '.join((*above, module))} import each other in a circle")
        if module in self._places:
            return
        try:
            source = without_comments((self._folder / module).read_text("utf-8"))
        except OSError as error:
            raise PackError(f"{module}, which {above[-1] if above else 'a page'} imports, can't be read") from error
        taken = []
        for names, path in _IMPORT.findall(source):
            if path.startswith("./"):
                self._take(path.removeprefix("./"), (*above, module))
                if names:
                    taken.append(f"const {{{_renamed(names)}}} = {self._places[path.removeprefix('./')]};")
            elif names and " as " not in names:
                self._from_outside.setdefault(path, set()).update(name for name, _ in _NAMES.findall(names))
            else:
                raise PackError(f"{module} imports {path} in a way that a pack has no place for")
        self._exports[module] = _EXPORT.findall(source)
        body = _EXPORT.sub("", _IMPORT.sub("", source))
        left = _OTHER.search(body)
        if left is not None:
            raise PackError(f"{module} has a line that a pack does not understand: {left[0]}")
        place = self._places[module] = f"${len(self._places)}"
        given = f"return Object.freeze({{ {', '.join(self._exports[module])} }});" if self._exports[module] else ""
        waits = _WAITS.search(body) is not None
        opening, closing = ("await (async () => {", "})()") if waits else ("(() => {", "})()")
        self._parts.append("\n".join([f"const {place} = {opening}", *taken, body.rstrip("\n"), given, f"{closing};"]))


def _renamed(names: str) -> str:
    return ", ".join(f"{name}: {other}" if other else name for name, other in _NAMES.findall(names))
