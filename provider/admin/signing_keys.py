"""GET /admin/keys and /admin/keys/rotate: the keys that sign tokens."""

from flask import Blueprint, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from keys.algorithms import ALGORITHMS
from keys.errors import KeysBusy
from keys.promotion import KeyTimes
from keys.rotation import RotationPlan
from keys.store import KeyRecord, KeyState
from provider.admin.listing import asked
from provider.admin.operator import confirmation, done, failed, not_found, page, record, require_recent
from provider.moments import Moment, moment
from provider.wiring import services

AT_ONCE = "now"

blueprint = Blueprint("signing_keys", __name__)


@blueprint.get("/admin/keys")
def signing_keys() -> str:
    """List every key, the newest first."""
    records = services().key_rotation.records(services().clock())
    return page(
        "keys", "keys", keys=[_shown(record) for record in reversed(records)], algorithms=tuple(ALGORITHMS)
    )


@blueprint.get("/admin/keys/rotate")
def rotation() -> str:
    """Say what a rotation would do, and ask."""
    alg, immediate = _asked()
    require_recent()
    plan = services().key_rotation.plan(alg, services().clock(), immediate=immediate)
    return confirmation(
        "keys",
        title=gettext("Make this key sign at once?") if immediate else gettext("Rotate this key?"),
        subject={"name": alg, "id": plan.retires},
        points=_told(plan, immediate=immediate),
        yes=gettext("Yes, sign with a new key at once") if immediate else gettext("Yes, rotate it"),
        back=url_for(".signing_keys"),
    )


@blueprint.post("/admin/keys/rotate")
def rotate() -> Response:
    """Publish a new key; it signs once cached key sets have expired, or at once."""
    alg, immediate = _asked()
    try:
        plan = services().key_rotation.rotate(alg, services().clock(), immediate=immediate)
    except KeysBusy:
        return failed(
            gettext("Somebody else is changing the keys. Please try again."), url_for(".signing_keys")
        )
    record("keys rotate --now" if immediate else "keys rotate", alg=alg, kid=plan.kid, signs_at=plan.signs_at)
    return done(gettext("The key is rotated."), url_for(".signing_keys"))


def _asked() -> tuple[str, bool]:
    alg = asked("alg")
    return (alg if alg in ALGORITHMS else not_found()), asked("when") == AT_ONCE


def _told(plan: RotationPlan, *, immediate: bool) -> list[str]:
    """Return what a rotation does, one sentence each."""
    when = moment(plan.signs_at, services().clock()).instant
    if plan.makes is None:
        return [gettext("A new key is waiting already. It signs from %(when)s.", when=when)]
    points = [gettext("A new key is made. It signs from %(when)s.", when=when)]
    if plan.retires:
        points.append(
            gettext("The key that signs now is retired then, and shown for as long as what it signed lives.")
        )
    if immediate:
        points.append(
            gettext("Clients that have cached the key set refuse new tokens until they fetch it again.")
        )
        points.append(gettext("After a leak the old key must be withdrawn too: flask keys retire."))
    return points


def _shown(record: KeyRecord) -> dict[str, object]:
    now = services().clock()
    is_next = record.state is KeyState.NEXT
    signs_at = KeyTimes(services().settings.jwks_cache_seconds).signs_at(record)
    return {
        "kid": record.kid,
        "alg": record.alg,
        "state": record.state.value,
        "created": moment(record.created_at, now),
        "signs_from": _at(signs_at if is_next else record.activated_at),
        "retired": _at(record.retired_at),
        "shown_until": _at(record.unpublish_at),
    }


def _at(then: int | None) -> Moment | None:
    return None if then is None else moment(then, services().clock())
