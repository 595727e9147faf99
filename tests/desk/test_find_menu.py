"""No entry of the menu leads to a page that can never hold anything."""

from __future__ import annotations

import pytest
from django.test import Client

from karavan.domain.roles import RIGHTS, Right, Role


@pytest.mark.parametrize("role", [Role.PLANNER, Role.AUDITOR, Role.DISPATCHER, Role.RECEIVER])
def test_a_role_at_one_place_has_no_entry_for_what_is_of_all_places(desk, role):
    agd = desk.place("AGD").pk
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people["stranger"])
    for place in (agd, None):
        desk.do(
            "grant_role", "admin", operation=desk.operation.pk, user=desk.people["stranger"].pk, role=role, place=place
        )
        menu = client.get("/").content.decode().split('class="menu"')[1].split("</nav>")[0]
        for right, way in (
            (Right.SEE_PLANS, "plans"),
            (Right.SEE_AUDIT, "control"),
            (Right.EDIT_SETTINGS, "settings"),
            (Right.MANAGE_USERS, "people"),
        ):
            assert (f'href="/{way}"' in menu) == (place is None and right in RIGHTS[role]), (way, place)
