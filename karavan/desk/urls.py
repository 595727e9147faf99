"""Every route by name; each has its row in :data:`karavan.desk.access.ROUTES`."""

from django.urls import path

from karavan.desk.views import convoys, counts, door, home, losses, moving, stock, stores, waybills

urlpatterns = [
    path("", home.home, name="home"),
    path("login", door.login, name="login"),
    path("logout", door.logout, name="logout"),
    path("language", door.language, name="language"),
    path("health", door.health, name="health"),
    path("waybills", waybills.listed, name="waybills"),
    path("waybills/check", waybills.check, name="waybill_check"),
    path("waybills/<int:waybill>", waybills.one, name="waybill"),
    path("waybills/<int:waybill>/paper.pdf", waybills.paper, name="waybill_paper"),
    path("waybills/<int:waybill>/reserve", moving.reserve, name="waybill_reserve"),
    path("waybills/<int:waybill>/void", moving.void, name="waybill_void"),
    path("waybills/<int:waybill>/load", moving.load, name="waybill_load"),
    path("waybills/<int:waybill>/dispatch", moving.dispatch, name="waybill_dispatch"),
    path("waybills/<int:waybill>/receive", moving.receive, name="waybill_receive"),
    path("waybills/<int:waybill>/loss", losses.of_waybill, name="waybill_loss"),
    path("losses", losses.listed, name="losses"),
    path("losses/<uuid:report>", losses.one, name="loss"),
    path("convoys", convoys.listed, name="convoys"),
    path("convoys/<int:convoy>", convoys.one, name="convoy"),
    path("convoys/<int:convoy>/gate", convoys.gate, name="convoy_gate"),
    path("convoys/<int:convoy>/check-in", convoys.check_in, name="convoy_check_in"),
    path("journeys/<int:journey>/incident", convoys.incident, name="journey_incident"),
    path("stock", stock.listed, name="stock"),
    path("stock/<int:place>/<int:item>", stock.card, name="stock_card"),
    path("stock/<int:place>/receive", stores.receive, name="stock_receive"),
    path("stock/<int:place>/kits", stores.kits, name="stock_kits"),
    path("stock/<int:place>/unkit", stores.unkit, name="stock_unkit"),
    path("stock/<int:place>/bake", stores.bake, name="stock_bake"),
    path("stock/<int:place>/keep", stores.keep, name="stock_keep"),
    path("stock/<int:place>/loss", losses.of_store, name="stock_loss"),
    path("counts", counts.listed, name="counts"),
    path("counts/<uuid:count>", counts.one, name="count"),
    path("counting", counts.stores, name="count_stores"),
    path("counting/<int:place>", counts.store, name="count_store"),
]
