"""People of an operation: added, given roles, shut out, erased; by whoever manages them and nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from karavan.desk import models as rows
from karavan.desk.access import rights
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.roles import Right, Role

PASSWORD = "correct horse battery"


def signed_in(desk, who):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people[who])
    return client


def number(n):
    return f"00000000-0000-7000-8000-{n:012d}"


def a_person(desk, **values):
    return {
        "operation": desk.operation.pk,
        "id": number(1),
        "role_id": number(2),
        "login": "leyla",
        "password": PASSWORD,
        "language": "az",
        "role": "storekeeper",
        "place": desk.place("AGD").pk,
        **values,
    }


def a_doing(desk, who, do, n=50, **values):
    return {"operation": desk.operation.pk, "user": desk.people[who].pk, "id": number(n), "do": do, **values}


def one(desk, who):
    return f"{reverse('person')}?operation={desk.operation.pk}&user={desk.people[who].pk}"


def test_the_menu_leads_to_people_and_a_person_is_added_with_a_role(desk):
    client = signed_in(desk, "admin")
    assert 'href="/people"' in client.get("/").content.decode()
    page = client.get("/people").content.decode()
    assert "keeper" in page
    assert client.post("/people", a_person(desk)).status_code == 302
    made = rows.User.objects.get(login="leyla")
    role = made.memberships.get()
    assert (role.role, role.place.code, made.language) == ("storekeeper", "AGD", "az")
    assert "leyla" in client.get("/people").content.decode()
    # Sent again by a shaking connection: once is enough.
    assert client.post("/people", a_person(desk)).status_code == 302
    assert rows.User.objects.filter(login="leyla").count() == 1
    assert made.memberships.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("login", "Лейла"), ("login", "keeper"), ("password", "short"), ("password", "1234567890"), ("role", "king")],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(desk, field, value):
    page = signed_in(desk, "admin").post("/people", a_person(desk, **{field: value}))
    assert page.status_code == 409
    assert f'<a href="#{field}">' in page.content.decode()
    assert not rows.User.objects.filter(login="leyla").exists()


def test_a_place_of_elsewhere_is_refused(desk):
    page = signed_in(desk, "admin").post("/people", a_person(desk, place=10**9))
    assert page.status_code == 409
    assert '<a href="#place">' in page.content.decode()


def test_no_event_names_a_person(desk):
    signed_in(desk, "admin").post("/people", a_person(desk))
    assert not rows.Event.objects.filter(body__contains="leyla").exists()


@pytest.mark.parametrize("who", ["officer", "planner", "keeper", "auditor", "stranger", "rep"])
@pytest.mark.parametrize("route", ["people", "person"])
def test_nobody_else_comes_in(desk, who, route):
    assert signed_in(desk, who).get(reverse(route)).status_code == 403
    assert signed_in(desk, who).post(reverse(route), a_person(desk)).status_code == 403


def test_what_is_foreign_is_not_there(desk):
    client = signed_in(desk, "admin")
    foreign = rows.User.objects.create(id=desk.id(), login="foreign", password="!", created_at=desk.now)
    for user in (foreign.pk, desk.id(), "x", ""):
        assert client.get("/people/one", {"operation": desk.operation.pk, "user": user}).status_code == 404
        asked = {**a_doing(desk, "keeper", "close"), "user": user}
        assert client.post("/people/one", asked).status_code == 404
    for operation in (desk.operation.pk + 1, "x", "9" * 30):
        assert client.get("/people", {"operation": operation}).status_code == 404
    assert client.post("/people/one", a_doing(desk, "keeper", "nonsense")).status_code == 404


def test_roles_are_given_and_ended(desk):
    client = signed_in(desk, "admin")
    given = a_doing(desk, "planner", "give", role="auditor", place="")
    assert client.post("/people/one", given).status_code == 302
    assert Right.SEE_AUDIT in rights(desk.people["planner"])
    row = rows.Membership.objects.get(user=desk.people["planner"], role="auditor")
    assert client.post("/people/one", a_doing(desk, "planner", "end", 51, membership=row.pk)).status_code == 302
    assert Right.SEE_AUDIT not in rights(desk.people["planner"])
    again = client.post("/people/one", a_doing(desk, "planner", "end", 52, membership=row.pk))
    assert (again.status_code, "the role was ended before" in again.content.decode()) == (409, True)


def test_nobody_gives_a_role_to_themselves_but_a_second_administrator_does(desk):
    own = signed_in(desk, "admin").post("/people/one", a_doing(desk, "admin", "give", role="dispatcher", place=""))
    assert (own.status_code, "nobody gives a role to themselves" in own.content.decode()) == (409, True)
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["second"].pk, role=Role.ADMIN)
    other = signed_in(desk, "second")
    assert other.post("/people/one", a_doing(desk, "admin", "give", 53, role="auditor", place="")).status_code == 302


def test_whoever_is_shut_out_is_out_until_let_in(desk):
    keeper = signed_in(desk, "keeper")
    assert keeper.get("/").status_code == 200
    admin = signed_in(desk, "admin")
    assert admin.post("/people/one", a_doing(desk, "keeper", "close")).status_code == 302
    assert keeper.get("/").status_code == 302
    with pytest.raises((NotAllowed, NotFound)):
        desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S", quantity=1)
    assert "shut out" in admin.get(one(desk, "keeper")).content.decode()


def test_a_new_password_ends_sessions_and_tokens(desk):
    keeper = signed_in(desk, "keeper")
    admin = signed_in(desk, "admin")
    token = desk.do(
        "make_token",
        "keeper",
        name="scale",
        key="k" * 40,
        rights_=(Right.SEE_STOCK,),
        expires_at=desk.now.replace(year=2099),
    ).id
    assert admin.post("/people/one", a_doing(desk, "keeper", "password", password=PASSWORD)).status_code == 302
    assert keeper.get("/").status_code == 302
    assert rows.Token.objects.get(pk=token).revoked_at is not None


def test_an_erased_user_leaves_the_books_whole(desk):
    from tests.desk import books

    desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S", quantity=1)
    admin = signed_in(desk, "admin")
    unsure = admin.post("/people/one", a_doing(desk, "keeper", "erase"))
    assert unsure.status_code == 409
    assert admin.post("/people/one", a_doing(desk, "keeper", "erase", 54, sure="yes")).status_code == 302
    row = rows.User.objects.get(pk=desk.people["keeper"].pk)
    assert (row.login[:7], row.is_active, row.has_usable_password()) == ("erased-", False, False)
    assert books.problems() == []
    with pytest.raises(Refused):
        desk.do("reopen_user", "admin", user=row.pk)


def test_an_administrator_of_one_operation_does_not_touch_people_of_another(desk):
    """Else a new password for somebody would open the other operation."""
    from karavan.domain.planfile import situation_digest
    from tests.cast import a_situation

    world = a_situation()
    given = {"code": "TWO", "sha256": situation_digest(world), "situation": world, "new_id": desk.id}
    desk.do("open_operation", "admin", **given)
    two = rows.Operation.objects.get(code="TWO")
    desk.do("grant_role", "admin", operation=two.pk, user=desk.people["second"].pk, role=Role.ADMIN)
    desk.do("grant_role", "admin", operation=two.pk, user=desk.people["keeper"].pk, role=Role.AUDITOR)
    for name in ("set_password", "close_user", "reset_code", "erase_user"):
        values = {"password": PASSWORD} if name == "set_password" else {}
        with pytest.raises(NotAllowed):
            desk.do(name, "second", user=desk.people["keeper"].pk, **values)
        with pytest.raises(NotFound):
            desk.do(name, "second", user=desk.people["planner"].pk, **values)
        with pytest.raises(Refused, match="another administrator"):
            desk.do(name, "second", user=desk.people["second"].pk, **values)


def test_contacts_are_found_entered_and_erased(desk):
    from tests.desk import books

    officer = signed_in(desk, "officer")
    assert 'href="/contacts"' in officer.get("/").content.decode()
    entered = {"do": "enter", "id": number(7), "operation": desk.operation.pk, "name": "Aram <b>", "phone": "+374 10"}
    assert officer.post("/contacts", entered).status_code == 302
    page = officer.get("/contacts", {"q": "aram"}).content.decode()
    assert "Aram &lt;b&gt;" in page
    erase = {"do": "erase", "id": number(8), "contact": number(7)}
    assert officer.post("/contacts", erase).status_code == 409
    assert officer.post("/contacts", {**erase, "sure": "yes"}).status_code == 302
    row = rows.Contact.objects.get(pk=number(7))
    assert (row.name, row.phone, row.erased_at is None) == ("", "", False)
    assert not rows.Event.objects.filter(body__contains="Aram").exists()
    assert books.problems() == []
    assert (
        officer.post("/contacts", {**erase, "id": number(9), "contact": number(99), "sure": "yes"}).status_code == 404
    )
    assert officer.post("/contacts", {**entered, "id": number(10), "name": " "}).status_code == 409
    for who in ("keeper", "auditor", "stranger", "admin", "rep"):
        assert signed_in(desk, who).get("/contacts").status_code == 403


def test_somebody_of_another_operation_gets_a_role_here_without_a_password(desk):
    rows.User.objects.create(id=desk.id(), login="aram", password="!", created_at=desk.now)
    client = signed_in(desk, "admin")
    given = a_person(desk, login="aram", password="")
    assert client.post("/people", given).status_code == 302
    assert rows.User.objects.get(login="aram").memberships.get().role == "storekeeper"
    page = client.post("/people", a_person(desk, id=number(90), login="nobody", password=""))
    assert (page.status_code, '<a href="#login">' in page.content.decode()) == (409, True)
