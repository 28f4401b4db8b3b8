"""The signer, traced."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import SpanKind

from keys.key_ring import KeyRing
from keys.signer import Signer
from provider.tracing.spans import Spans


class TracedSigner(Signer):
    """See ``Signer``; ``spans`` makes the spans."""

    def __init__(self, ring: KeyRing, *, spans: Spans) -> None:
        super().__init__(ring)
        self._spans = spans

    def sign(self, claims: Mapping[str, Any], *, alg: str, typ: str | None = None) -> str:
        """See ``Signer``."""
        with self._spans.child("sign", SpanKind.INTERNAL, {"paper.alg": alg}):
            return super().sign(claims, alg=alg, typ=typ)
