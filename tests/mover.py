"""Somebody who sends a file of 100 MiB and fetches it, again and again: ``python -m tests.mover URL``; beside ``tests.load``."""

import itertools
import sys
import time

from tests.people import Person

SIZE = 100 * 1024**2  # bytes
BOUNDARY = "pindah"
PIECE = 256 * 1024


def form():
    """A form with the file in it, in pieces, so that this process stays small too."""
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="besar.bin"\r\n\r\n'.encode()
    yield from itertools.repeat(bytes(PIECE), SIZE // PIECE)
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


class Body:
    """The form with its length, as the contract wants it."""

    def __init__(self):
        self._pieces = form()

    def __len__(self):
        return sum(len(piece) for piece in form())

    def __iter__(self):
        return self._pieces


def main(url):
    person = Person(url)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    while True:
        began = time.monotonic()
        sent = person.http.post(f"{url}/api/attachments", data=Body(), headers=headers, timeout=300)
        assert sent.status_code == 201, sent.text
        uploaded = time.monotonic()
        with person.http.get(url + sent.json()["url"], stream=True, timeout=300) as reply:
            size = sum(len(piece) for piece in reply.iter_content(PIECE))
        assert size == SIZE
        print(f"up {uploaded - began:.1f} s, down {time.monotonic() - uploaded:.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
