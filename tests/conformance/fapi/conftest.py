"""A provider under PAPER_PROFILE, and the relying parties of each variant of a plan."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from tests.certificates import Pair, make_authority
from tests.conformance.fapi.relying_party import (
    CERTIFICATE_HEADER,
    DPOP,
    MTLS,
    PRIVATE_KEY_JWT,
    TLS_CLIENT_AUTH,
    RelyingParty,
    Variant,
)
from tests.conformance.op import Provider, running
from tests.databases import SQLiteTemplate

MakeParty = Callable[..., RelyingParty]
KEY_DPOP, KEY_MTLS = Variant(PRIVATE_KEY_JWT, DPOP), Variant(PRIVATE_KEY_JWT, MTLS)
TLS_DPOP, TLS_MTLS = Variant(TLS_CLIENT_AUTH, DPOP), Variant(TLS_CLIENT_AUTH, MTLS)
EVERY = (KEY_DPOP, KEY_MTLS, TLS_DPOP, TLS_MTLS)
BOTH_BINDINGS = (KEY_DPOP, TLS_MTLS)


def runs(*variants: Variant) -> pytest.MarkDecorator:
    """Run a module once for each variant; without this mark it is private_key_jwt with DPoP."""
    names = [f"{variant.auth}, {variant.binding}" for variant in variants]
    return pytest.mark.parametrize("variant", variants, ids=names)


@pytest.fixture
def variant() -> Variant:
    return KEY_DPOP


@pytest.fixture(scope="package")
def authority() -> Pair:
    return make_authority()


@pytest.fixture(scope="module")
def op(
    request: pytest.FixtureRequest,
    sqlite_template: SQLiteTemplate,
    master_keys: MasterKeys,
    first_keys: list[KeyRecord],
    catalogs: None,
    authority: Pair,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Provider]:
    """A provider behind a proxy, with the profile that the module names as ``PROFILE``."""
    bundle = tmp_path_factory.mktemp("fapi") / "clients.pem"
    bundle.write_text(authority.pem)
    settings: dict[str, Any] = {
        "profile": request.module.PROFILE,
        "trusted_proxies": (ip_network("127.0.0.0/8"),),
        "client_cert_header": CERTIFICATE_HEADER,
        "client_ca_bundle": bundle,
    }
    with sqlite_template.copy() as url, running(url, master_keys, first_keys, **settings) as provider:
        yield provider


@pytest.fixture
def make_party(op: Provider, variant: Variant, authority: Pair) -> MakeParty:
    """Register one more client of the variant."""
    return lambda **metadata: RelyingParty(op, variant, authority, **metadata)


@pytest.fixture
def rp(make_party: MakeParty) -> RelyingParty:
    """The first client."""
    return make_party()


@pytest.fixture
def other(make_party: MakeParty) -> RelyingParty:
    """The second client, with keys of its own."""
    return make_party()
