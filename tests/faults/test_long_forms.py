"""`make soak` names what there is, with options that it has."""

import importlib.util
from pathlib import Path

import pytest

from tests.faults.long_forms import FORMS


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("scale", [0.01, 1])
def test_a_long_form_is_there_and_knows_its_options(name, scale):
    spec = importlib.util.find_spec(FORMS[name].module)
    source = Path(spec.origin).read_text("utf-8")

    command = FORMS[name].command(scale, 7)

    assert '__name__ == "__main__"' in source
    assert [option for option in command if option.startswith("--") and f'"{option}"' not in source] == []


def test_a_tenth_is_a_tenth():
    assert FORMS["catch-up"].command(0.1, 7)[5:7] == ["--sequences", "10000"]
