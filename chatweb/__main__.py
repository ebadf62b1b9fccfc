"""``python -m chatweb``: the standard library is made green before anything else is imported."""

from chatweb import serving

serving.patch()

from chatweb.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
