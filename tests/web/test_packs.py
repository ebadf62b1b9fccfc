"""The packs: the same program as the modules they are made of, and one of each of them whoever loads it."""

import json
import subprocess

import pytest

from chatweb.web.assets import PACKS, SCRIPTS
from chatweb.web.packs import Pack, PackError


def folder_of(tmp_path, **modules):
    """A folder with these modules; `ran` notes in which order they ran."""
    for name, source in modules.items():
        (tmp_path / f"{name}.js").write_text(f'globalThis.ran = [...(globalThis.ran ?? []), "{name}"];\n{source}')
    return tmp_path


def run(folder, entry):
    """What Node prints of a packed page: its pack, and stand-ins for the modules in it, beside those that are not."""
    pack = Pack(folder, entry)
    served = folder / "served"
    served.mkdir()
    for path in folder.glob("*.js"):
        (served / path.name).write_text(pack.stand_in(path.name, entry) if path.name in pack.modules else path.read_text())
    (served / entry).write_text(pack.script)
    (served / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(["node", entry], cwd=served, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("entry", PACKS.values())
def test_each_page_is_packed_whole_and_in_the_order_in_which_it_runs(entry):
    pack = Pack(SCRIPTS, entry)

    assert pack.modules[-1] == entry
    assert len(pack.modules) > 10, "for this test to mean anything"
    for module in pack.modules:
        for line in (SCRIPTS / module).read_text("utf-8").splitlines():
            if line.startswith(("import ", "} from ")) and '"./' in line:
                needed = line.split('"./')[1].removesuffix('";')
                assert pack.modules.index(needed) < pack.modules.index(module)


def test_each_module_runs_once_and_first_those_it_needs(tmp_path):
    folder = folder_of(
        tmp_path,
        main='import { b } from "./b.js";\nimport { a as first } from "./a.js";\nimport "./side.js";\n'
        "console.log(JSON.stringify([globalThis.ran, first, b()]));\n",
        a='import { c } from "./c.js";\nexport const a = c + 1;\n',
        b='import { c } from "./c.js";\nexport function b() {\n  return c + 2;\n}\n',
        c="export const c = 40;\n",
        side="const c = 1;\nconsole.assert(c);\n",
    )

    assert run(folder, "main.js") == [["c", "b", "a", "side", "main"], 41, 42]


def test_what_is_loaded_later_finds_the_same_objects(tmp_path):
    folder = folder_of(
        tmp_path,
        main='import { Counter } from "./counter.js";\nCounter.count += 1;\n'
        'import("./later.js").then(({ later }) => console.log(JSON.stringify([globalThis.ran, later()])));\n',
        counter="export class Counter {\n  static count = 0;\n}\nexport const words = await Promise.resolve(7);\n",
        later='import { Counter, words } from "./counter.js";\nexport const later = () => [Counter.count, words];\n',
    )

    assert run(folder, "main.js") == [["counter", "main", "later"], [1, 7]]


def test_libraries_stay_modules_of_their_own(tmp_path):
    folder = folder_of(
        tmp_path,
        main='import { html } from "../vendor/lit.js";\nimport "./a.js";\nhtml``;\n',
        a='import { html, nothing } from "../vendor/lit.js";\n[html, nothing];\n',
    )

    assert Pack(folder, "main.js").script.startswith('import { html, nothing } from "../vendor/lit.js";\n')


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("export default 1;\n", "export default 1;"),
        ("export let a = 1;\n", "export let a = 1;"),
        ('import * as all from "./a.js";\n', "import * as all"),
        ('export { a } from "./a.js";\n', "export { a }"),
        ('import { a } from "./main.js";\n', "circle"),
        ('import { a } from "./gone.js";\n', "gone.js"),
        ('import { a as b } from "../vendor/lit.js";\n', "../vendor/lit.js"),
    ],
)
def test_what_a_pack_does_not_understand_is_named(tmp_path, source, said):
    folder = folder_of(tmp_path, main=source)
    (folder / "a.js").write_text("export const a = 1;\n")

    with pytest.raises(PackError, match=r"main\.js|gone\.js") as raised:
        Pack(folder, "main.js")

    assert said in str(raised.value)
