"""Representatives with a personal link: who makes one, whom it lets in, and when it holds no more; imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from karavan.desk import links, models as rows
from karavan.workbook import write_workbook
from tests.cast import a_situation
from tests.desk.desk_world import PEOPLE
from tests.desk.test_requests_pages import asked, come, text

__all__ = ["come"]


def invited(desk, come, **changes):
    form = {
        "id": str(desk.id()),
        "name": "Karine S.",
        "phone": "+374 0",
        "place": str(desk.place("KHN").pk),
        "language": "hy",
    }
    return come("officer").post("/representatives", {**form, **changes})


def link_in(page):
    found = re.search(r'value="http://localhost(/link/[^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_an_outsider_asks_through_a_personal_link(desk, come):
    link = link_in(invited(desk, come))
    phone = Client(HTTP_HOST="localhost")
    first = phone.get(link)
    assert (first.status_code, '<html lang="hy">' in text(first)) == (200, True)
    assert phone.get("/requests").status_code == 302, "looking at the link signs in nobody"
    assert phone.post(link)["Location"] == "/requests"
    assert phone.get("/plans").status_code == 403
    phone.post("/requests/new", asked(desk))
    row = rows.Request.objects.get(number="R-000001")
    assert (row.approval, row.representative.name, row.created_by.has_usable_password()) == (
        "submitted",
        "Karine S.",
        False,
    )
    assert "Karine S." in text(come("officer").get(f"/requests/{row.pk}"))
    assert "Karine S." not in text(come("approver").get(f"/requests/{row.pk}")), "who may not see contacts sees none"
    # For another place the link does not ask.
    assert phone.post("/requests/new", asked(desk, place=str(desk.place("AGD").pk))).status_code == 422


def test_a_new_link_undoes_the_old_one_and_puts_out_whoever_came_by_it(desk, come):
    old = link_in(invited(desk, come))
    phone = Client(HTTP_HOST="localhost")
    phone.post(old)
    user = rows.User.objects.get(login__startswith="rep-")
    fresh = link_in(come("officer").post("/representatives", {"id": str(desk.id()), "user": str(user.pk)}))
    assert old != fresh
    assert phone.get("/requests").status_code == 302
    assert (phone.get(old).status_code, phone.post(old).status_code) == (404, 404)
    assert phone.post(fresh).status_code == 302
    come("officer").post("/representatives", {"id": str(desk.id()), "user": str(user.pk), "end": "1"})
    assert (phone.get(fresh).status_code, phone.get("/requests").status_code) == (404, 403)


def test_a_link_opens_no_account_but_a_representatives(desk, come):
    """Neither one with a password nor one with a further role, nor a token that was changed."""
    link = link_in(invited(desk, come))
    user = rows.User.objects.get(login__startswith="rep-")
    browser = Client(HTTP_HOST="localhost")
    assert browser.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404
    assert browser.get("/link/x").status_code == 404
    assert links.opened(links.token(desk.people["planner"])) is None
    user.set_password("correct horse battery")
    user.save()
    assert links.opened(links.token(user)) is None
    user.set_unusable_password()
    user.save()
    assert links.opened(links.token(user)) == user
    from karavan.domain.roles import Role

    desk.do("grant_role", "admin", operation=desk.operation.pk, user=user.pk, role=Role.PLANNER)
    assert links.opened(links.token(user)) is None


@pytest.mark.parametrize("who", PEOPLE)
def test_who_makes_links(desk, come, who):
    assert come(who).get("/representatives").status_code == (200 if who == "officer" else 403)
    given = {"id": str(desk.id()), "user": str(desk.people["planner"].pk)}
    assert come(who).post("/representatives", given).status_code == (404 if who == "officer" else 403)


@pytest.mark.parametrize("changes", [{"name": " "}, {"place": "0"}, {"language": "xx"}])
def test_what_is_wrong_with_an_invitation_is_said(desk, come, changes):
    page = invited(desk, come, **changes)
    (field,) = changes
    assert (page.status_code, f'id="{field}-problem"' in text(page)) == (422, True)
    assert not rows.User.objects.filter(login__startswith="rep-").exists()


def upload(desk, come, path: Path, who="officer"):
    file = SimpleUploadedFile("requests.xlsx", path.read_bytes())
    return come(who).post("/requests/import", {"operation": str(desk.operation.pk), "workbook": file})


def renumbered(tmp_path, **changes):
    from dataclasses import replace

    world = a_situation()
    requests = tuple(
        replace(
            it,
            number=f"NEW-{number}",
            lines=tuple(replace(line, request=f"NEW-{number}") for line in it.lines),
            **changes,
        )
        for number, it in enumerate(world.requests, 1)
    )
    path = tmp_path / "requests.xlsx"
    write_workbook(path, replace(world, requests=requests))
    return path, len(requests)


def confirmed(desk, come, page):
    found = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())
    assert found
    return come("officer").post("/requests/import", {"id": str(desk.id()), "sealed": found[1], "confirmed": "1"})


def test_a_workbook_is_shown_first_and_then_comes_in_whole_and_once(desk, come, tmp_path):
    path, count = renumbered(tmp_path)
    before = rows.Request.objects.count()
    page = upload(desk, come, path)
    assert (page.status_code, "NEW-1" in text(page), rows.Request.objects.count()) == (200, True, before)
    assert confirmed(desk, come, page).status_code == 302
    assert rows.Request.objects.count() == before + count
    assert set(rows.Request.objects.filter(number__startswith="NEW").values_list("approval", flat=True)) == {"draft"}
    again = upload(desk, come, path)
    assert (again.status_code, "this file was imported before" in text(again)) == (422, True)
    assert confirmed(desk, come, page).status_code == 409


def test_known_numbers_stay_and_foreign_places_stop_all_of_it(desk, come, tmp_path):
    path = tmp_path / "same.xlsx"
    write_workbook(path, a_situation())
    page = text(upload(desk, come, path))
    assert "The desk has these numbers already" in page
    assert "sealed" not in page
    rows.Place.objects.filter(operation=desk.operation, code="KHN").update(code="KHN-2")
    path, _ = renumbered(tmp_path)
    page = upload(desk, come, path)
    assert (page.status_code, "NEW-1: there is no place KHN in this operation" in text(page)) == (422, True)


def test_what_is_no_workbook_is_refused(desk, come, tmp_path):
    path = tmp_path / "no.xlsx"
    path.write_bytes(b"no workbook")
    assert upload(desk, come, path).status_code == 422
    assert come("officer").post("/requests/import", {"operation": str(desk.operation.pk)}).status_code == 422
    assert come("officer").post("/requests/import", {"operation": "0"}).status_code == 404
    wrong = {"id": str(desk.id()), "sealed": "x", "confirmed": "1"}
    assert come("officer").post("/requests/import", wrong).status_code == 422
    assert upload(desk, come, path, "approver").status_code == 403
