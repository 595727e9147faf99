"""QR codes as pictures."""

from __future__ import annotations

import io

import segno


def svg(payload: str) -> str:
    """For a screen: dark on white, at night too, since not every phone reads it the other way round."""
    out = io.BytesIO()
    segno.make_qr(payload, error="m").save(out, kind="svg", scale=5, border=4, light="white")
    return out.getvalue().decode()
