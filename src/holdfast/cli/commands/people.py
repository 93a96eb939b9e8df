"""``user …`` and ``invite …``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, length_ms, perform
from holdfast.cli.output import say, table

Name = Annotated[str, typer.Argument(help="The member's name.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    users = group("user", "Members of this server.")
    for name, command in (
        ("create", create),
        ("token", token),
        ("list", listing),
        ("reset", reset),
        ("role", role),
        ("suspend", suspend),
        ("approve", approve),
        ("reject", reject),
        ("ask", ask),
        ("application", application),
        ("alias", alias),
        ("move", move),
        ("return", come_back),
        ("old-posts", old_posts),
    ):
        users.command(name)(command)
    app.add_typer(users)
    invites = group("invite", "Invitations.")
    invites.command("create")(create_invite)
    invites.command("list")(list_invites)
    invites.command("revoke")(revoke_invite)
    app.add_typer(invites)


def create(
    name: Name,
    email: Annotated[str, typer.Option(help="E-mail address; it counts as confirmed.")] = "",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
    ] = "",
    role: Annotated[str, typer.Option(help="owner, administrator, moderator or member.")] = "member",
    as_json: Json = False,
) -> None:
    """Make a member, whatever the registration mode is."""
    perform(
        "user.create",
        as_json,
        lambda result: say(f"@{result['name']} is a {result['role']} now."),
        name=name,
        email=email,
        password=password,
        role=role,
    )


def token(
    name: Name,
    scopes: Annotated[str, typer.Option(help="What the token may do.")] = "read write follow push",
    as_json: Json = False,
) -> None:
    """Issue an access token for a member and print it: this once."""
    perform("user.token", as_json, lambda result: say(result["token"]), name=name, scopes=scopes)


def listing(
    role: Annotated[str | None, typer.Option(help="Only this role.")] = None,
    pending: Annotated[bool, typer.Option("--pending", help="Only those who wait for approval.")] = False,
    most: Annotated[int, typer.Option(help="Most members to list.", min=1)] = 200,
    as_json: Json = False,
) -> None:
    """List members."""

    def people(result: list[dict[str, Any]]) -> None:
        rows = [
            [one["name"], one["role"], one["email"], _state(one), clock(one["created_at"]), one["reason"]]
            for one in result
        ]
        table(["name", "role", "e-mail", "state", "joined", "reason"], rows)

    perform("user.list", as_json, people, role=role, pending=pending, most=most)


def _state(one: dict[str, Any]) -> str:
    if one["suspended"]:
        return "suspended"
    if not one["approved"]:
        return "waits for approval"
    return "" if one["confirmed"] else "waits for confirmation"


def reset(
    name: Name,
    drop_second_factor: Annotated[
        bool, typer.Option("--drop-second-factor", help="Also end codes from apps and recovery codes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a one-time link with which a member sets a new password."""
    perform("user.reset", as_json, lambda result: say(result["link"]), name=name, drop_second_factor=drop_second_factor)


def role(
    name: Name,
    role: Annotated[str, typer.Argument(help="owner, administrator, moderator or member.")],
    as_json: Json = False,
) -> None:
    """Give a member a role."""
    perform("user.role", as_json, lambda result: say(f"@{result['name']} is {role} now."), name=name, role=role)


def suspend(
    name: Name,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the suspension instead.")] = False,
    as_json: Json = False,
) -> None:
    """Suspend a member: profile and posts are hidden, sign-in ends."""

    def people(result: dict[str, Any]) -> None:
        say(f"@{result['name']} is {'no longer ' if lift else ''}suspended.")

    perform("user.suspend", as_json, people, name=name, lift=lift)


def approve(name: Name, as_json: Json = False) -> None:
    """Let somebody in who waits for approval."""
    perform("user.approve", as_json, lambda result: say(f"@{result['name']} is let in."), name=name)


def reject(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why, for the team; kept for a year.")] = "",
    as_json: Json = False,
) -> None:
    """Turn somebody down who waits for approval; what they gave is erased."""

    def people(result: dict[str, Any]) -> None:
        say(f"@{result['name']} is turned down.")

    perform("user.reject", as_json, people, name=name, reason=reason)


def ask(name: Name, text: Annotated[str, typer.Argument(help="The question.")], as_json: Json = False) -> None:
    """Ask somebody who waits for approval; they answer on a page that a letter leads to."""
    perform("user.ask", as_json, lambda result: say(f"@{result['name']} is asked."), name=name, text=text)


def application(name: Name, as_json: Json = False) -> None:
    """Show what somebody wrote who waits for approval, and whether they were turned down before."""

    def people(result: dict[str, Any]) -> None:
        say(result["reason"] or "No reason given.")
        for one in result["words"]:
            say(f"{'Asked' if one['question'] else 'Answered'} {clock(one['at'])}: {one['text']}")
        for one in result["rejections"]:
            say(f"Turned down {clock(one['at'])} (the same {', '.join(one['same'])}): {one['reason'] or 'no reason'}")

    perform("user.application", as_json, people, name=name)


def alias(
    name: Name,
    other: Annotated[str, typer.Argument(help="The account that is theirs, too.")],
    remove: Annotated[bool, typer.Option("--remove", help="It is theirs no longer.")] = False,
    as_json: Json = False,
) -> None:
    """Note that another account is a member's own, so that it can move to this one."""

    def people(result: dict[str, Any]) -> None:
        say(f"@{result['name']} names {', '.join(result['aliases']) or 'no other account'}.")

    perform("user.alias", as_json, people, name=name, other=other, remove=remove)


def move(
    name: Name,
    to: Annotated[str, typer.Argument(help="The account to which the followers go; it names this one as its own.")],
    as_json: Json = False,
) -> None:
    """Send a member's followers to another account."""
    perform("user.move", as_json, lambda result: say(f"@{name} has moved to @{result['moved_to']}."), name=name, to=to)


def come_back(name: Name, as_json: Json = False) -> None:
    """Take a member's move back; followers who have been moved stay where they are."""
    perform("user.return", as_json, lambda _: say(f"@{name} is here again."), name=name)


def old_posts(
    name: Name,
    off: Annotated[bool, typer.Option("--off", help="Switch it off.")] = False,
    as_json: Json = False,
) -> None:
    """Show whether a member's old posts delete themselves, and how many would go now. Only members switch it on."""

    def people(result: dict[str, Any]) -> None:
        when = f"the next run is at {clock(result['next_run_at'])}" if result["next_run_at"] else "it is switched off"
        say(f"@{result['name']}: {when}; {result['count_now']} posts are older than what is set and not kept.")

    perform("user.old_posts", as_json, people, name=name, off=off)


def create_invite(
    by: Annotated[str, typer.Option(help="In this member's name; the owner's otherwise.")] = "",
    uses: Annotated[int | None, typer.Option(help="How many people may join with it.", min=1)] = None,
    expires: Annotated[str, typer.Option(help="How long it lasts, as 12h or 7d.")] = "",
    comment: Annotated[str, typer.Option(help="A note for yourself.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Who joins follows the inviter.")] = False,
    collection: Annotated[int | None, typer.Option(help="Offer the people of this collection of theirs.")] = None,
    as_json: Json = False,
) -> None:
    """Make an invitation and print its link."""
    perform(
        "invite.create",
        as_json,
        lambda result: say(result["link"]),
        by=by,
        uses=uses,
        expires_in_ms=length_ms(expires) if expires else None,
        comment=comment,
        follow=follow,
        collection=collection,
    )


def list_invites(
    by: Annotated[str, typer.Option(help="Only this member's.")] = "",
    as_json: Json = False,
) -> None:
    """List invitations."""

    def people(result: list[dict[str, Any]]) -> None:
        rows = [
            [
                one["link"],
                f"{one['uses']}/{one['most_uses'] or '∞'}",
                clock(one["expires_at"]),
                "open" if one["is_open"] else "closed",
                one["comment"],
            ]
            for one in result
        ]
        table(["link", "used", "until", "state", "comment"], rows)

    perform("invite.list", as_json, people, by=by)


def revoke_invite(
    code: Annotated[str, typer.Argument(help="The invitation's code or link.")],
    as_json: Json = False,
) -> None:
    """Let nobody join any more with an invitation."""
    perform("invite.revoke", as_json, lambda result: say(f"{result['code']} is revoked."), code=code)
