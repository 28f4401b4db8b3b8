"""What a person sees of the authorization details that they allowed, and takes back."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, hidden_fields, redeem, refresh
from tests.journeys.authorization_details.payment import DETAILS, PAYMENT
from validators.client import Client

pytestmark = pytest.mark.journey


def test_a_person_sees_each_grant_and_takes_one_back(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """Grant management: one payment ends, the other and the sign-in stay; nobody ends another's."""
    asked = [json.dumps([PAYMENT | {"creditor": who}]) for who in ("Baker", "Butcher")]
    codes = [
        signed_in.code_for(client[0], scope="openid offline_access", authorization_details=details)
        for details in asked
    ]
    tokens = [redeem(http, *client, code).get_json()["refresh_token"] for code in codes]
    page = http.get("/account")
    assert "Baker" in page.text
    assert "Butcher" in page.text
    newest_first = [part.split('"')[0] for part in page.text.split('name="permission" value="')[1:]]
    fields = {"csrf_token": hidden_fields(page)["csrf_token"]}
    assert http.post("/account/permissions/end", data=fields | {"permission": "AAAA"}).status_code == 404

    for permission in newest_first:
        shown = http.get("/account").text.split(f'id="permission-{permission}"')[1].split("</ul>")[0]
        if "Baker" in shown:
            ended = http.post("/account/permissions/end", data=fields | {"permission": permission})

    assert ended.status_code == 303
    page = http.get("/account")
    assert "Baker" not in page.text
    assert "Butcher" in page.text
    assert refresh(http, *client, tokens[0]).status_code == 400
    assert refresh(http, *client, tokens[1]).status_code == 200


def test_a_permission_ends_with_the_sign_in_it_was_given_in(
    app: Flask, http: FlaskClient, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """Without ``offline_access`` nothing outlives it; the same client in another browser stays."""
    code = signed_in.code_for(client[0], authorization_details=DETAILS)
    assert redeem(http, *client, code).status_code == 200
    elsewhere = Browser(app.test_client())
    elsewhere.sign_in(elsewhere.http.get("/login"))
    elsewhere.code_for(client[0])
    page = elsewhere.http.get("/account")
    assert "Merchant" in page.text

    elsewhere.http.post("/account/sessions/end", data=hidden_fields(page))  # the other one comes last

    left = elsewhere.http.get("/account").text
    assert "Merchant" not in left
    assert client[0].client_name in left
