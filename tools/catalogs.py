"""Makes the Flask-Babel catalogs of ``chatweb/locales/strings.json``; ``make catalogs`` runs it, a test compares."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

LOCALES = Path(__file__).parent.parent / "chatweb" / "locales"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def catalogs() -> dict[Path, bytes]:
    """Each file of the catalogs with what it should hold."""
    strings = json.loads((LOCALES / "strings.json").read_text("utf-8"))
    files = {}
    for language in ("id", "en"):
        # A fixed date, so that the same words make the same bytes.
        catalog = Catalog(locale=language, project="chatweb", charset="utf-8", fuzzy=False, creation_date=EPOCH, revision_date=EPOCH)
        for key, words in sorted(strings.items()):
            catalog.add(key, words[language])
        po, mo = io.BytesIO(), io.BytesIO()
        write_po(po, catalog, width=0)
        write_mo(mo, catalog)
        folder = LOCALES / language / "LC_MESSAGES"
        files[folder / "messages.po"] = po.getvalue()
        files[folder / "messages.mo"] = mo.getvalue()
    return files


if __name__ == "__main__":
    for path, content in catalogs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(LOCALES))
