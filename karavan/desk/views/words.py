"""What states, kinds and reasons are called on pages."""

from __future__ import annotations

from karavan.domain.clearances import Answer, ClearanceKind
from karavan.domain.convoys import ConvoyState, IncidentKind
from karavan.domain.expiry import Freshness
from karavan.domain.fleet import OutOfService
from karavan.domain.message import Message
from karavan.domain.places import PlaceKind
from karavan.domain.receipts import Damage, LossReason
from karavan.domain.roads import RoadStatus

STATES = {
    "issued": Message("issued, not loaded"),
    "loaded": Message("loaded, not on its way"),
    "in transit": Message("on the road"),
    "received": Message("received, something is missing"),
    "closed": Message("closed"),
    "void": Message("void"),
}
DAMAGES: dict[Damage, Message] = {
    Damage.TORN: Message("torn"),
    Damage.WET: Message("wet"),
    Damage.STAINED: Message("stained"),
    Damage.MOULDY: Message("mouldy"),
    Damage.BROKEN: Message("broken"),
    Damage.EXPIRED: Message("expired"),
    Damage.OTHER: Message("damaged otherwise"),
}
LOSSES: dict[str, Message] = {
    LossReason.MISSING: Message("missing on arrival"),
    LossReason.DAMAGED: Message("damaged"),
    LossReason.THEFT: Message("stolen or taken"),
    LossReason.FIRE: Message("fire"),
    LossReason.ACCIDENT: Message("accident"),
    LossReason.EXPIRED: Message("expired"),
    LossReason.OTHER: Message("something else"),
}
CHECK_INS: dict[str, Message] = {
    ConvoyState.RELEASED: Message("released"),
    ConvoyState.MOVING: Message("moving"),
    ConvoyState.BLOCKED: Message("blocked"),
    ConvoyState.TURNED_BACK: Message("turned back"),
    ConvoyState.ARRIVED: Message("arrived"),
}
INCIDENTS: dict[str, Message] = {
    IncidentKind.BLOCKED: Message("blocked"),
    IncidentKind.TURNED_BACK: Message("turned back"),
    IncidentKind.BREAKDOWN: Message("broken down"),
    IncidentKind.ACCIDENT: Message("accident"),
    IncidentKind.TAKEN: Message("goods taken"),
    IncidentKind.OTHER: Message("something else"),
}
FRESHNESS: dict[Freshness, Message] = {
    Freshness.GOOD: Message("good"),
    Freshness.SOON: Message("expires soon"),
    Freshness.EXPIRED: Message("expired"),
}
CONDITIONS = {
    "leader": Message("Somebody leads the convoy"),
    "order": Message("The order of march is set"),
    "drivers": Message("Drivers' names and plates are confirmed"),
    "clearance": Message("The clearance is valid"),
    "papers": Message("The papers are printed"),
    "briefing": Message("The drivers are briefed"),
}
ROADS: dict[str, Message] = {
    RoadStatus.OPEN: Message("open"),
    RoadStatus.RESTRICTED: Message("restricted"),
    RoadStatus.CLOSED: Message("closed"),
    RoadStatus.UNKNOWN: Message("unknown"),
}
ROAD_SIGNS: dict[str, str] = {RoadStatus.RESTRICTED: "!", RoadStatus.CLOSED: "✕", RoadStatus.UNKNOWN: "?"}
PLACES: dict[str, Message] = {
    PlaceKind.WAREHOUSE: Message("warehouse"),
    PlaceKind.BAKERY: Message("bakery"),
    PlaceKind.DELIVERY_POINT: Message("delivery point"),
    PlaceKind.TRANSSHIPMENT_POINT: Message("transshipment point"),
    PlaceKind.CHECKPOINT: Message("checkpoint"),
    PlaceKind.JUNCTION: Message("junction"),
}
OUTAGES: dict[str, Message] = {
    OutOfService.BREAKDOWN: Message("broken down"),
    OutOfService.REPAIR: Message("in repair"),
    OutOfService.ACCIDENT: Message("accident"),
    OutOfService.INSPECTION: Message("inspection or papers"),
    OutOfService.NO_DRIVER: Message("no driver"),
    OutOfService.NO_FUEL: Message("no fuel"),
    OutOfService.TAKEN: Message("taken away"),
    OutOfService.OTHER: Message("something else"),
}
CLEARANCES: dict[str, Message] = {
    ClearanceKind.CLEARANCE: Message("clearance"),
    ClearanceKind.NOTIFICATION: Message("notification"),
}
ANSWERS: dict[str, Message] = {
    Answer.WAITING: Message("not answered"),
    Answer.GRANTED: Message("granted"),
    Answer.NOT_NEEDED: Message("none is needed"),
    Answer.REFUSED: Message("refused"),
    Answer.WITHDRAWN: Message("withdrawn"),
}
MOVES = {
    "operation opened": Message("stock taken over at the beginning"),
    "stock received": Message("received into store"),
    "kits made": Message("kits made"),
    "kits broken": Message("kits broken"),
    "bread baked": Message("baked"),
    "stock kept": Message("kept for others"),
    "goods reserved": Message("reserved for a waybill"),
    "waybill void": Message("waybill made void"),
    "waybill dispatched": Message("left behind at loading"),
    "goods received": Message("came with a waybill"),
    "goods returned": Message("came back"),
    "goods changed vehicles": Message("changed vehicles"),
    "goods set apart": Message("set apart as damaged"),
    "transfer issued": Message("reserved for a transfer"),
    "count signed": Message("count"),
    "loss signed": Message("loss"),
}
