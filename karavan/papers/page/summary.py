"""What a reader wants first: the figures, what is left behind and why, what is shared, what changed, what else was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from karavan.domain.message import Message
from karavan.domain.plans import NOT_COMPARED, Share, Unserved, Value
from karavan.domain.shares import percent, served, spread
from karavan.domain.units import KM_M, Measure, Quantity
from karavan.domain.value import waiting_of_nothing
from karavan.papers.page.html import Content, Html, element, join
from karavan.papers.page.tables import Column, place_count, table
from karavan.papers.page.view import View

SUMMED_UP_FROM = 10
FIRST_LINES = 40


def headline(view: View) -> Html:
    """One plain sentence, then the figures."""
    _ = view.translate
    account = view.left_behind
    left, total = account.count, account.total
    apart = Message("Lines that are not approved, and not planned: {count}.", count=account.not_approved_count)
    sentence = (
        Message.counted(
            "{count} of {total} lines is left behind, whole or in part.",
            "{count} of {total} lines are left behind, whole or in part.",
            count=left,
            total=total,
        )
        if left
        else Message("Everything that was approved is delivered.")
    )
    return element(
        "section",
        element("h2", _("In short"), id="short"),
        element("p", view.text(sentence), class_="sentence bad" if left else "sentence good"),
        element("p", view.text(apart)) if account.not_approved else None,
        element("dl", *_figures(view), class_="figures"),
        aria_labelledby="short",
    )


def _figures(view: View) -> list[Html]:
    _ = view.translate
    plan = view.plan
    value = plan.value
    rows = []
    if value is not None:
        delivered = view.percent(value.delivered_permille / 1000, 1)
        rows.append(_figure(_("Delivered"), delivered, _("of the need, weighted by people")))
        rows.append(
            _figure(
                _("Waiting"),
                view.text(round(value.waiting_person_h)),
                view.text(_waiting_note(view, value)),
                unit=_("person-hours, weighted by priority"),
            )
        )
    rows.append(
        _figure(
            _("Journeys"),
            view.text(len(plan.journeys)),
            view.text(
                Message(
                    "vehicles used: {used} of {vehicles}; convoys: {convoys}",
                    used=len(view.journeys_of),
                    vehicles=len(view.situation.vehicles),
                    convoys=len(plan.convoys),
                )
            ),
        )
    )
    if value is not None:
        cost = f"{view.text(round(value.cost))}\N{NO-BREAK SPACE}{view.situation.operation.rules.currency}"
        driven = Message("{distance} km are driven", distance=round(value.distance_m / KM_M))
        rows.append(_figure(_("Cost"), cost, view.text(driven)))
    if plan.road_source is not None:
        rows.append(_figure(_("Roads"), "", view.text(plan.road_source)))
    return rows


def _waiting_note(view: View, value: Value) -> Message:
    bound, shared = view.plan.bound_person_h, view.plan.shared_bound_person_h
    if bound is None:
        return Message("{nothing} if nothing were delivered", nothing=round(waiting_of_nothing(view.situation)))
    best = bound if shared is None else max(bound, shared)
    gap = max(0.0, value.waiting_person_h - best) / value.waiting_person_h if value.waiting_person_h else 0.0
    if best > bound:
        return Message(
            "no plan that shares scarce goods like this one can have less than {shared}: at most {gap} % could still "
            "be gained; no plan at all can have less than {bound}; {nothing} if nothing were delivered",
            shared=round(best),
            gap=round(100 * gap, 1),
            bound=round(bound),
            nothing=round(waiting_of_nothing(view.situation)),
        )
    return Message(
        "no plan can have less than {bound}: at most {gap} % could still be gained; "
        "{nothing} if nothing were delivered",
        bound=round(bound),
        gap=round(100 * gap, 1),
        nothing=round(waiting_of_nothing(view.situation)),
    )


def _figure(label: str, figure: str, note: str, unit: str = "") -> Html:
    return element(
        "div",
        element("dt", label),
        element(
            "dd",
            element("strong", element("bdi", figure)) if figure else None,
            element("span", unit, class_="unit") if unit else None,
            element("span", element("bdi", note), class_="note"),
        ),
    )


def unserved(view: View) -> Html:
    """What is left behind: the binding limit first, in words."""
    _ = view.translate
    account = view.left_behind
    rows = _grouped(view, account.lines)
    apart = _grouped(view, account.not_approved)
    rest = len(rows) - FIRST_LINES
    more = view.text(
        Message.counted(
            "{count} more line, where people wait less", "{count} more lines, where people wait less", count=rest
        )
    )
    caption = _("What the plan leaves behind, and the reasons")
    return element(
        "section",
        element("h2", _("Left behind, and why"), id="left"),
        None if rows else element("p", _("Nothing is left behind."), class_="good"),
        _left_by_goods(view) if account.count > SUMMED_UP_FROM else None,
        _unserved_table(view, caption, rows[:FIRST_LINES]) if rows else None,
        element("details", element("summary", more), _unserved_table(view, caption, rows[FIRST_LINES:]))
        if rest > 0
        else None,
        _unserved_table(view, _("Not approved, so not planned"), apart) if apart else None,
        aria_labelledby="left",
    )


def _grouped(view: View, lines: Iterable[Unserved]) -> list[tuple[Content, ...]]:
    groups = _alike(sorted(lines, key=lambda row: _weight(view, row)))
    return [_unserved_row(view, group[0]) if len(group) == 1 else _unserved_group(view, group) for group in groups]


def _unserved_table(view: View, caption: str, rows: list[tuple[Content, ...]]) -> Html:
    _ = view.translate
    return table(
        caption,
        (
            Column(_("For")),
            Column(_("Goods")),
            Column(_("Left behind"), "n"),
            Column(_("of"), "n"),
            Column(_("Why"), "wide"),
        ),
        rows,
        stack=True,
    )


def _left_by_goods(view: View) -> Html:
    """Many lines in few: what is left behind of each kind of goods."""
    _ = view.translate
    left: dict[str, int] = defaultdict(int)
    lines: dict[str, int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for row in view.left_behind.lines:
        left[row.item] += row.quantity
        lines[row.item] += 1
    for need in view.needs.values():
        asked[need.item] += need.quantity
    return table(
        _("Left behind in all, by goods"),
        (Column(_("Goods")), Column(_("Lines"), "n"), Column(_("Left behind"), "n"), Column(_("of"), "n")),
        [
            (
                view.item(item),
                view.text(lines[item]),
                join(view.quantity(item, quantity), element("small", " ", view.weight(item, quantity))),
                view.quantity(item, asked[item]),
            )
            for item, quantity in left.items()
        ],
        stack=True,
    )


def _weight(view: View, row: Unserved) -> tuple[float, str]:
    """Most waited for first."""
    need = view.needs.get(row.need)
    return (-need.people_weight * row.quantity / need.quantity if need and need.quantity else 0.0, row.need)


def _unserved_row(view: View, row: Unserved) -> tuple[Content, ...]:
    need = view.needs.get(row.need)
    people = _people(need.people) if need else ""
    return (
        join(view.place(row.place, all_names=True), element("small", " ", view.text(people))),
        join(view.item(row.item), element("small", " ", element("bdi", row.need, class_="id"))),
        join(view.quantity(row.item, row.quantity), element("small", " ", view.weight(row.item, row.quantity))),
        view.quantity(row.item, need.quantity) if need else None,
        _reasons(view, row.reasons),
    )


def _people(count: int) -> Message:
    return Message.counted("{count} person", "{count} people", count=count)


def _reasons(view: View, reasons: Iterable[Message]) -> Html:
    return element("ul", *(element("li", element("bdi", view.text(one))) for one in reasons), class_="reasons")


def _alike(rows: Iterable[Unserved]) -> list[list[Unserved]]:
    """Lines of the same goods that are left behind for the same reasons, in one group; figures in them may differ."""
    groups: dict[tuple[object, ...], list[Unserved]] = {}
    for row in rows:
        reasons = tuple((reason.template, _words(reason)) for reason in row.reasons)
        groups.setdefault((row.item, reasons), []).append(row)
    return list(groups.values())


def _words(reason: Message) -> tuple[str, ...]:
    """What sentences said together have in common: all but their figures, of which it is the kind and the unit."""
    return tuple(
        f"{name} {getattr(value, 'unit', '') if _is_figure(name, value) else repr(value)}"
        for name, value in sorted(reason.values.items())
    )


def _is_figure(name: str, value: object) -> bool:
    # A sentence bends to its count: of two counts no range can be made.
    return name != "count" and isinstance(value, int | float | Measure | Quantity)


def _size(figure: Measure | Quantity | float) -> float:
    return figure.amount if isinstance(figure, Measure | Quantity) else figure


def _ranges(reasons: Sequence[Message]) -> Message:
    """One reason for all: a figure that differs is said from the least to the largest."""
    said = {}
    for name, value in reasons[0].values.items():
        if _is_figure(name, value):
            figures = [reason.values[name] for reason in reasons]
            least, most = min(figures, key=_size), max(figures, key=_size)
            said[name] = least if least == most else Message("{least} to {most}", least=least, most=most)
    return reasons[0].having(**said)


def _unserved_group(view: View, rows: list[Unserved]) -> tuple[Content, ...]:
    """Many lines in one row: the reasons once, then for whom."""
    item = rows[0].item
    left = sum(row.quantity for row in rows)
    asked = sum(view.needs[row.need].quantity for row in rows if row.need in view.needs)
    people = {row.place: view.needs[row.need].people for row in rows if row.need in view.needs}
    parts = []
    for index, row in enumerate(rows):
        need = view.needs.get(row.need)
        of = Message("{left} of {asked}", left=row.quantity, asked=need.quantity) if need else row.quantity
        figures = element("span", "\N{NO-BREAK SPACE}", element("bdi", view.text(of)), class_="n")
        code = element("small", " ", element("bdi", row.need, class_="id"))
        parts.append(element("span", ", " if index else "", view.place(row.place), code, figures))
    return (
        join(view.text(place_count(len(people))), element("small", " ", view.text(_people(sum(people.values()))))),
        view.item(item),
        join(view.quantity(item, left), element("small", " ", view.weight(item, left))),
        view.quantity(item, asked) if asked else None,
        join(
            _reasons(view, [_ranges(same) for same in zip(*(row.reasons for row in rows), strict=True)]),
            element("p", *parts, class_="whom"),
        ),
    )


def shares(view: View) -> Html | None:
    """How what is scarce was shared."""
    _ = view.translate
    if not view.plan.shares:
        return None
    return element(
        "section",
        element("h2", _("Scarce goods, and how they are shared"), id="scarce"),
        table(
            _("Goods of which there is less than is needed"),
            (
                Column(_("Goods")),
                Column(_("Needed"), "n"),
                Column(_("There is"), "n"),
                Column(_("How it is shared"), "wide"),
            ),
            [
                (
                    view.item(share.item),
                    view.quantity(share.item, share.needed),
                    view.quantity(share.item, share.available),
                    view.text(_share_words(view, share)),
                )
                for share in view.plan.shares
            ],
            stack=True,
        ),
        aria_labelledby="scarce",
    )


def _share_words(view: View, share: Share) -> Message:
    """The limit that was set by need, and what came of it."""
    if not any(code in view.needs for code, _quantity in share.shares):
        return Message("shared by need")
    limit = percent(share.available / share.needed) if share.needed else 100
    low, high = (percent(part) for part in spread(share, served(view.situation, view.plan)))
    if high == 0:
        return Message("none of it is handed over: the lines left behind say why")
    if low == high:
        return Message("shared by need, at most {limit} % each: everybody gets {share} %", limit=limit, share=low)
    return Message(
        "shared by need, about {limit} % each in whole handling units: with the journeys planned the parts are {low} % "
        "to {high} %",
        limit=limit,
        low=low,
        high=high,
    )


def changes(view: View) -> Html | None:
    """After replanning."""
    _ = view.translate
    if not view.plan.changes:
        return None
    rows = [element("li", element("bdi", view.text(change))) for change in view.plan.changes]
    return element(
        "section",
        element("h2", _("What changed against the plan before"), id="changes"),
        element("ul", *rows),
        aria_labelledby="changes",
    )


def comparison(view: View) -> Html | None:
    """This plan beside the same situation planned otherwise, and beside what no plan can beat."""
    _ = view.translate
    if view.plan.value is None:
        return None
    names = {"hand": _("by hand: nearest first, full trucks"), "cost": _("cheapest: planned for cost only")}
    rows: list[tuple[str, Value]] = [(_("this plan"), view.plan.value)]
    rows += [(names.get(other.name, other.name), other.value) for other in view.plan.comparisons]
    most_h = max(value.waiting_person_h for _name, value in rows)
    most_cost = max(value.cost for _name, value in rows)
    body: list[tuple[Content, ...]] = [
        (
            element("bdi", name),
            join(_bar(value.waiting_person_h, most_h), view.text(round(value.waiting_person_h))),
            join(_bar(value.cost, most_cost), view.text(round(value.cost))),
            view.percent(value.delivered_permille / 1000, 1),
            view.text(round(value.inequity_person_h)),
            view.text(round(value.distance_m / KM_M)),
        )
        for name, value in rows
    ]
    bounds = [
        (_("bound: no plan that shares scarce goods like this one can have less"), view.plan.sharing_bound_person_h),
        (_("bound: no plan can have less"), view.plan.bound_person_h),
    ]
    for name, bound in bounds:
        if bound is not None:
            bar = join(_bar(bound, most_h), view.text(round(bound)))
            body.append((name, bar, "–", "–", "–", "–"))
    return element(
        "section",
        element("h2", _("The same situation, planned otherwise"), id="otherwise"),
        table(
            _("This plan beside others, and beside what no plan can beat"),
            (
                Column(_("Plan")),
                Column(_("Waiting [person-hours]"), "bar"),
                Column(
                    view.text(Message("Cost [{currency}]", currency=view.situation.operation.rules.currency)), "bar"
                ),
                Column(_("Delivered"), "n"),
                Column(_("Unevenness [person-hours]"), "n"),
                Column(_("Driven [km]"), "n"),
            ),
            body,
            stack=True,
        ),
        element("p", view.text(NOT_COMPARED)) if view.plan.is_not_compared else None,
        aria_labelledby="otherwise",
    )


def _bar(value: float, most: float) -> Html:
    share = 100 * value / most if most > 0 else 0.0
    return element(
        "svg",
        element("rect", width=f"{share:.1f}%", height="100%"),
        class_="bar",
        aria_hidden="true",
        focusable="false",
    )
