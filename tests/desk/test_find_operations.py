"""Two operations on one desk: what waits on the first page is what its list shows, with the operation beside it."""

from __future__ import annotations

from django.test import Client

from karavan.desk.models import Membership, Operation
from karavan.domain.planfile import situation_digest
from tests.cast import a_situation


def test_answers_that_are_due_in_two_operations_stand_in_one_list(desk):
    given = a_situation()
    desk.do("open_operation", "admin", code="TWO", sha256=situation_digest(given), situation=given, new_id=desk.id)
    two, user = Operation.objects.get(code="TWO"), desk.people["dispatcher"]
    Membership.objects.create(
        user=user, operation=two, role="dispatcher", since=desk.now, granted_by=desk.people["admin"]
    )
    for operation, number in ((desk.operation, "OUT-1"), (two, "OUT-2")):
        told = {"kind": "clearance", "authority": "Post", "reference": number, "lead_s": 3_600}
        desk.do("ask_clearance", "dispatcher", operation=operation.pk, **told)
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    assert "2 answers to clearances" in client.get("/").content.decode()
    page = client.get("/clearances?wait=clearance").content.decode()
    for text in ("OUT-1", "OUT-2", 'data-label="Operation"', "2 answers"):
        assert text in page
    for code, here, there in (("OP", "OUT-1", "OUT-2"), ("TWO", "OUT-2", "OUT-1")):
        page = client.get(f"/clearances?operation={code}").content.decode()
        assert here in page
        assert there not in page
    # Whoever has a role in one of them sees nothing of the other.
    client.force_login(desk.people["auditor"])
    assert "OUT-2" not in client.get("/clearances?wait=clearance").content.decode()
    assert client.get("/clearances?operation=TWO").status_code == 404
