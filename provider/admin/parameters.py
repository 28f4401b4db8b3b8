"""What the operators' pages take in a query and in a form, by the name of the view."""

_CLIENT, _PERSON, _KEY = ("client_id",), ("sub",), ("alg", "when")
_COMMON = ("client_name", "redirect_uris", "grant_types", "scope")
_NOTHING: tuple[str, ...] = ()

FORMS = {
    "admin.client.rotate_secret": _NOTHING,
    "admin.client.end": _NOTHING,
    "admin.client_editing.create": (*_COMMON, "kind"),
    "admin.client_editing.create_by_document": ("document",),
    "admin.client_editing.change": _COMMON,
    "admin.client_editing.change_document": ("document",),
    "admin.new_person.create": ("name", "email", "claims", "password", "decision"),
    "admin.person.decide": ("decision", "session", "client_id"),
    "admin.person_ends.shut_out": _NOTHING,
    "admin.person_ends.remove": _NOTHING,
    "admin.person_ends.make_operator": _NOTHING,
    "admin.person_ends.remove_operator": _NOTHING,
    "admin.person_link.make_link": _NOTHING,
    "admin.grants.revoke": ("grant",),
    "admin.signing_keys.rotate": _NOTHING,
}
QUERIES = {
    "admin.clients.clients": ("q", "after"),
    "admin.people.people": ("q", "after"),
    "admin.grants.grants": ("person", "client_id", "after"),
    "admin.grants.revoke": ("person", "client_id", "after"),
    "admin.events.events": ("event", "person", "client_id", "since", "until", "after"),
    **dict.fromkeys(("admin.client.client", "admin.client.secret", "admin.client.rotate_secret"), _CLIENT),
    **dict.fromkeys(("admin.client.delete", "admin.client.end"), _CLIENT),
    **dict.fromkeys(("admin.client_editing.edit", "admin.client_editing.change"), _CLIENT),
    **dict.fromkeys(("admin.client_editing.document", "admin.client_editing.change_document"), _CLIENT),
    **dict.fromkeys(("admin.person.person", "admin.person.decide"), _PERSON),
    **dict.fromkeys(("admin.person_ends.disable", "admin.person_ends.shut_out"), _PERSON),
    **dict.fromkeys(("admin.person_ends.delete", "admin.person_ends.remove"), _PERSON),
    **dict.fromkeys(("admin.person_ends.operator_role", "admin.person_ends.make_operator"), _PERSON),
    **dict.fromkeys(("admin.person_ends.end_of_role", "admin.person_ends.remove_operator"), _PERSON),
    **dict.fromkeys(("admin.person_link.link", "admin.person_link.make_link"), _PERSON),
    **dict.fromkeys(("admin.signing_keys.rotation", "admin.signing_keys.rotate"), _KEY),
}
