"""The store over HTTP: received, carded, kitted, baked, kept, counted blind, lost; and who may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from karavan.desk import models as rows
from karavan.domain.errors import Refused
from karavan.domain.expiry import Freshness, freshness
from karavan.domain.roles import Role
from tests.desk.ledger_check import folds
from tests.desk.test_move_pages import goes, send, sign_in, text  # noqa: F401
from tests.desk.test_story import on_the_road


def at(desk, place, step=""):
    return f"/stock/{desk.place(place).pk}/{step}"


def test_goods_come_into_store_and_onto_their_card(desk, sign_in):  # noqa: F811
    client = sign_in("keeper")
    new = {"item": "SOAP", "quantity": "1 200", "code": "S2", "donor": "A donor", "expiry": "2030-01-01T00:00"}
    goes(send(client, desk, at(desk, "AGD", "receive"), **new), "/stock")
    batch = desk.batch("S2")
    # Midnight in Baku is 20:00 of the day before in UTC.
    assert (desk.free("AGD", "S2"), batch.donor, batch.expiry.isoformat()) == (
        1_200,
        "A donor",
        "2029-12-31T20:00:00+00:00",
    )
    assert "A donor" in text(client.get("/stock"))
    assert "2030-01-01 00:00" in text(client.get("/stock", {"q": "S2"}))
    assert "Wheat flour" not in text(client.get("/stock", {"q": "S2"}))
    soap = rows.Item.objects.get(code="SOAP")
    card = text(client.get(at(desk, "AGD", soap.pk)))
    assert "received into store" in card
    assert "Free now: 6 200" in card


def test_what_is_wrong_stands_beside_its_field(desk, sign_in):  # noqa: F811
    wrong = send(sign_in("keeper"), desk, at(desk, "AGD", "receive"), item="GOLD", quantity="0", expiry="soon")
    seen = text(wrong)
    assert wrong.status_code == 422
    for name in ("item", "quantity", "expiry"):
        assert f'href="#{name}"' in seen
        assert f'id="{name}-problem"' in seen
    same = {"item": "FLOUR", "quantity": "5", "code": "F1", "donor": "somebody else"}
    other = send(sign_in("keeper"), desk, at(desk, "AGD", "receive"), **same)
    assert (other.status_code, "another donor or expiry" in text(other)) == (409, True)


def test_the_card_adds_up_to_what_is_free(desk, sign_in):  # noqa: F811
    on_the_road(desk, 1_000, 900)
    flour = rows.Item.objects.get(code="FLOUR")
    card = text(sign_in("keeper").get(at(desk, "AGD", flour.pk)))
    # 16,000 at the beginning, 1,000 of them kept for others; 1,000 reserved, 100 came back at loading.
    assert "Free now: 14 100 kg" in card
    assert "stock taken over at the beginning" in card
    assert "left behind at loading OP-AGD-000001" in card
    assert sum(desk.free("AGD", code) for code in ("F1", "F2")) == 14_100


def test_kits_are_made_and_broken_and_bread_is_baked(desk, sign_in):  # noqa: F811
    rows.Item.objects.create(
        operation=desk.operation, code="KIT", item_class="hygiene", unit="kit", mass_g=10_500, volume_cm3=16_000
    )
    keeper = sign_in("keeper")
    goes(send(keeper, desk, at(desk, "AGD", "kits"), kit="KIT", quantity="100", code="K1"), "/stock")
    assert (desk.free("AGD", "K1"), desk.free("AGD", "F1"), desk.free("AGD", "S1")) == (100, 5_000, 4_500)
    goes(send(keeper, desk, at(desk, "AGD", "unkit"), batch=desk.batch("K1").pk, quantity="40"), "/stock")
    assert desk.free("AGD", "K1") == 60
    many = send(keeper, desk, at(desk, "AGD", "unkit"), batch=desk.batch("K1").pk, quantity="61")
    assert (many.status_code, desk.free("AGD", "K1")) == (409, 60)

    oven = rows.Production.objects.get().pk
    baked = {"production": oven, "quantity": "200", "code": "oven 1", "baked_at": "2023-09-22T09:00"}
    goes(send(sign_in("baker"), desk, at(desk, "BKR", "bake"), **baked), "/stock")
    assert (desk.free("BKR", "oven 1"), desk.free("BKR", "BF")) == (200, 920)
    folds()


def test_goods_are_kept_for_others_and_given_back(desk, sign_in):  # noqa: F811
    kept = {"batch": desk.batch("F1").pk, "quantity": "500", "whom": "hospital"}
    goes(send(sign_in("keeper"), desk, at(desk, "AGD", "keep"), way="1", **kept), "/stock")
    assert desk.free("AGD", "F1") == 5_500
    assert "500 kg" in text(sign_in("keeper").get("/stock", {"q": "F1"}))
    goes(send(sign_in("keeper"), desk, at(desk, "AGD", "keep"), way="-1", **kept), "/stock")
    assert desk.free("AGD", "F1") == 6_000


def test_a_count_is_blind_and_signed_by_another(desk, sign_in):  # noqa: F811
    counter, here = sign_in("counter"), f"/counting/{desk.place('AGD').pk}"
    form = text(counter.get(here))
    assert "lot F1" in form
    assert "6 000" not in form
    assert counter.get("/stock").status_code == 403
    lots = {
        f"lot-{desk.batch('F1').pk}": "5990",
        f"lot-{desk.batch('S1').pk}": "5003",
        f"lot-{desk.batch('F2').pk}": "",
    }
    goes(send(counter, desk, here, **lots), "/counting?done=1")
    count = rows.Count.objects.get()
    assert count.lines.count() == 2
    assert desk.free("AGD", "F1") == 6_000
    assert "not signed yet" in text(counter.get("/counting"))
    assert counter.get(f"/counts/{count.pk}").status_code == 403

    page = text(sign_in("approver").get(f"/counts/{count.pk}"))
    assert "-10" in page
    assert "+3" in page
    goes(send(sign_in("approver"), desk, f"/counts/{count.pk}"), f"/counts/{count.pk}")
    assert (desk.free("AGD", "F1"), desk.free("AGD", "S1")) == (5_990, 5_003)
    again = send(sign_in("second"), desk, f"/counts/{count.pk}")
    assert again.status_code == 409
    assert "counter" in text(sign_in("second").get("/counts"))
    folds()


def test_the_auditor_reads_counts_and_signs_none(desk, sign_in):  # noqa: F811
    values = {f"lot-{desk.batch('F1').pk}": "5990"}
    goes(send(sign_in("counter"), desk, f"/counting/{desk.place('AGD').pk}", **values), "/counting?done=1")
    here = f"/counts/{rows.Count.objects.get().pk}"
    assert here in text(sign_in("auditor").get("/counts"))
    page = text(sign_in("auditor").get(here))
    assert "-10" in page
    assert "Sign the count" not in page
    assert send(sign_in("auditor"), desk, here).status_code == 403
    assert "Sign the count" in text(sign_in("approver").get(here))


def test_whoever_keeps_the_store_does_not_count_it(desk, sign_in):  # noqa: F811
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["keeper"].pk, role=Role.COUNTER)
    lots = {f"lot-{desk.batch('F1').pk}": "1"}
    own = send(sign_in("keeper"), desk, f"/counting/{desk.place('AGD').pk}", **lots)
    assert (own.status_code, "does not count it" in text(own)) == (409, True)


@pytest.mark.parametrize("who", ["approver", "planner", "dispatcher", "receiver", "auditor"])
def test_whoever_is_shown_the_book_does_not_count(desk, sign_in, who):  # noqa: F811
    """A count is blind: a role that shows figures of the book and the counter's are not one person's."""
    place = desk.place("KHN" if who == "receiver" else "AGD")
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people[who].pk, role=Role.COUNTER)
    with pytest.raises(Refused, match="does not count it"):
        desk.do("record_count", who, place=place.pk, counted=())
    if who != "receiver":  # whose store is no warehouse
        listed = text(sign_in(who).get("/counting"))
        assert (f"/counting/{place.pk}" in listed, "These stores others count" in listed) == (False, True)
    page = sign_in(who).get(f"/counting/{place.pk}")
    assert (page.status_code, "does not count it" in text(page)) == (409, True)


def test_what_is_still_in_the_oven_is_not_baked(desk):
    oven = rows.Production.objects.get().pk
    baked = {"production": oven, "code": "oven 1", "quantity": 1}
    with pytest.raises(Refused, match="not out of the oven"):
        desk.do("record_baking", "baker", **baked, baked_at=desk.now + timedelta(minutes=1))
    desk.do("record_baking", "baker", **baked, baked_at=desk.now)
    assert desk.free("BKR", "oven 1") == 1


def test_a_loss_in_store_leaves_the_book_with_the_second_signature(desk, sign_in):  # noqa: F811
    batch = desk.batch("S1")
    account = rows.Account.objects.get(kind="stock", place=desk.place("AGD"))
    nothing = send(sign_in("keeper"), desk, at(desk, "AGD", "loss"), reason="fire")
    assert (nothing.status_code, "how much" in text(nothing)) == (409, True)
    lost = {f"lost-{account.pk}-{batch.pk}": "30"}
    goes(send(sign_in("keeper"), desk, at(desk, "AGD", "loss"), reason="fire", **lost), "/losses")
    assert desk.free("AGD", "S1") == 5_000
    report = rows.LossReport.objects.get()
    goes(send(sign_in("approver"), desk, f"/losses/{report.pk}"), f"/losses/{report.pk}")
    assert desk.free("AGD", "S1") == 4_970
    bad = send(sign_in("keeper"), desk, at(desk, "AGD", "loss"), reason="witchcraft", **lost)
    assert bad.status_code == 422


STEPS = ("receive", "kits", "unkit", "bake", "keep", "loss")


@pytest.mark.parametrize("step", STEPS)
def test_another_store_is_not_there(desk, sign_in, step):  # noqa: F811
    for who, place, status in [
        ("keeper", "AGD", 200),
        ("keeper", "BKR", 404),
        ("baker", "AGD", 404),
        ("auditor", "AGD", 403),
        ("dispatcher", "AGD", 403),
        ("counter", "AGD", 403),
        ("stranger", "AGD", 403),
    ]:
        assert sign_in(who).get(at(desk, place, step)).status_code == status, (who, place)
        assert sign_in(who).get(f"/stock/999/{step}").status_code == (status if status == 403 else 404)


def test_cards_and_counts_of_others_are_not_there(desk, sign_in):  # noqa: F811
    flour = rows.Item.objects.get(code="FLOUR")
    assert sign_in("baker").get(at(desk, "BKR", flour.pk)).status_code == 200
    assert sign_in("baker").get(at(desk, "AGD", flour.pk)).status_code == 404
    assert sign_in("keeper").get(at(desk, "AGD", 999)).status_code == 404
    assert sign_in("counter").get("/counting/999").status_code == 404
    assert sign_in("approver").get(f"/counts/{desk.id()}").status_code == 404
    lots = ((desk.batch("F1").pk, 1),)
    count = desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=lots)
    assert sign_in("baker").get(f"/counts/{count.id}").status_code == 404
    assert sign_in("keeper").get(f"/counts/{count.id}").status_code == 200


NOW = datetime(2023, 9, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "shelf_life", "said"),
    [
        (None, None, Freshness.GOOD),
        (timedelta(0), None, Freshness.EXPIRED),
        (timedelta(days=30), None, Freshness.SOON),
        (timedelta(days=30, seconds=1), None, Freshness.GOOD),
        # Bread that keeps for a day is warned about in its last six hours.
        (timedelta(hours=6), timedelta(days=1), Freshness.SOON),
        (timedelta(hours=6, seconds=1), timedelta(days=1), Freshness.GOOD),
        (timedelta(days=31), timedelta(days=365), Freshness.GOOD),
    ],
)
def test_when_goods_are_warned_about(left, shelf_life, said):
    expiry = None if left is None else NOW + left
    assert freshness(expiry, NOW, int(shelf_life.total_seconds()) if shelf_life else None) is said
