"""The map of the house: who may import whom, what stands where, and what keeps two lists the same.

Read it first. When a test fails here, either the code has gone astray or the house has grown a room: then say so here.
"""

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tools.catalogs import catalogs

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "chatweb"

# Who may import whom: a layer, or one file at the top of the package, and what it may know of ours. The first that fits.
STORE_FOR_READING = ["store.files", "store.archive", "store.log", "store.search", "store.administrators", "store.backup"]
STORE_FOR_KEEPING = ["store.administrators", "store.backup", "store.checkup", "store.connections", "store.database"]
ARROWS = {
    "chat": ["chat"],
    "protocol": ["chat", "protocol"],
    "store": ["chat", "protocol", "offload", "store"],
    "live": ["chat", "protocol", "offload", "wording", "live"],
    "web": ["chat", "protocol", "faults", "wording", "web", "store.thumbnails", *STORE_FOR_READING],
    "admin": ["chat", "protocol", "wording", "admin", "web.answers", "store.space", *STORE_FOR_READING],
    "offload": ["chat.errors"],
    "passwords": ["offload"],
    "wording": ["chat.errors"],
    "lifecycle": ["chat", "offload", "live.fanout", "store.writer"],
    "log_lines": [],
    "serving": ["log_lines", "config", "door", "faults", "listener", "request_head", "streams"],
    "streams": ["door", "faults"],  # a request's body and answer: apart from eventlet, and so with tests that need none
    "door": ["request_head"],  # the same for connections without a request
    "listener": [],
    "request_head": [],
    "faults": [],
    "cli": ["app", "config", "instance", "lifecycle", "serving", *STORE_FOR_KEEPING],
    "__main__": ["cli", "serving"],
    "clock": [],
    "config": [],
    "host": [],
    "instance": [],
    "network": [],
    "worker": ["serving"],
}
KNOWS_ALL = "app"
KNOW_EVENTLET = {"serving", "offload", "lifecycle", "live.delivery", "live.websocket", "store.writer"}
KNOW_FLASK = {"app", "wording", "store.database", "live", "web", "admin"}
KNOW_SQL = {"store"}

TOP_LEVEL = {
    ".ci": "what CI runs",
    ".gitignore": "",
    ".npmrc": "",
    "CHANGELOG.md": "what changed, in the user's words",
    "Makefile": "the commands",
    "README.md": "",
    "benchmarks": "side by side with peers",
    "biome.json": "lint and format of the page's scripts",
    "chatweb": "the program",
    "deploy": "gunicorn, nginx, systemd, container",
    "docs": "protocol, developing, deploying",
    "instance": "empty: the database and secrets of this machine",
    "package-lock.json": "",
    "package.json": "what developers of the page need",
    "pyproject.toml": "",
    "requirements": "exact versions with their hashes",
    "tests": "",
    "tools": "for developers",
    "tsconfig.json": "types of the page's scripts",
    "uploads": "empty: what people send",
    "wsgi.py": "python wsgi.py",
}
LINES = 400  # of a file at most; at 250, look for the noun hiding inside
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "base", "core", "stuff", "handlers", "processor"}
NAMELESS_MAY = {"base.css", "base.html"}  # what all pages stand on


def module_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


@cache
def modules():
    """Every module of the package with its syntax tree, without the migrations, which are frozen history."""
    found = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts and path.name != "__init__.py"]
    return {module_of(path): ast.parse(path.read_text("utf-8")) for path in found}


def imported(tree):
    """Everything that a module imports, by full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(tree):
    """What a module imports of ours, as ``store.archive.SqlArchive``."""
    found = {name.removeprefix("chatweb.") for name in imported(tree) if name.split(".")[0] == "chatweb"}
    return found - {"__version__"}


def of(name, layers):
    return any(name == layer or name.startswith(f"{layer}.") for layer in layers)


def who_imports(library):
    return {module for module, tree in modules().items() if any(of(name, [library]) for name in imported(tree))}


@cache
def tracked():
    """Every file that is kept in the repository."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return [REPOSITORY / line for line in listed.splitlines() if (REPOSITORY / line).is_file()]


# Arrows


def test_every_module_knows_only_whom_it_may():
    astray = [
        f"{module} imports {name}"
        for module, tree in modules().items()
        if module != KNOWS_ALL
        for name in ours(tree)
        if not of(name, ARROWS[module if module in ARROWS else module.split(".")[0]])
    ]

    assert astray == []


def test_every_module_has_its_place_on_the_map():
    tops = {module.split(".")[0] for module in modules()}

    assert tops == {*ARROWS, KNOWS_ALL}


def test_the_rules_of_the_chat_need_the_standard_library_alone():
    foreign = {
        f"{module} imports {name}"
        for module, tree in modules().items()
        if of(module, ["chat"])
        for name in imported(tree)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "chatweb"}
    }

    assert foreign == set()


@pytest.mark.parametrize(("library", "may"), [("eventlet", KNOW_EVENTLET), ("flask", KNOW_FLASK), ("sqlalchemy", KNOW_SQL)])
def test_a_library_is_known_where_it_belongs_alone(library, may):
    know = who_imports(library)

    assert know, "for this test to mean anything"
    assert {module for module in know if not of(module, may)} == set()


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{module}: line {inner.lineno}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


# What stands where


def test_nothing_stands_at_the_top_that_has_no_reason_to():
    tops = {path.relative_to(REPOSITORY).parts[0] for path in tracked()}

    assert tops - set(TOP_LEVEL) == set()


@pytest.mark.parametrize("folder", ["instance", "uploads"])
def test_a_fresh_clone_has_an_empty_folder_for_what_a_machine_keeps(folder):
    assert [path.name for path in tracked() if path.parent == REPOSITORY / folder] == [".gitignore"]


def test_every_package_says_what_it_is():
    silent = [str(path.parent) for path in PACKAGE.rglob("__init__.py") if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]

    assert silent == []


def test_every_module_says_what_it_is():
    assert [module for module, tree in modules().items() if not ast.get_docstring(tree)] == []


def written():
    """Files that people wrote: no lock files, catalogs, pictures or libraries from elsewhere."""
    kinds = {".py", ".js", ".mjs", ".css", ".html"}
    return [path for path in tracked() if path.suffix in kinds and "vendor" not in path.parts]


def test_no_file_is_longer_than_one_can_read():
    long = {str(path.relative_to(REPOSITORY)): len(path.read_text("utf-8").splitlines()) for path in written()}

    assert len(long) > 100, "for this test to mean anything"
    assert {path: lines for path, lines in long.items() if lines > LINES and not path.startswith("tests/")} == {}


def test_every_file_is_named_for_what_it_is():
    names = [path for path in written() if set(re.split(r"[._\-]", path.name.lower())) & NAMELESS and path.name not in NAMELESS_MAY]

    assert [str(path.relative_to(REPOSITORY)) for path in names] == []


# Lock files


@pytest.mark.parametrize("path", ["requirements/run.txt", "requirements/test.txt", "package-lock.json"])
def test_a_lock_file_holds_hashes_and_no_addresses(path):
    text = (REPOSITORY / path).read_text("utf-8")

    assert "sha256:" in text or '"integrity": "sha512-' in text
    assert (
        re.findall(
            r'"resolved"|--index-url|--extra-index-url|--find-links|file://|https?://(?!.*"funding)[^"\s]*\.(?:whl|tgz|tar\.gz)', text
        )
        == []
    )


def test_every_locked_python_package_has_a_hash():
    for name in ("run.txt", "test.txt"):
        text = (REPOSITORY / "requirements" / name).read_text("utf-8")
        pinned = re.split(r"\n(?=[a-zA-Z0-9])", text)
        assert [entry.splitlines()[0] for entry in pinned if "==" in entry and "--hash=sha256:" not in entry] == []


# Words


STRINGS = json.loads((PACKAGE / "locales" / "strings.json").read_text("utf-8"))


def test_the_catalogs_are_those_of_the_strings():
    stale = [
        str(path.relative_to(REPOSITORY)) for path, content in catalogs().items() if not path.is_file() or path.read_bytes() != content
    ]

    assert stale == [], "make catalogs"


def test_every_sentence_is_there_in_both_languages():
    assert [key for key, words in STRINGS.items() if set(words) != {"id", "en"} or not all(word.strip() for word in words.values())] == []


def test_a_sentence_has_the_same_places_to_fill_in_both_languages():
    places = {key: [sorted(set(re.findall(r"\{(\w+)\}", words[lang]))) for lang in ("id", "en")] for key, words in STRINGS.items()}

    assert {key: found for key, found in places.items() if found[0] != found[1]} == {}


def used_keys():
    """Every wording that the server's code names."""
    found = {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in found if re.fullmatch(r"(?:error|ended)\.[a-z_.]+", text)} - {"error."}


def test_every_wording_that_the_server_names_is_there():
    assert len(used_keys()) > 30, "for this test to mean anything"
    assert used_keys() - set(STRINGS) == set()


def test_no_wording_of_the_server_is_left_over():
    mine = {key for key in STRINGS if key.startswith(("error.", "ended."))}
    pages = "".join(path.read_text("utf-8") for path in tracked() if path.suffix in {".js", ".html"} and "chatweb" in path.parts)

    assert {key for key in mine - used_keys() if key not in pages} == set()
