"""Sentences for people, in their language, from the catalogs that are made of ``locales/strings.json``."""

import json
from collections.abc import Mapping
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale, gettext

from chatweb.chat.errors import ChatError

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("id", "en")
COOKIE = "locale"
_OLD_CODES = {"in": "id"}  # what older Androids call Bahasa Indonesia


class Wording:
    """Looks sentences up by key: in the language of the request at hand, or in a given one."""

    def __init__(self, app: Flask, default: str) -> None:
        self._default = default
        app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(LOCALES)
        app.config["BABEL_DEFAULT_LOCALE"] = default
        Babel(app, locale_selector=self.choose)
        self._catalogs: dict[str, NullTranslations] = {lang: Translations.load(str(LOCALES), [lang]) for lang in LANGUAGES}
        strings = json.loads((LOCALES / "strings.json").read_text("utf-8"))
        self.tables = {lang: {key: words[lang] for key, words in strings.items()} for lang in LANGUAGES}

    def choose(self) -> str:
        """The language of the request at hand: the switch, else the browser's, else the default."""
        if not has_request_context():
            return self._default
        chosen = request.cookies.get(COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        for accepted in request.accept_languages.values():  # the best first; a country after it makes no difference
            language = accepted.partition("-")[0].lower()
            language = _OLD_CODES.get(language, language)
            if language in LANGUAGES:
                return language
        return self._default

    @property
    def language(self) -> str:
        """The language of the request at hand."""
        return str(get_locale() or self._default)

    def say(self, key: str, **params: object) -> str:
        """The sentence of ``key`` for the request at hand."""
        return _fill(gettext(key), params)

    def say_in(self, language: str, key: str, **params: object) -> str:
        """The sentence of ``key`` in ``language``."""
        return _fill(self._catalogs[language].ugettext(key), params)

    def explain(self, error: ChatError) -> str:
        """What is wrong, in one plain sentence."""
        return self.say(error.wording, **_params(error)).replace("  ", " ")

    def explain_in(self, language: str, error: ChatError) -> str:
        """What is wrong, in one plain sentence in ``language``."""
        return self.say_in(language, error.wording, **_params(error)).replace("  ", " ")


def _params(error: ChatError) -> dict[str, object]:
    return {**error.params, "field": error.field or ""}


def _fill(sentence: str, params: Mapping[str, object]) -> str:
    for name, value in params.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence
