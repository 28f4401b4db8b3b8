"""A day at a provider over real HTTP and by commands, and every secret that somebody had to keep on it."""

import json
import re
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from keys import master_key_file
from keys.sealed import Sealer
from provider.sealed_values import DIGEST_KEY, SEALED_VALUE, secret_value
from provider.setting_kinds import CHECKOUT
from provider.settings import Settings
from provider.wiring import Services
from tests.builders import PASSWORD, REDIRECT_URI
from tests.live import LiveProvider
from tests.person import Person, forms_of
from validators.client_assertions import ASSERTION_TYPE
from validators.device_codes import GRANT_TYPE as DEVICE_CODE

BOBS, EVES, WRONG = "bob's own choice of words", "eve's, read from a pipe", "a wrong password of hers"
PASSPHRASE = "what seals the backup of the day"
TOKENS = ("access_token", "refresh_token", "id_token", "device_code", "user_code", "client_secret")
SECONDS = 60


class Story:
    """What is done at ``provider``, a running one with Ada.

    Attributes:
        secrets: by name, text or bytes.
        refusals: the bodies of the answers to what went wrong.
    """

    def __init__(self, provider: LiveProvider, setup_token: str) -> None:
        self.provider = provider
        self.secrets: dict[str, str | bytes] = {
            "password": PASSWORD,
            "bob's": BOBS,
            "eve's": EVES,
            "wrong": WRONG,
            "passphrase": PASSPHRASE,
            "setup token": setup_token,
        }
        self.refusals: list[bytes] = []
        self._ada = Person()

    def run(self) -> None:
        """Do all of it."""
        client = self._registered()
        self._code_flow(client)
        self._device(client)
        self._people()
        self._refused_links()
        self._keep_keys()

    def keep(self, name: str, answer: dict[str, Any]) -> dict[str, Any]:
        """Remember the secrets of an answer; return it."""
        for kind in (*TOKENS, "registration_access_token", "token"):
            if kind in answer:
                self.secrets[f"{name} {kind}"] = answer[kind]
        return answer

    def refused(self, method: str, path: str, **sent: Any) -> None:
        """Send what is not to succeed."""
        answer = requests.request(
            method, self.provider.issuer + path, timeout=SECONDS, allow_redirects=False, **sent
        )
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)
        self.refusals.append(answer.content)

    def post(self, path: str, **form: Any) -> dict[str, Any]:
        """Send a form that is to succeed; return the JSON of the answer."""
        answer = requests.post(self.provider.issuer + path, data=form, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def _registered(self) -> dict[str, str]:
        """Return the credentials of a client; others are registered by a token, and get a new secret."""
        metadata = {"token_endpoint_auth_method": "client_secret_post"}
        grants = ["authorization_code", "refresh_token", DEVICE_CODE]
        own = self.keep("client", self.provider.register(**metadata, grant_types=grants))
        self.keep("readable", self.provider.register(token_endpoint_auth_method="client_secret_jwt"))
        turned = self.keep("turned", self.provider.register())
        told = json.loads(self.provider.flask("client", "rotate-secret", turned["client_id"]))
        self.keep("turned anew", told)
        initial = self.keep("initial", json.loads(self.provider.flask("registration-token", "create")))
        bearer = {"Authorization": f"Bearer {initial['token']}"}
        document = {"redirect_uris": [REDIRECT_URI]}
        answer = requests.post(
            f"{self.provider.issuer}/register", json=document, headers=bearer, timeout=SECONDS
        )
        assert answer.status_code == 201, answer.text
        self.keep("strange", answer.json())
        self.refused("POST", "/register", json={"redirect_uris": ["no"]}, headers=bearer)
        self.refused(
            "POST", "/register", json=document, headers={"Authorization": bearer["Authorization"] + "x"}
        )
        return {"client_id": own["client_id"], "client_secret": own["client_secret"]}

    def _code_flow(self, client: dict[str, str]) -> None:
        asked = {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": REDIRECT_URI,
            "scope": "openid offline_access",
            "prompt": "consent",
        }
        location = self._ada.authorize(f"{self.provider.issuer}/authorize?{urlencode(asked)}", REDIRECT_URI)
        code = parse_qs(urlsplit(location).query)["code"][0]
        form = client | {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        first = self.keep("first", self.post("/token", **form))
        renew = client | {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = self.keep("second", self.post("/token", **renew))
        self.post("/introspect", **client, token=second["access_token"])
        self.refused("POST", "/token", data=form)  # a replay, which ends the grant
        self.refused("POST", "/token", data=renew)
        self.refused("POST", "/token", data=form | {"client_secret": client["client_secret"] + "x"})
        self.refused("GET", "/userinfo", headers={"Authorization": f"Bearer {second['access_token']}"})
        self.refused("GET", "/nowhere", params={"code": code, "token": second["access_token"]})
        self.refused("PUT", "/token", data=form)
        self.refused("GET", "/authorize", params=asked | {"redirect_uri": "https://x.example", "code": code})
        proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": first["id_token"]}
        self.refused("POST", "/token", data={"grant_type": "client_credentials"} | proof)
        self.secrets["code"] = code

    def _device(self, client: dict[str, str]) -> None:
        codes = self.keep("device", self.post("/device_authorization", **client, scope="openid"))
        self.secrets["plain user code"] = codes["user_code"].replace("-", "")
        self.refused(
            "POST", "/token", data=client | {"grant_type": DEVICE_CODE, "device_code": codes["device_code"]}
        )
        self._ada.browse(codes["verification_uri_complete"])

    def _people(self) -> None:
        """Bob is invited, Eve is made, Ada has forgotten, somebody guesses."""
        self.provider.flask("user", "create", "eve", "--password-stdin", stdin=f"{EVES}\n")
        told = json.loads(self.provider.flask("user", "invite", "bob"))
        self._token_of("invitation", told["link"])
        bob = Person("bob", BOBS)
        bob.press(
            bob.browse(told["link"]),
            "welcome-form",
            "save-password",
            new_password=BOBS,
            repeated_password=BOBS,
        )
        self._token_of("reset", json.loads(self.provider.flask("user", "reset-link", "ada"))["link"])
        self._guess()
        for name, browser in (("ada", self._ada), ("bob", bob)):
            self.secrets |= {f"{name} {cookie}": value for cookie, value in browser.cookies().items()}

    def _guess(self) -> None:
        with requests.Session() as browser:
            address = f"{self.provider.issuer}/login"
            form = forms_of(browser.get(address, timeout=SECONDS))["login-form"]
            typed = form.fields | {"username": "ada", "password": WRONG}
            answer = browser.post(address, data=typed, timeout=SECONDS)
        assert "login-form" in forms_of(answer)
        self.refusals.append(answer.content)

    def _token_of(self, name: str, link: str) -> None:
        self.secrets[name] = parse_qs(urlsplit(link).query)["token"][0]

    def _refused_links(self) -> None:
        for path, name in (("/setup", "setup token"), ("/welcome", "invitation")):
            self.refused("GET", path, params={"token": self.secrets[name]})

    def _keep_keys(self) -> None:
        """Remember what the provider itself keeps: by its own objects, as nothing else opens them."""
        services = Services(Settings.from_environ(self.provider.environ))
        for number, key in master_key_file.read(services.settings.master_key_file).items():
            self.secrets[f"master key {number}"] = key
        for alg in ("RS256", "ES256"):
            private = services.key_ring.active(alg).private
            self.secrets[f"{alg} DER"] = private.private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
            )
            numbers = private.private_numbers()
            number = numbers.d if alg == "RS256" else numbers.private_value
            self.secrets[f"{alg} d"] = number.to_bytes((number.bit_length() + 7) // 8)
        sealer = Sealer(services.master_keys, SEALED_VALUE)
        self.secrets["digest key"] = secret_value(services.database, sealer, DIGEST_KEY)
        services.database.dispose()


def first_link(environ: dict[str, str]) -> str:
    """Make what a provider needs, as ``make run`` does; return the token of the link that is printed."""
    done = subprocess.run(
        [sys.executable, "-m", "provider.first_run"],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    found = re.search(r"/setup\?token=(\S+)", done.stdout)
    assert found is not None
    return found[1]
