"""The chain of events: one text for one value, and every change found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from karavan.domain.audit import GENESIS, Entry, canonical, digest, event_hash, judge_chain, moment_text


def a_chain(count):
    entries, prev = [], GENESIS
    for seq in range(1, count + 1):
        facts = {
            "seq": seq,
            "prev_hash": prev,
            "id": f"id-{seq}",
            "device": "",
            "device_seq": None,
            "kind": "stock received",
            "body_sha256": digest(f'{{"n":{seq}}}'),
            "actor": "alice",
            "received_at": "2023-09-22T04:00:00.000000Z",
        }
        entries.append(Entry(**facts, body=f'{{"n":{seq}}}', hash=event_hash(**facts)))
        prev = entries[-1].hash
    return entries


def test_canonical_text_has_sorted_keys_and_no_spaces():
    value = {"b": [1, True, None], "a": UUID(int=5), "c": datetime(2023, 9, 22, 8, tzinfo=timezone(timedelta(hours=4)))}
    assert canonical(value) == (
        '{"a":"00000000-0000-0000-0000-000000000005","b":[1,true,null],"c":"2023-09-22T04:00:00.000000Z"}'
    )


def test_keys_are_sorted_by_utf_16_as_rfc_8785_says():
    # U+1F600 is D83D DE00 in UTF-16, which comes before U+FB33; by code point it comes after.
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", object()])
def test_what_has_no_one_text_is_no_event(value):
    with pytest.raises(TypeError):
        canonical({"a": value})


def test_a_moment_is_utc_to_the_microsecond():
    assert moment_text(datetime(2023, 9, 22, 4, 0, 0, 5, tzinfo=UTC)) == "2023-09-22T04:00:00.000005Z"


def test_a_chain_that_nobody_touched_is_in_order():
    assert list(judge_chain(a_chain(5))) == []


@given(
    st.integers(0, 4), st.sampled_from(["id", "device", "kind", "body", "body_sha256", "actor", "received_at", "hash"])
)
def test_any_changed_field_is_found_at_its_event(which, field):
    chain = a_chain(5)
    chain[which] = replace(chain[which], **{field: getattr(chain[which], field) + "x"})
    found = [str(problem) for problem in judge_chain(chain)]
    assert found
    assert found[0].startswith(f"event {which + 1}:")


@given(st.integers(0, 3))
def test_a_removed_event_is_found(which):
    chain = a_chain(5)
    del chain[which]
    assert str(next(judge_chain(chain))) == f"event {which + 2}: the number before it is {which}"


def test_an_event_rewritten_with_its_own_hash_breaks_the_next_one():
    chain = a_chain(3)
    other = a_chain(3)[1]
    facts = {name: getattr(other, name) for name in ("seq", "prev_hash", "id", "device", "device_seq", "kind", "actor")}
    forged = {**facts, "received_at": other.received_at, "body_sha256": digest("{}")}
    chain[1] = Entry(**forged, body="{}", hash=event_hash(**forged))
    assert [str(problem) for problem in judge_chain(chain)] == ["event 3: it does not follow from the event before it"]
