"""Which browser on which system, in plain words, from what a browser says of itself."""

from collections.abc import Iterable

from flask_babel import gettext

# The first that is found counts: most browsers also name those that they descend from.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("Opera", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("Whale/", "Whale"), ("Vivaldi", "Vivaldi"), ("YaBrowser", "Yandex Browser")),
    *(("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chromium")),
    *(("Chromium", "Chromium"), ("Chrome", "Chrome"), ("Epiphany", "GNOME Web"), ("Safari", "Safari")),
    *(("MSIE", "Internet Explorer"), ("Trident/", "Internet Explorer"), ("curl/", "curl")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS")),
    *(("Windows", "Windows"), ("Macintosh", "macOS"), ("FreeBSD", "FreeBSD"), ("Linux", "Linux")),
)


def describe_device(user_agent: str) -> str:
    """Return words of ours for a User-Agent (RFC 9110 §10.1.5), in the language of the current page."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return str(gettext("%(browser)s on %(system)s", browser=browser, system=system))
    if system:
        return str(gettext("A browser on %(system)s", system=system))
    return browser or str(gettext("An unknown browser"))


def _first(names: Iterable[tuple[str, str]], user_agent: str) -> str | None:
    return next((name for part, name in names if part in user_agent), None)
