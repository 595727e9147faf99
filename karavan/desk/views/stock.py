"""What is in store: lot by lot with expiry warnings, and the stock card of an item at a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from karavan.desk import models as rows
from karavan.desk.access import visible, where
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.words import FRESHNESS, MOVES
from karavan.domain.errors import NotFound
from karavan.domain.expiry import Freshness, freshness
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message, Sayable, unit_alone
from karavan.domain.roles import Right

A_CARD = 500
STORES = ("warehouse", "bakery", "transshipment point")


@dataclass
class Lot:
    """What lies at a place of one lot: free, reserved for waybills, kept for others, set apart as damaged."""

    place: rows.Place
    batch: rows.Batch
    free: int = 0
    reserved: int = 0
    kept: int = 0
    damaged: int = 0
    fresh: Freshness = Freshness.GOOD

    @property
    def warning(self) -> Message | None:
        return None if self.fresh is Freshness.GOOD else FRESHNESS[self.fresh]


@dataclass
class Store:
    place: rows.Place
    zone: str
    lots: list[Lot] = field(default_factory=list)
    may_move: bool = False
    may_lose: bool = False
    bakes: bool = False
    kits: bool = False


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Store by store; ``warn`` shows only what expires."""
    user = reader(request)
    text, warn = request.GET.get("q", "").strip(), request.GET.get("warn") == "1"
    stores = _stores(user)
    for lot in _lots(user, text):
        if lot.place.pk in stores and (not warn or lot.warning):
            stores[lot.place.pk].lots.append(lot)
    if is_asked(request):
        return taken(request, SHEET, all_of([lot for store in stores.values() for lot in store.lots]))
    shown = [store for store in stores.values() if store.lots or not (text or warn)]
    return render(request, "desk/stock/stock.html", {"stores": shown, "q": text, "warn": warn})


def _stores(user: rows.User) -> dict[int, Store]:
    moving = set(where(user, Right.MOVE_STOCK).values_list("pk", flat=True))
    losing = set(where(user, Right.SIGN_LOSS).values_list("pk", flat=True))
    baking = set(rows.Production.objects.values_list("bakery_id", flat=True))
    kits = set(rows.KitLine.objects.values_list("operation_id", flat=True))
    places = where(user, Right.SEE_STOCK).filter(
        Q(kind__in=STORES) | Q(account__kind=AccountKind.STOCK, account__balances__quantity__gt=0)
    )
    ordered = places.distinct().select_related("operation").prefetch_related("names").order_by("operation", "position")
    return {
        place.pk: Store(
            place=place,
            zone=place.operation.time_zone,
            may_move=place.pk in moving,
            may_lose=place.pk in losing,
            bakes=place.pk in baking,
            kits=place.operation_id in kits,
        )
        for place in ordered
    }


def _lots(user: rows.User, text: str) -> Iterator[Lot]:
    found = (
        visible(user, rows.Balance)
        .filter(quantity__gt=0)
        .filter(
            Q(account__kind=AccountKind.STOCK)
            | Q(account__kind=AccountKind.DAMAGED, account__place__isnull=False)
            | Q(account__kind=AccountKind.RESERVED, account__place__isnull=False)
            | Q(account__kind=AccountKind.RESERVED, account__line__isnull=False)
        )
    )
    if text:
        found = found.filter(
            Q(batch__item__code__icontains=text)
            | Q(batch__item__names__name__icontains=text)
            | Q(batch__code__icontains=text)
            | Q(batch__donor__icontains=text)
        ).distinct()
    paths = "account__place__operation", "account__line__waybill__origin__operation", "batch__item"
    ordered = found.select_related(*paths).prefetch_related("batch__item__names", "account__place__names")
    lots: dict[tuple[int, int], Lot] = {}
    for balance in ordered.order_by("batch__item__position", F("batch__expiry").asc(nulls_last=True), "batch_id"):
        account, batch = balance.account, balance.batch
        place = account.place or (account.line.waybill.origin if account.line else None)
        if place is None:
            continue
        lot = lots.setdefault((place.pk, batch.pk), Lot(place, batch))
        if account.kind == AccountKind.STOCK:
            lot.free += balance.quantity
        elif account.kind == AccountKind.DAMAGED:
            lot.damaged += balance.quantity
        elif account.line_id:
            lot.reserved += balance.quantity
        else:
            lot.kept += balance.quantity
    now = datetime.now(UTC)
    for lot in lots.values():
        lot.fresh = freshness(lot.batch.expiry, now, lot.batch.item.shelf_life_s)
        yield lot


SHEET = Sheet(
    "stock",
    Message("Stock"),
    (
        (Message("Place"), lambda it: name_of(it.place)),
        (Message("Code"), lambda it: it.batch.item.code),
        (Message("Goods"), lambda it: name_of(it.batch.item)),
        (Message("Lot"), lambda it: it.batch.code),
        (Message("Donor"), lambda it: it.batch.donor),
        (Message("Expires"), lambda it: At(it.batch.expiry, it.place.operation.time_zone)),
        (Message("Unit"), lambda it: unit_alone(it.batch.item.unit)),
        (Message("Free"), lambda it: it.free),
        (Message("Reserved"), lambda it: it.reserved),
        (Message("Kept for others"), lambda it: it.kept),
        (Message("State"), lambda it: it.warning),
    ),
    operation=lambda it: it.place.operation,
)


@dataclass
class CardRow:
    at: datetime
    zone: str
    what: Sayable
    paper: rows.Waybill | None
    number: str
    batch: rows.Batch
    come: int
    gone: int
    left: int = 0


@require_GET
def card(request: HttpRequest, place: int, item: int) -> HttpResponse:
    """Every movement into and out of the free stock, with what was left; the last ones, where there are many."""
    found = where(reader(request), Right.SEE_STOCK).filter(pk=place).select_related("operation").first()
    goods = rows.Item.objects.filter(pk=item, operation=found.operation_id).first() if found else None
    if found is None or goods is None:
        raise NotFound(Message("there is no such thing here"))
    account = rows.Account.objects.filter(kind=AccountKind.STOCK, place=found).first()
    balances = rows.Balance.objects.filter(account=account, batch__item=goods)
    left = now_left = sum(balances.values_list("quantity", flat=True))
    shown = list(_movements(account, goods)) if account else []
    for row in shown:
        row.left = left
        left -= row.come - row.gone
    if is_asked(request):
        return taken(request, CARD, shown)
    context = {
        "place": found,
        "item": goods,
        "zone": found.operation.time_zone,
        "card": shown,
        "left": now_left,
        "before": left,
        "is_cut": len(shown) == A_CARD,
    }
    return render(request, "desk/stock/card.html", context)


CARD = Sheet(
    "stock-card",
    Message("Stock card"),
    (
        (Message("Date, time"), lambda it: At(it.at, it.zone)),
        (Message("What"), lambda it: it.what),
        (Message("Waybill"), lambda it: it.number),
        (Message("Lot"), lambda it: it.batch.code),
        (Message("Come"), lambda it: it.come),
        (Message("Gone"), lambda it: it.gone),
        (Message("Left"), lambda it: it.left),
    ),
)


def _movements(account: rows.Account, item: rows.Item) -> Iterator[CardRow]:
    """The newest first, looked up lot by lot: the index of each side ends in the order of time."""
    zone = account.place.operation.time_zone if account.place else "UTC"
    newest: list[int] = []
    for lot in rows.Balance.objects.filter(account=account, batch__item=item).values_list("batch", flat=True):
        for side in ({"source": account}, {"target": account}):
            moved = rows.Transfer.objects.filter(**side, batch=lot).order_by("-id")
            newest += moved.values_list("pk", flat=True)[:A_CARD]
    moves = rows.Transfer.objects.filter(pk__in=sorted(newest)[-A_CARD:])
    paths = "event", "batch", "source__line__waybill__series", "target__line__waybill__series"
    for move in moves.select_related(*paths).order_by("-id"):
        other = move.source if move.target_id == account.pk else move.target
        paper = other.line.waybill if other.line else None
        come = move.quantity if move.target_id == account.pk else 0
        yield CardRow(
            at=datetime.fromisoformat(move.event.received_at),
            zone=zone,
            what=MOVES.get(move.event.kind, move.event.kind),
            paper=paper,
            number=waybill_number(paper) if paper else "",
            batch=move.batch,
            come=come,
            gone=move.quantity - come,
        )
