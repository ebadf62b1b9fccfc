"""The page's scripts as they travel: without the comments that fill whole lines, a quarter of their weight.

They are written for people who read them and need no build step; what a browser gets is the same program.
"""

import re

# A comment from the beginning of a line to the end of a line. None of our template literals has a line like that:
# tests/page/scripts.test.js compares each script, parsed, with and without them.
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)(?:\n|\Z)", re.MULTILINE | re.DOTALL)


def without_comments(script: str) -> str:
    """A script without the comments that fill whole lines."""
    return _COMMENT.sub("", script)
