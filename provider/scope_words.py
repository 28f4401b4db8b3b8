"""What each scope means, in the words of the consent page."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from provider.wiring import services

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


def describe_scope(name: str) -> str:
    """Return what a client may do with the scope ``name``, in the language of the current page.

    For a scope that the operator defined their own words count, or else the names of its claims are told.

    Args:
        name: one scope value (RFC 6749 §3.3).
    """
    if name in _WORDS:
        return str(_WORDS[name])
    custom = services().custom_scopes.get(name)
    if custom is None or not (custom.description or custom.claims):
        return str(gettext("Use “%(name)s”", name=name))
    by_claims = gettext("See what is kept about you as %(claims)s", claims=", ".join(custom.claims))
    return custom.description or str(by_claims)
