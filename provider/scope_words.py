"""What each scope means, in the words of the consent page."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

_WORDS = {
    "openid": _("Recognise you whenever you sign in"),
    "profile": _(
        "See your profile: your name and, where given, picture, birthday, gender, language and the like"
    ),
    "email": _("See your e-mail address"),
    "address": _("See your postal address"),
    "phone": _("See your telephone number"),
    "offline_access": _("Keep this access while you are away, until it is taken back"),
}


def describe_scope(name: str, given: str | None = None) -> str:
    """Return what a client may do with the scope ``name``, in the language of the current page.

    Args:
        name: one scope value (RFC 6749 §3.3).
        given: the operator's own words for it; they count where Paper has none.
    """
    if name in _WORDS:
        return str(_WORDS[name])
    return given or gettext("Use “%(name)s”", name=name)
