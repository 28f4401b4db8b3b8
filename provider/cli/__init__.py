"""The flask command: one file per group."""

from flask import Flask

from provider.cli.authorization_type import authorization_type_cli
from provider.cli.client import client_cli
from provider.cli.db import db_cli
from provider.cli.grants import grants_cli
from provider.cli.keys import keys_cli
from provider.cli.logout import logout_cli
from provider.cli.master_key import master_key_cli
from provider.cli.registration_token import registration_token_cli
from provider.cli.resource import resource_cli
from provider.cli.scope import scope_cli
from provider.cli.trusted_issuer import trusted_issuer_cli
from provider.cli.user import user_cli

GROUPS = (
    db_cli,
    client_cli,
    user_cli,
    keys_cli,
    master_key_cli,
    grants_cli,
    logout_cli,
    registration_token_cli,
    resource_cli,
    scope_cli,
    authorization_type_cli,
    trusted_issuer_cli,
)


def register_commands(app: Flask) -> None:
    """Add every group to ``flask``."""
    for group in GROUPS:
        app.cli.add_command(group)
