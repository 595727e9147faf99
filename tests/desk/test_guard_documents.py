"""docs/data-protection.md names every column that could hold something of a person."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.db import models

TEXT = (Path(__file__).parents[2] / "docs" / "data-protection.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([A-Z]\w+\.\w+)`", TEXT))

# Texts, free forms and contacts that hold nothing of a person: codes, states, digests, units, rules.
# fmt: off
OF_NOBODY = [
    "Account.kind", "Batch.code", "CheckIn.state", "Clearance.answer", "Clearance.kind",
    "Consignment.number", "Convoy.code", "Decision.decision", "Event.actor",
    "Event.body_sha256", "Event.device", "Event.hash", "Event.kind", "Event.prev_hash", "Event.received_at",
    "Head.hash", "Incident.kind", "Item.code", "Item.handling_unit", "Item.item_class", "Item.unit",
    "ItemName.language", "ItemName.name", "Journey.code", "KitLine.kit", "LossReport.reason", "Membership.role",
    "Mail.problem", "Mail.said", "Notice.key", "Notice.link",
    "Operation.clocks_h", "Operation.code", "Operation.code_roles", "Operation.name",
    "Operation.notes", "Operation.retention_d", "Operation.road_source", "Operation.rules", "Operation.time_zone",
    "Place.code",
    "Place.kind", "Place.opening", "Place.pcode", "Place.zones", "PlaceName.language", "PlaceName.name",
    "PlanDocument.sha256",
    "PlanPin.journey", "PlanningJob.kept", "PlanningJob.left",
    "PlanningJob.problem", "PlanningJob.state", "Production.hours", "Readiness.condition",
    "ReceiptLine.damaged", "Request.approval", "Request.number", "RequestLine.item", "Road.code",
    "Road.geometry_deg", "RoadReport.gate", "RoadReport.status", "Segregation.first", "Segregation.level",
    "Segregation.second", "SettingChange.clocks_h", "SettingChange.code_roles",
    "SituationDocument.digest", "Token.rights", "Token.sha256", "Vehicle.compartments_cm3",
    "Vehicle.item_classes", "Vehicle.previous_load", "Vehicle.shift", "Vehicle.type", "Vehicle.zones",
    "VehicleService.reason", "Verdict.by",
    "Verdict.reason", "Verdict.verdict", "WaybillLine.need", "WaybillSeries.code",
    "PaperPrint.digest", "PaperPrint.head_hash", "PaperPrint.seal",
]
# fmt: on


def free_columns():
    """Columns that take any text, a free form, or a person's contact."""
    for model in apps.get_app_config("desk").get_models():
        for field in model._meta.get_fields():
            free = isinstance(field, models.CharField | models.TextField | models.JSONField)
            contact = getattr(field, "related_model", None) is not None and field.related_model.__name__ == "Contact"
            if (free or (contact and isinstance(field, models.ForeignKey))) and field.concrete:
                yield f"{model.__name__}.{field.name}"


def test_every_column_that_could_name_a_person_is_listed_or_said_to_hold_nothing():
    known = NAMED | set(OF_NOBODY)
    assert sorted(set(free_columns()) - known) == []


def test_what_is_listed_is_there():
    there = {f"{model.__name__}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()}
    assert sorted((NAMED | set(OF_NOBODY)) - there) == []


def test_no_column_is_for_nationality_religion_or_ethnicity():
    names = {field.name for model in apps.get_models() for field in model._meta.get_fields()}
    assert not [name for name in names if re.search("nationality|citizen|relig|ethnic|tribe|faith|confession", name)]
