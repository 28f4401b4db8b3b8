"""What an authorization response holds: code, access token, ID token (OpenID Connect Core §3.2.2, §3.3.2)."""

from provider.grants.token_issue import TokenIssue
from validators.authorization_details import AUTHORIZATION_DETAILS, write_details
from validators.code_redemption import CodeRedemption
from validators.policy import GrantPolicy
from validators.request import ProviderRequest

Pairs = list[tuple[str, str]]
SOLE_ID_TOKEN = {"id_token"}


class FrontChannel:
    """Makes the answer of an accepted authorization request; nothing here writes."""

    def __init__(self, issue: TokenIssue, codes: CodeRedemption, policy: GrantPolicy) -> None:
        self._issue = issue
        self._codes = codes
        self._policy = policy

    def seconds(self, request: ProviderRequest) -> int:
        """Return the life of what the answer holds beside a code; 0 for nothing."""
        if "token" in request.response_words:
            return request.known_target.token_seconds or self._policy.access_token_seconds
        return self._policy.id_token_seconds if "id_token" in request.response_words else 0

    def answer(self, request: ProviderRequest) -> Pairs:
        """Return what the response type asks for, from the grant of this request; never a refresh token.

        Raises:
            UnknownAlgorithm: no key signs with the client's algorithm.
        """
        words = request.response_words
        code = self._codes.code_of(request.known_grant) if "code" in words else None
        answer = [("code", code)] if code is not None else []
        access_token = None
        if "token" in words:
            request.expires_in = self.seconds(request)
            request.token_expires_at = request.known_grant.created_at + request.expires_in
            access_token = self._issue.access_token(request)
            answer += [
                ("access_token", access_token),
                ("token_type", "Bearer"),
                ("expires_in", str(request.expires_in)),
                ("scope", " ".join(request.token_scopes)),
            ]
            if (details := write_details(self._issue.token_details(request))) is not None:
                answer.append((AUTHORIZATION_DETAILS, details))
        if "id_token" in words:
            answer.append(("id_token", self._id_token(request, access_token, code)))
        return answer

    def _id_token(self, request: ProviderRequest, access_token: str | None, code: str | None) -> str:
        grant = request.known_grant
        is_sole = request.response_words == SOLE_ID_TOKEN
        return self._issue.id_token(
            request,
            nonce=grant.nonce,
            access_token=access_token,
            code=code,
            claims=self._issue.person_claims(grant, is_sole=is_sole),
        )
