"""``make chaos`` in small: two kills and a lock, and nothing that was acknowledged is lost."""

from pathlib import Path
from random import Random

import pytest

from tests.chaos import faults
from tests.chaos.acknowledged import HeldGrant
from tests.chaos.faults import Fault
from tests.chaos.findings import Findings
from tests.chaos.rounds import Rounds
from tests.chaos.stack import running

pytestmark = [pytest.mark.security, pytest.mark.slow]


def test_what_was_acknowledged_survives(tmp_path: Path) -> None:
    """A short run finds nothing; a journal that tells of what never was makes a finding."""
    findings, random = Findings(), Random(1)
    with running("sqlite", tmp_path) as stack:
        visitors = stack.visitors(2, findings, random)
        rounds = Rounds(stack, visitors, findings, random)
        rounds.run(Fault("kill -9 a worker", faults.kill_worker))
        rounds.run(Fault("kill -9 a worker", faults.kill_worker))
        rounds.run(Fault("kill -9 a worker", faults.kill_worker))
        rounds.run(Fault("kill -9 the server", faults.kill_server))

        assert findings.seen == []
        assert findings.answered > 20
        assert rounds.checked > 4

        live = next(each for visitor in visitors for each in visitor.journal.live())
        for visitor in visitors:
            visitor.journal.grants = [live] if live in visitor.journal.grants else []
        live.is_over = True
        made_up = HeldGrant("no code", None, refresh_tokens=["no token"])
        visitors[0].journal.grants.append(made_up)
        rounds.audit(most=None)

    assert len([each for each in findings.seen if "of a grant that is over" in each]) >= 1
    assert len([each for each in findings.seen if "an acknowledged refresh token was refused" in each]) >= 1
