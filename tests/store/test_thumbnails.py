"""Pictures are decoded in a process that limits itself: whatever they hold, the server goes on."""

import subprocess
import sys
from dataclasses import dataclass

import pillow_heif
import pytest
from PIL import Image

from chatweb.store.thumbnails import PROGRAM
from tests.pictures import bomb

KIBI = 1024
# A process begins with the peak of the one that it was forked from: this one is small, the one of all tests is not.
MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(f"\\n{process.returncode} {usage.ru_maxrss}", end="", file=sys.stderr)
"""


def run(program, picture, thumbnail):
    """What it answered and said, its exit code, and the most memory that it took (MiB)."""
    command = [sys.executable, "-I", "-c", MEASURED, sys.executable, "-I", program, picture, thumbnail, "320"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    said, _, measured = done.stderr.rpartition("\n")
    code, peak = measured.split()
    return Done(int(code), done.stdout, said, int(peak) // KIBI)


@dataclass(frozen=True, slots=True)
class Done:
    returncode: int
    stdout: str
    stderr: str
    peak: int


def test_a_webp_of_34_bytes_does_not_cost_a_gigabyte(tmp_path):
    picture = tmp_path / "bom.webp"
    picture.write_bytes(bomb())
    assert len(bomb()) == 34

    done = run(PROGRAM, picture, tmp_path / "small.webp")

    assert done.returncode != 0
    assert not (tmp_path / "small.webp").exists()
    assert done.peak < 300  # MiB; Pillow alone takes 2.7 GiB


def test_a_decoder_that_wants_more_than_its_share_gets_none(tmp_path):
    """The same picture where nobody looks at its size first: the limits hold by themselves."""
    picture = tmp_path / "bom.webp"
    picture.write_bytes(bomb())
    program = PROGRAM.read_text("utf-8").replace("PIXELS = 50_000_000", "PIXELS = 10**12")
    assert "10**12" in program, "for this test to mean anything"
    (tmp_path / "program.py").write_text(program, "utf-8")

    done = run(tmp_path / "program.py", picture, tmp_path / "small.webp")

    assert done.returncode != 0
    assert "could not create decoder object" in done.stderr or "MemoryError" in done.stderr


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "HEIF"])
def test_six_forms_of_pictures_have_a_small_one(tmp_path, form):
    pillow_heif.register_heif_opener()
    picture = tmp_path / "picture"
    Image.new("RGB", (640, 480), "teal").save(picture, form)

    done = run(PROGRAM, picture, tmp_path / "small.webp")

    assert (done.returncode, done.stdout) == (0, "640 480\n")
    with Image.open(tmp_path / "small.webp") as small:
        assert (small.format, small.size) == ("WEBP", (320, 240))


@pytest.mark.parametrize("form", ["TIFF", "ICO", "PPM", "TGA"])
def test_no_further_decoder_is_ever_tried(tmp_path, form):
    picture = tmp_path / "picture"
    Image.new("RGB", (64, 48), "teal").save(picture, form)

    done = run(PROGRAM, picture, tmp_path / "small.webp")

    assert done.returncode != 0
    assert "UnidentifiedImageError" in done.stderr
