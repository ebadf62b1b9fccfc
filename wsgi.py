"""``python wsgi.py`` starts chatweb with the settings of the environment, as ``chatweb run`` does."""

from chatweb.__main__ import main

if __name__ == "__main__":
    main(["run"], prog_name="chatweb")
