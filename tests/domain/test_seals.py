"""A waybill's code: RFC 9285's own examples, there and back, and no bit that can be changed unseen."""

from __future__ import annotations

from datetime import date

import pytest

from karavan.domain.errors import Refused
from karavan.domain.seals import PREFIX, Seal, base45, check_code, from_base45, opened, written

DIGEST = "ab" * 32
SEAL = Seal(key=b"\1\2\3\4", operation="OP", series="OP-AGD", number=12, day=date(2023, 9, 22), digest=DIGEST)


@pytest.mark.parametrize(
    ("data", "said"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_as_the_standard_has_it(data, said):
    assert (base45(data), from_base45(said)) == (said, data)


@pytest.mark.parametrize("wrong", ["GGW", "A", "ab", "::"])
def test_what_is_no_base45(wrong):
    with pytest.raises(ValueError, match=r".*"):
        from_base45(wrong)


def test_a_code_there_and_back():
    payload = SEAL.payload()
    assert len(payload) == 51
    text = written(payload, b"\7" * 64)
    found = opened(text)
    assert (found.key, found.number, found.day, found.digest) == (SEAL.key, 12, date(2023, 9, 22), DIGEST)
    assert (found.payload, found.signature) == (payload, b"\7" * 64)
    assert [found.is_of("OP", "OP-AGD"), found.is_of("OP", "OP-BKR"), found.is_of("X", "OP-AGD")] == [
        True,
        False,
        False,
    ]
    assert check_code(DIGEST) == "VOV2 XK5L"


@pytest.mark.parametrize("text", ["", "KV1:", "KV2:ABC", PREFIX + "ABC", PREFIX + base45(b"\2" * 115), PREFIX + "ü"])
def test_what_is_no_code(text):
    with pytest.raises(Refused, match="not the code of a waybill"):
        opened(text)
