"""The commands of the desk: ``desk`` and ``verify``. Django is loaded only when the desk is opened."""

from __future__ import annotations

import os
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karavan.cli.commands import app
from karavan.cli.options import LANGUAGE, AsJson, Language, argument, option
from karavan.cli.screen import Exit, Screen, open_screen
from karavan.domain.catalogues import translator
from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message

if TYPE_CHECKING:
    from karavan.verify import Reader

_ = translator(LANGUAGE)


@app.command(
    help=_(
        "Open the desk, for many people at once, in a folder: from requests to receipts. The first time it asks for "
        "the first administrator's password. KARAVAN_DATABASE_URL names a PostgreSQL instead of the folder's SQLite."
    ),
    epilog=_("Examples:") + " karavan desk flood; karavan desk trial --demo EXAMPLE.xlsx",
)
def desk(
    folder: Annotated[Path, argument("FOLDER", _("Where the desk keeps its files; made when it is not there."))],
    demo: Annotated[
        Path | None, option("--demo", text=_("Load this workbook, with a user for each role."), metavar="SITUATION")
    ] = None,
    host: Annotated[str, option("--host", text=_("The address to answer at."), metavar="ADDRESS")] = "127.0.0.1",
    port: Annotated[
        int, option("--port", text=_("The port to answer at."), metavar="NUMBER", min=1, max=65_535)
    ] = 8000,
    login: Annotated[
        str, option("--admin", text=_("Login name of the first administrator."), metavar="NAME")
    ] = "admin",
    password_file: Annotated[
        Path | None,
        option("--password-file", text=_("Read the first password from this file instead."), metavar="FILE"),
    ] = None,
    let_in: Annotated[
        str,
        option(
            "--let-in",
            text=_(
                "Give this administrator, who lost phone or password, a new password and no second factor, and stop."
            ),
            metavar="NAME",
        ),
    ] = "",
    only_prepare: Annotated[bool, option("--prepare", text=_("Make everything ready and stop."))] = False,
    language: Language = LANGUAGE,
) -> None:
    with open_screen(language) as screen:
        try:
            from karavan.desk import start

            start.prepare(folder)
        except ModuleNotFoundError as error:
            raise RefusedFile(
                Message("the desk needs more than the planner: pip install 'karavan[desk]' ({name})", name=error.name)
            ) from None
        screen.say(start.journal())
        password = _Password(screen, password_file)
        if let_in:
            start.let_in(let_in, password)
            screen.say(Message("{login} signs in with the new password, and enrols a phone anew.", login=let_in))
            return
        if start.first_administrator(login, password):
            screen.say(Message("The first administrator is {login}.", login=login))
        if demo is not None:
            from karavan.cli.sources import read_situation

            if start.load_demo(partial(read_situation, screen, demo, None), login, password):
                screen.say(
                    Message(
                        "The example is loaded; each role has a user with the same password: {names}.",
                        names=", ".join(start.DEMO_PEOPLE),
                    )
                )
        if only_prepare:
            return
        screen.say(Message("The desk is open at http://{host}:{port}/; Ctrl-C closes it.", host=host, port=str(port)))
        start.serve(host, port)


class _Password:
    """Asked once, on the terminal without showing it, or read from a file; kept nowhere."""

    def __init__(self, screen: Screen, file: Path | None) -> None:
        self.screen, self.file = screen, file
        self.given = ""

    def __call__(self) -> str:
        if not self.given:
            self.given = self.file.read_text(encoding="utf-8").strip() if self.file else self._ask()
        return self.given

    def _ask(self) -> str:
        password = getpass(self.screen.text(Message("Password of the administrator: ")))
        if getpass(self.screen.text(Message("The same again: "))) != password:
            raise RefusedFile(Message("the two passwords are not the same"))
        return password


@app.command(
    help=_(
        "List what of people is past the time that a desk keeps it, as somebody with a login there sees it. "
        "Erase it, with one event for each, after a question or with --yes."
    ),
    epilog=_("Examples:") + " karavan retention flood --as officer; karavan retention flood --as officer --erase",
)
def retention(
    folder: Annotated[Path, argument("FOLDER", _("The desk's folder."))],
    login: Annotated[str, option("--as", text=_("Who lists and erases: a login of the desk."), metavar="NAME")],
    erase: Annotated[bool, option("--erase", text=_("Erase what is listed."))] = False,
    sure: Annotated[bool, option("--yes", text=_("Do not ask before."))] = False,
    language: Language = LANGUAGE,
) -> None:
    with open_screen(language) as screen:
        from karavan.desk import start

        start.reopen(folder)
        from karavan.desk.erasing import Erasing

        found = Erasing.by(login)
        for operation, it in found.due:
            screen.say(f"{operation.code}  {it.last:%Y-%m-%d}  {screen.text(it.label)}: {it.what}")
        screen.say(Message.counted("{count} is past its time.", "{count} are past their time.", count=len(found.due)))
        if not erase or not found.due:
            return
        if not sure and input(screen.text(Message("Type {word} to erase them for good: ", word="ERASE"))) != "ERASE":
            raise RefusedFile(Message("nothing was erased"))
        found.erase()
        screen.say(Message.counted("{count} was erased.", "{count} were erased.", count=len(found.due)))


@app.command(
    help=_("Copy a desk's database to one new file while the desk is open, and recompute the copy's books."),
    epilog=_("Example:") + " karavan backup flood flood-1.sqlite3",
)
def backup(
    folder: Annotated[Path, argument("FOLDER", _("The desk's folder."))],
    file: Annotated[Path, argument("FILE", _("The file to write; it must not be there yet."))],
    language: Language = LANGUAGE,
) -> None:
    with open_screen(language) as screen:
        if url := os.environ.get("KARAVAN_DATABASE_URL", ""):
            from karavan.desk.pg_copies import dump
            from karavan.verify import open_books

            with open_books(url) as reader:
                ((snapshot,),) = reader.rows("SELECT pg_export_snapshot()")
                dump(url, file, snapshot)
                _judge(screen, reader)
        else:
            from karavan.desk.backup import copy_out

            copy_out(folder, file)
            _judge_copy(screen, str(file))
        (folder / "backup.seen").touch()


@app.command(
    help=_("Make a desk's folder from a copy, and recompute its books; what was written after the copy is not in it."),
    epilog=_("Example:") + " karavan restore flood-1.sqlite3 flood-again",
)
def restore(
    file: Annotated[Path, argument("FILE", _("The copy."))],
    folder: Annotated[Path, argument("FOLDER", _("The folder to make; it has no desk yet."))],
    language: Language = LANGUAGE,
) -> None:
    with open_screen(language) as screen:
        if url := os.environ.get("KARAVAN_DATABASE_URL", ""):
            from karavan.desk.pg_copies import load

            load(file, url)
            _judge_copy(screen, url)
        else:
            from karavan.desk.backup import copy_in

            copy_in(file, folder)
            _judge_copy(screen, str(folder))


def _judge_copy(screen: Screen, target: str) -> None:
    from karavan.verify import open_books

    with open_books(target) as reader:
        _judge(screen, reader)


def _judge(screen: Screen, reader: Reader) -> None:
    from karavan.verify import verify as judge

    found = judge(reader)
    for problem in found.problems:
        screen.say(problem, style="bold")
    screen.say(
        Message(
            "{events} events and {transfers} transfers read; the head of the chain is {head}",
            events=found.events,
            transfers=found.transfers,
            head=found.head,
        )
    )
    if found.problems:
        raise typer.Exit(Exit.WANTING)
    screen.say(Message("The books are in order."))


@app.command(
    help=_(
        "Recompute a desk's books: the chain of events and what each wrote, every balance, the numbers of the "
        "waybills, the codes on their papers, two signatures where two are due, and the database's own guards."
    ),
    epilog=_("Example:") + " karavan verify flood",
)
def verify(
    target: Annotated[
        str, argument("FOLDER", _("The desk's folder, its database file, or the URL of its PostgreSQL."))
    ],
    keys: Annotated[
        Path | None,
        option("--keys", text=_("The folder waybill-keys, where it is not beside the database."), metavar="FOLDER"),
    ] = None,
    heads: Annotated[
        list[str] | None,
        option("--head", text=_("Number and hash at the foot of a printed paper; may be given again."), metavar="HEAD"),
    ] = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        from karavan.verify import open_books, verify as judge

        witnesses = [_witness(text) for text in heads or ()]
        with open_books(target, keys) as reader:
            found = judge(reader, witnesses)
        screen.result(
            {
                "events": found.events,
                "transfers": found.transfers,
                "head": found.head,
                "problems": [screen.text(problem) for problem in found.problems],
                "alone": [screen.text(time) for time in found.alone],
            }
        )
        for problem in (*found.problems, *found.alone):
            screen.say(problem, style="bold")
        screen.say(
            Message(
                "{events} events and {transfers} transfers read; the head of the chain is {head}",
                events=found.events,
                transfers=found.transfers,
                head=found.head,
            )
        )
        if not found.problems:
            screen.say(Message("The books are in order."))
        raise typer.Exit(Exit.WANTING if found.problems else Exit.FINE)


def _witness(text: str) -> tuple[int, str]:
    number, _, said = text.strip().partition(" ")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and len(said.strip()) == 64):
        raise RefusedFile(Message("{text} is no number and hash of an event: 419 a595...", text=text[:80]))
    return int(number), said.strip().casefold()
