"""The operators' desk: every part of it behind the one door."""

from flask import Blueprint

from provider.admin import (
    client,
    client_editing,
    clients,
    events,
    grants,
    health,
    new_person,
    overview,
    people,
    person,
    person_ends,
    person_link,
    signing_keys,
)
from provider.admin.operator import admit
from provider.admin.places import BLUEPRINT

PARTS = (
    overview.blueprint,
    clients.blueprint,
    client.blueprint,
    client_editing.blueprint,
    people.blueprint,
    new_person.blueprint,
    person.blueprint,
    person_ends.blueprint,
    person_link.blueprint,
    grants.blueprint,
    signing_keys.blueprint,
    events.blueprint,
    health.blueprint,
)

blueprint = Blueprint(BLUEPRINT, __name__)
blueprint.before_request(admit)
for part in PARTS:
    blueprint.register_blueprint(part)
