"""Two ways in: ``python wsgi.py`` starts chatweb as ``chatweb run`` does, ``wsgi:app`` is for gunicorn.

``gunicorn -c deploy/gunicorn.conf.py wsgi:app``
"""

import os

from chatweb.__main__ import main
from chatweb.app import Chatweb, create_app
from chatweb.config import load_settings
from chatweb.serving import begin_log

TAKE_OVER_SECONDS = 20  # in which the worker before this one must have let the instance go (SIGHUP)


def __getattr__(name: str) -> Chatweb:
    """``app`` is made when gunicorn's worker asks for it, not when this file is read."""
    if name != "app":
        raise AttributeError(name)
    settings = load_settings(os.environ)
    begin_log(settings)
    app = create_app(settings, port=lambda: settings.port, patience=TAKE_OVER_SECONDS)
    app.begin()
    return app


if __name__ == "__main__":
    main(["run"], prog_name="chatweb")
