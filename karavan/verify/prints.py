"""Waybills that were printed: what stands on the paper, the code and its signature, and the head that it bears."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.numbers import paper_number
from karavan.domain.seals import CONTEXT, Opened, opened
from karavan.domain.waybills import content_digest
from karavan.verify.reading import Reader

_PRINTS = """
    SELECT p.digest, p.seal, op.code, w.id, w.series_id, w.no, v.plate, o.code, d.code
    FROM desk_paperprint p JOIN desk_waybill w ON w.id = p.waybill_id JOIN desk_operation op ON op.id = w.operation_id
    JOIN desk_journey j ON j.id = w.journey_id JOIN desk_vehicle v ON v.id = j.vehicle_id
    JOIN desk_place o ON o.id = w.origin_id JOIN desk_place d ON d.id = w.destination_id ORDER BY w.series_id, w.no
"""
_LINES = """
    SELECT l.waybill_id, l.need, i.code, o.code, b.code, l.quantity
    FROM desk_waybillline l JOIN desk_batch b ON b.id = l.batch_id JOIN desk_item i ON i.id = b.item_id
    JOIN desk_place o ON o.id = b.origin_id ORDER BY l.waybill_id, l.position
"""
_HEADS = """
    SELECT p.head_seq, p.head_hash FROM desk_paperprint p LEFT JOIN desk_event e
    ON e.seq = p.head_seq AND e.hash = p.head_hash WHERE e.seq IS NULL ORDER BY p.head_seq
"""


def printed(reader: Reader) -> Iterator[Message]:
    for seq, _ in reader.rows(_HEADS):
        yield Message("event {seq}: a paper was printed when it had another hash", seq=str(seq))
    lines: dict[int, list[tuple[str, str, str, str, int]]] = defaultdict(list)
    for paper, *line in reader.rows(_LINES):
        lines[paper].append(tuple(line))  # type: ignore[arg-type]
    for digest, seal, operation, paper, series, no, plate, origin, destination in reader.rows(_PRINTS):
        number = paper_number(series, no)
        if content_digest(number, plate, origin, destination, lines[paper]) != digest:
            yield Message("waybill {number}: it is not as it was printed", number=number)
        try:
            code = opened(seal)
        except Refused:
            yield Message("waybill {number}: the code on its paper is none", number=number)
            continue
        if (code.number, code.digest, code.is_of(operation, series)) != (no, digest, True):
            yield Message("waybill {number}: the code on its paper is another paper's", number=number)
        if reader.keys is not None and not _is_signed(code, reader.keys):
            yield Message("waybill {number}: no public key of this desk fits the code on its paper", number=number)


def _is_signed(code: Opened, keys: Path) -> bool:
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    public = keys / f"{code.key.hex()}.pub"
    if not public.is_file():
        return False
    try:
        VerifyKey(public.read_bytes()).verify(CONTEXT + code.payload, code.signature)
    except (BadSignatureError, ValueError):
        return False
    return True
