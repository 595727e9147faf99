"""What is not there, said by its name; and where it is baked, that it can be baked first, with the way there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from karavan.desk import models as rows
from karavan.desk.stock import short
from karavan.domain.catalogues import translator
from tests.desk.test_move_pages import send, text

BREAD = "it can be baked first"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Bread (BREAD): 0\xa0loaves left, 3\xa0loaves asked for; baked here, it can be baked first"),
        ("ru", "Хлеб (BREAD): осталось 0\xa0буханок, запрошено 3\xa0буханки; выпекается здесь, можно сначала испечь"),
    ],
)
def test_goods_are_named_in_the_readers_language(desk, language, said):
    item, bakery = rows.Item.objects.get(code="BREAD"), desk.place("BKR")
    with translation.override(language):
        refusal = short(item, bakery, 0, 3)
        assert refusal.message.say(translator(language)) == said
        assert refusal.bakery == bakery
        elsewhere = short(item, desk.place("AGD"), 0, 3)
        assert BREAD not in str(elsewhere)
        assert elsewhere.bakery is None


def test_the_page_leads_whoever_may_bake_to_the_oven(desk):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people["baker"])
    bread, bakery = rows.Item.objects.get(code="BREAD"), desk.place("BKR")
    kit = rows.KitLine.objects.create(operation=desk.operation, kit="BREAKFAST", item=bread, quantity=2)
    page = send(client, desk, f"/stock/{bakery.pk}/kits", kit=kit.kit, quantity=5_000, code="B1")
    assert (page.status_code, BREAD in text(page)) == (409, True), text(page)
    assert f'href="/stock/{bakery.pk}/bake"' in text(page)
