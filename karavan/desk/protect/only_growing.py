"""Tables that only grow, and columns of whole numbers."""

from __future__ import annotations

from karavan.desk.protect.guard import Guard

APPEND_ONLY = {
    # Table -> its keys, by which INSERT OR REPLACE would overwrite a row without deleting it in sight of a trigger.
    "desk_event": ("seq = NEW.seq", "id = NEW.id", "hash = NEW.hash", "prev_hash = NEW.prev_hash"),
    "desk_verdict": ("id = NEW.id", "event_id = NEW.event_id AND n = NEW.n"),
    "desk_transfer": ("id = NEW.id",),
    "desk_account": ("id = NEW.id",),
    "desk_batch": ("id = NEW.id",),
    "desk_decision": ("id = NEW.id",),
    "desk_roadreport": ("id = NEW.id",),
    "desk_clearance": ("id = NEW.id",),
    "desk_vehicleservice": ("id = NEW.id", "vehicle_id = NEW.vehicle_id AND number = NEW.number"),
    "desk_situationdocument": ("digest = NEW.digest",),
    "desk_plandocument": ("id = NEW.id",),
    "desk_planapproval": ("plan_id = NEW.plan_id",),
    "desk_planpin": ("id = NEW.id",),
    "desk_cancellation": ("id = NEW.id", "event = NEW.event AND line_id = NEW.line_id"),
    "desk_readiness": ("id = NEW.id",),
    "desk_waybill": ("id = NEW.id", "series_id = NEW.series_id AND no = NEW.no"),
    "desk_waybillline": ("id = NEW.id", "waybill_id = NEW.waybill_id AND position = NEW.position"),
    "desk_waybillvoid": ("waybill_id = NEW.waybill_id",),
    "desk_loaded": ("line_id = NEW.line_id",),
    "desk_dispatch": ("waybill_id = NEW.waybill_id",),
    "desk_receipt": ("id = NEW.id", "waybill_id = NEW.waybill_id"),
    "desk_receiptline": ("id = NEW.id", "line_id = NEW.line_id"),
    "desk_lossreport": ("id = NEW.id",),
    "desk_lossline": ("id = NEW.id",),
    "desk_lossapproval": ("report_id = NEW.report_id",),
    "desk_count": ("id = NEW.id",),
    "desk_countline": ("id = NEW.id", "count_id = NEW.count_id AND batch_id = NEW.batch_id"),
    "desk_countapproval": ("count_id = NEW.count_id",),
    "desk_checkin": ("id = NEW.id",),
    "desk_incident": ("id = NEW.id",),
    "desk_paperprint": ("id = NEW.id",),
    "desk_storetransfer": ("id = NEW.id",),
    "desk_storetransferline": ("id = NEW.id", "transfer_id = NEW.transfer_id AND batch_id = NEW.batch_id"),
    "desk_goodsreturn": ("id = NEW.id",),
    "desk_goodsreturnline": ("id = NEW.id", "returned_id = NEW.returned_id AND line_id = NEW.line_id"),
    "desk_settingchange": ("id = NEW.id",),
    "desk_settingapproval": ("change_id = NEW.change_id",),
    "desk_emergency": ("id = NEW.id",),
    "desk_emergencyend": ("emergency_id = NEW.emergency_id",),
}


def append_only() -> list[Guard]:
    guards = []
    for table, keys in APPEND_ONLY.items():
        found = " OR ".join(f"({key})" for key in keys)
        replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {found})"
        guards += [
            Guard("changed", table, "UPDATE", "1 = 1"),
            Guard("deleted", table, "DELETE", "1 = 1"),
            Guard("replaced", table, "INSERT", replaced, only="sqlite"),
        ]
    return guards


# SQLite keeps 'abc', 1.5 and infinity in a column that is declared a whole number.
WHOLE = {
    "desk_transfer": ("quantity",),
    "desk_balance": ("quantity", "last"),
    "desk_requestline": ("quantity",),
    "desk_cancellation": ("quantity",),
    "desk_waybillline": ("quantity",),
    "desk_loaded": ("quantity",),
    "desk_receiptline": ("arrived", "good", "underweight", "underweight_g", "missing", "excess"),
    "desk_lossline": ("quantity",),
    "desk_countline": ("counted", "book"),
    "desk_waybill": ("no",),
    "desk_event": ("seq",),
    "desk_storetransferline": ("quantity",),
    "desk_goodsreturnline": ("good", "damaged"),
}


def whole_numbers() -> list[Guard]:
    guards = []
    for table, columns in WHOLE.items():
        broken = " OR ".join(f"typeof(NEW.{column}) <> 'integer'" for column in columns)
        guards.append(Guard("not_whole", table, "INSERT", broken, only="sqlite"))
        if table not in APPEND_ONLY:
            guards.append(Guard("not_whole", table, "UPDATE", broken, only="sqlite"))
    return guards
