"""What must hold of every ledger at any time."""

from __future__ import annotations

from karavan.desk import models as rows
from karavan.domain.ledger import AccountKind, Transfer, fold, overdrawn


def folds() -> None:
    """Balances are the fold of the transfers, nothing was made or destroyed, nothing is below nothing."""
    moved = rows.Transfer.objects.values_list("source", "target", "batch", "quantity")
    balances = fold(Transfer(*row) for row in moved)
    written = {(row[0], row[1]): row[2] for row in rows.Balance.objects.values_list("account", "batch", "quantity")}
    assert written == balances
    assert sum(balances.values()) == 0
    kinds = {number: AccountKind(kind) for number, kind in rows.Account.objects.values_list("id", "kind")}
    assert overdrawn(balances, kinds) == ()
