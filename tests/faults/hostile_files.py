"""Files that were made to hurt, sent by several people at once while two members talk: a clear refusal, or harmless for ever.

    python -m tests.faults.hostile_files --count 100000 --seed 1

Names that climb, double endings, polyglots, bombs of pixels and of packed text, sound files with some bytes turned or cut
off, forms and lengths that lie. The same seed makes the same files.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import socket
import struct
import sys
import tempfile
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil
import requests
from PIL import Image

from tests.faults.talk import Talk
from tests.pictures import bomb, lying_png, picture, png_chunk
from tests.server import Server
from tests.wire import begin_sessions

PEOPLE = 5
PATIENCE = 60  # seconds for an answer
FORMS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "HEIF")
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm"}
SHOWN |= {"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "application/octet-stream"}
SCRIPT = b"<script>alert(document.domain)</script>"
CALM = 2.0  # seconds
FAULTS_TOLD = 20
OPEN_END = len(b"-\r\n")  # that a form lacks at least, to be cut off: the line break after its last boundary is nobody's

NAMES = [
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/shadow",
    "C:\\boot.ini",
    "foto.jpg.exe",
    "foto.php.png",
    "halaman.html",
    "gambar.svg",
    "CON",
    "nul.txt",
    "a" * 5000 + ".txt",
    "\u202egnp.exe",
    "\u200b\u200b",
    ".htaccess",
    "x; filename=y.html",
    "a%00.html",
    "日本.png",
    "\U0001f600" * 300,
    "a\tb",
    "' OR 1=1 --",
    "{{7*7}}",
    "<b>.txt",
]


@dataclass(frozen=True, slots=True)
class Case:
    """A whole body, and whether it is a form with one file, which may be kept."""

    kind: str
    body: bytes
    content: bytes | None = None
    length: int | None = None  # where it is not that of the body
    type: str = "multipart/form-data; boundary=batas"


# What is sent


def case(dice: random.Random) -> Case:
    """One hostile file."""
    kind = dice.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
    return KINDS[kind][1](kind, dice)


def _form(kind: str, content: bytes, name: str, **more: int) -> Case:
    plain = name.replace('"', "%22").replace("\r", "").replace("\n", "")
    head = f'--batas\r\nContent-Disposition: form-data; name="file"; filename="{plain}"\r\n\r\n'.encode()
    return Case(kind, head + content + b"\r\n--batas--\r\n", content, **more)


@cache
def sound() -> dict[str, bytes]:
    """A file of each kind that is decoded, with EXIF where there can be some, and some that are not."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 34.5)
    made = {form: picture((96, 64), form, **({"exif": exif} if form not in {"GIF", "BMP"} else {})) for form in FORMS}
    made["MP4"] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08mdat" + bytes(200)
    made["WEBM"] = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(200)
    made["OGG"] = b"OggS" + bytes(200)
    made["WAV"] = b"RIFF\xf0\0\0\0WAVEfmt " + bytes(200)
    return made


def _mutated(kind: str, dice: random.Random) -> Case:
    content = bytearray(dice.choice(list(sound().values())))
    for _ in range(dice.randint(1, 12)):
        content[dice.randrange(min(len(content), 600))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
    return _form(kind, bytes(content), "foto.jpg")


def _cut(kind: str, dice: random.Random) -> Case:
    content = dice.choice(list(sound().values()))
    return _form(kind, content[: dice.randint(1, len(content) - 1)], "foto.png")


def _named(kind: str, dice: random.Random) -> Case:
    return _form(kind, b"isi " + dice.randbytes(8), dice.choice(NAMES))


def _polyglot(kind: str, dice: random.Random) -> Case:
    content = dice.choice(list(sound().values()))
    made = dice.choice(
        [
            content + SCRIPT,
            SCRIPT + content,
            b"GIF89a/*" + content + b"*/=1;alert(1)//",
            content[:20] + b"<html>" + SCRIPT + content[20:],
            b"%PDF-1.7\n" + content,
            b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            content + b"PK\x05\x06" + bytes(18),
            b"#!/bin/sh\nrm -rf /\n",
            b"MZ" + content,
        ]
    )
    return _form(kind, made, dice.choice(NAMES))


def _bomb(kind: str, dice: random.Random) -> Case:
    side = dice.choice((5000, 7071, 13376, 16383))
    packed = zlib.compress(bytes(2_000_000), 9)
    gif = bytearray(sound()["GIF"])
    gif[6:10] = struct.pack("<HH", side, side)
    bmp = bytearray(sound()["BMP"])
    bmp[18:26] = struct.pack("<ii", side, -side)
    png = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    made = dice.choice(
        [
            bomb(min(side, 16383)),
            lying_png(side, side),
            lying_png(2**31 - 1, 2**31 - 1),
            bytes(gif),
            bytes(bmp),
            png + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b""),
            png + png_chunk(b"zTXt", b"Raw profile type exif\0\0" + packed) * 5 + png_chunk(b"IEND", b""),
            png + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed) * 5,
            sound()["JPEG"][:2] + b"\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0\xff\xff" * 500,
        ]
    )
    return _form(kind, made, "bom.png")


def _bad_form(kind: str, dice: random.Random) -> Case:
    good = _form(kind, b"isi", "a.txt").body
    made = dice.choice(
        [
            b"",
            b"--batas--\r\n",
            good[: dice.randint(1, len(good) - OPEN_END)],
            good.replace(b'name="file"', b'name="lain"'),
            good.replace(b"isi", b""),
            good.replace(b"\r\n--batas--\r\n", b"\r\n") + good,
            b"--batas\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n" + good,
            b"--batas\r\nContent-Disposition: form-data; name=original\r\n\r\n" + b"1" * 50_000 + b"\r\n" + good,
            dice.randbytes(500),
        ]
    )
    kinds = ["multipart/form-data; boundary=batas", "multipart/form-data", "text/plain", "multipart/form-data; boundary=" + "x" * 300]
    return Case(kind, made, type=dice.choice(kinds) if dice.random() < 0.4 else kinds[0])


def _bad_length(kind: str, dice: random.Random) -> Case:
    """Shorter than the body, longer, or past every limit; what does not come is not waited for."""
    whole = _form(kind, b"isi" * 100, "a.txt")
    length = dice.choice((dice.randint(1, len(whole.body) - OPEN_END), len(whole.body) + dice.randint(1, 1000), 10**9, 10**15))
    return Case(kind, whole.body, length=length)


Make = Callable[[str, random.Random], Case]
KINDS: dict[str, tuple[int, Make]] = {
    "bytes turned": (30, _mutated),
    "cut off": (12, _cut),
    "names": (14, _named),
    "polyglots": (16, _polyglot),
    "bombs": (12, _bomb),
    "broken forms": (10, _bad_form),
    "lengths that lie": (6, _bad_length),
}


# Sending


@dataclass(slots=True)
class Outcome:
    """What came of it. ``faults``: sentences."""

    sent: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.sent += other.sent
        self.answers += other.answers
        self.faults += other.faults


def attack(port: int, token: str, seed: str, count: int) -> Outcome:
    """Send ``count`` files as one person; in a process of its own."""
    os.nice(19 - os.nice(0))  # the server's time is looked at, not ours
    dice, outcome = random.Random(seed), Outcome()
    http = requests.Session()
    http.trust_env = False
    http.headers["Authorization"] = f"Bearer {token}"
    with warnings.catch_warnings(), http:
        warnings.simplefilter("ignore")
        for number in range(count):
            one = case(dice)
            outcome.sent[one.kind] += 1
            try:
                status = _send(port, token, http, one)
            except (OSError, AssertionError) as error:
                outcome.faults.append(f"{one.kind}, file {number} of seed {seed!r}: {error!r}")
            else:
                outcome.answers[status] += 1
    return outcome


def _send(port: int, token: str, http: requests.Session, one: Case) -> int:
    if one.length is not None:
        return _send_lie(port, token, one)
    reply = http.post(f"http://127.0.0.1:{port}/api/attachments", data=one.body, headers={"Content-Type": one.type}, timeout=PATIENCE)
    if reply.status_code != 201:
        assert reply.status_code in {400, 413, 415, 422}, f"{reply.status_code} {reply.text[:200]}"
        assert reply.json()["code"] in {"invalid", "too_large", "unsupported_media_type"}, reply.text
        assert reply.json()["detail"], reply.text
        return reply.status_code
    assert one.content is not None, f"kept: {reply.text}"
    _check_kept(port, http, reply.json(), one.content)
    return 201


def _check_kept(port: int, http: requests.Session, kept: dict[str, object], content: bytes) -> None:
    """It comes out as it went in, but for a position, and nothing takes it for more than it is."""
    reply = http.get(f"http://127.0.0.1:{port}{kept['url']}", timeout=PATIENCE)
    headers = reply.headers
    assert reply.status_code == 200, reply.status_code
    assert len(reply.content) == len(content), "another length"
    assert headers["Content-Type"] in SHOWN, headers["Content-Type"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    place = headers["Content-Disposition"].partition(";")[0]
    assert place == ("attachment" if headers["Content-Type"] == "application/octet-stream" else "inline"), place
    name = str(kept["name"])
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|\r\n\0\u202e\u200b'), name


def _send_lie(port: int, token: str, one: Case) -> int:
    head = (
        f"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {one.type}\r\nContent-Length: {one.length}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as raw:
        with contextlib.suppress(ConnectionError):  # it is refused before all of it was sent
            raw.sendall(head.encode() + one.body)
            raw.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            reply = raw.recv(4096)
            assert not reply or reply.split(b" ", 2)[1] in {b"400", b"408", b"413", b"422"}, reply[:200]
            return int(reply.split(b" ", 2)[1]) if reply else 0
    return 0


# What comes of it


@dataclass(slots=True)
class Report:
    """``calm`` and ``beside``: how long the members waited (ms: p50, p99, longest); ``more`` and ``left``: bytes of memory and disk."""

    outcome: Outcome
    seconds: float
    calm: tuple[float, float, float]
    beside: tuple[float, float, float]
    talked: int
    more: int
    left: list[str]

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{sum(self.outcome.sent.values())} files in {self.seconds:.0f} s: {dict(self.outcome.sent)}",
                f"answers: {dict(sorted(self.outcome.answers.items()))}; memory {self.more / 1024**2:+.1f} MiB; left: {len(self.left)}",
                "members, calm:   p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms".format(*self.calm),
                "members, beside: p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms".format(*self.beside) + f" ({self.talked} messages)",
                *self.outcome.faults[:FAULTS_TOLD],
                f"{len(self.outcome.faults)} faults",
            ]
        )


def run(server: Server, *, count: int, seed: str, jobs: int = PEOPLE, calm: float = CALM) -> Report:
    """Attack a server that runs while two members talk."""
    tokens = [token for _person, token in begin_sessions(server.port, [f"Pengirim {number}" for number in range(jobs)])]
    process = psutil.Process(server.pid)
    talk = Talk(server.port)
    outcome = Outcome()
    try:
        with multiprocessing.get_context("spawn").Pool(jobs) as pool:
            shares = [(server.port, token, f"{seed} {job}", -(-count // jobs)) for job, token in enumerate(tokens)]
            pool.starmap(attack, [(*share[:3], 2) for share in shares])  # the processes are there, the server is warm
            before, memory = talk.listen(calm), process.memory_info().rss
            began = time.monotonic()
            attacks = pool.starmap_async(attack, shares)
            beside = talk.listen_until(attacks.ready)
            seconds = time.monotonic() - began
            for one in attacks.get():
                outcome.add(one)
        outcome.faults += talk.faults()
        said = talk.said
    finally:
        talk.hang_up()
    assert process.is_running()
    outcome.faults += [line for line in server.log.splitlines() if "Traceback" in line or "Fault" in line]
    return Report(outcome, seconds, before, beside, said, process.memory_info().rss - memory, list(_left(server.folder / "uploads")))


def _left(uploads: Path) -> Iterator[str]:
    """What is neither a file under its hash nor its small picture, once nothing is on its way any more."""
    until = time.monotonic() + PATIENCE
    while any((uploads / "incoming").iterdir()) and time.monotonic() < until:
        time.sleep(0.05)  # the server lets go of what broke off when it notices
    for path in uploads.rglob("*"):
        small = path.parent.parent == uploads / "thumbnails" and len(path.name) == 64 + len(".webp")
        if path.is_file() and not small and not (path.parent.parent == uploads and len(path.name) == 64) and path.name != "backup.lock":
            yield str(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(2**31)))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), limits="off", person_quota="100G", quota="100G").start()
        try:
            report = run(server, count=options.count, seed=options.seed)
        finally:
            server.stop()
    print(report)
    return 1 if report.outcome.faults or report.left else 0


if __name__ == "__main__":
    sys.exit(main())
