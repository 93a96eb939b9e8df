"""Server settings: what set-up, administration and commands decide, kept in the database.

Any of them may also stand in the configuration file under ``[server]``; the file then wins and says so.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from holdfast.languages import SOURCE, known

Registration = Literal["open", "approval", "invite", "closed"]
HelpText = Meta

SOURCE_PATH = "/source.tar.gz"


class ServerSettings(Struct, kw_only=True, frozen=True):
    """How this community presents itself and what its limits are."""

    name: Annotated[str, Meta(description="The community's name.", max_length=100)] = "Holdfast"
    domain: Annotated[str, Meta(description="Public domain, without https://. Empty while on localhost.")] = ""
    short_description: Annotated[str, Meta(description="One or two sentences, plain text.", max_length=500)] = ""
    description: Annotated[str, Meta(description="The about page, in Markdown-free plain text paragraphs.")] = ""
    contact_email: Annotated[str, Meta(description="Where people reach who runs the server.")] = ""
    contact_username: Annotated[str, Meta(description="The account that people can write to.")] = ""
    source_url: Annotated[
        str,
        Meta(
            description="Where the source of this server is offered; empty offers what runs here, at /source.tar.gz.",
            pattern=r"^(https?://[^\s\"<>]+)?$",
        ),
    ] = ""
    registration: Annotated[Registration, Meta(description="Who may sign up: open, approval, invite or closed.")] = (
        "approval"
    )
    registration_message: Annotated[str, Meta(description="What people read while sign-up is closed.")] = ""
    minimum_age_years: Annotated[int, Meta(description="Smallest age at sign-up; 0 does not ask.", ge=0, le=99)] = 0
    languages: Annotated[tuple[str, ...], Meta(description="Main languages, as codes.")] = ("en",)
    default_language: Annotated[
        str,
        Meta(
            description="Language of pages and letters for those who ask for none that there is: en, or de …",
            pattern=f"^({'|'.join(known())})$",
        ),
    ] = SOURCE
    timeline_needs_sign_in: Annotated[bool, Meta(description="Only members may read the public timelines.")] = False
    most_characters: Annotated[int, Meta(description="Longest post, in characters.", ge=100, le=100_000)] = 500
    most_media: Annotated[int, Meta(description="Most pictures on one post.", ge=0, le=32)] = 4
    most_picture_bytes: Annotated[int, Meta(description="Largest picture file, in bytes.", ge=10_000)] = 16_777_216
    most_picture_pixels: Annotated[int, Meta(description="Largest picture, in pixels.", ge=10_000)] = 33_177_600
    most_video_bytes: Annotated[
        int, Meta(description="Largest video, sound or animation, in bytes.", ge=100_000, le=268_435_456)
    ] = 104_857_600
    most_video_pixels: Annotated[
        int, Meta(description="Largest frame of a video, in pixels.", ge=10_000, le=33_177_600)
    ] = 8_294_400
    most_video_frame_rate: Annotated[
        int, Meta(description="Most frames a second of a video that is uploaded.", ge=10, le=240)
    ] = 120
    longest_video_seconds: Annotated[int, Meta(description="Longest video, in seconds.", ge=5, le=7_200)] = 600
    longest_audio_seconds: Annotated[int, Meta(description="Longest sound, in seconds.", ge=5, le=28_800)] = 7_200
    most_emoji_bytes: Annotated[
        int, Meta(description="Largest file of a custom emoji, in bytes.", ge=1_000, le=4_194_304)
    ] = 262_144
    most_alt_characters: Annotated[int, Meta(description="Longest picture description, in characters.", ge=100)] = 1_500
    link_previews: Annotated[bool, Meta(description="Fetch the first link of a post and show a preview of it.")] = True
    most_poll_options: Annotated[int, Meta(description="Most choices in a poll.", ge=2, le=50)] = 4
    most_poll_option_characters: Annotated[int, Meta(description="Longest poll choice, in characters.", ge=5)] = 50
    shortest_poll_seconds: Annotated[int, Meta(description="Shortest poll, in seconds.", ge=10)] = 300
    longest_poll_seconds: Annotated[int, Meta(description="Longest poll, in seconds.", ge=3_600)] = 2_629_746
    most_pins: Annotated[int, Meta(description="Most posts pinned to a profile.", ge=0, le=50)] = 5
    most_profile_fields: Annotated[int, Meta(description="Most extra fields on a profile.", ge=0, le=20)] = 4
    most_featured_tags: Annotated[int, Meta(description="Most hashtags featured on a profile.", ge=0, le=50)] = 10
    most_bio_characters: Annotated[int, Meta(description="Longest profile text, in characters.", ge=50)] = 500
    most_follows: Annotated[int, Meta(description="Most accounts that one account may follow.", ge=100)] = 7_500
    new_account_posts_per_hour: Annotated[
        int, Meta(description="Posts per hour that a new account may write; 0 is no limit.", ge=0)
    ] = 60
    new_account_hours: Annotated[int, Meta(description="Hours during which an account counts as new.", ge=0)] = 24
    pile_on_strangers: Annotated[
        int,
        Meta(description="Strangers who mention a member within ten minutes until more wait; 0 is no limit.", ge=0),
    ] = 10
    moderation_deadlines: Annotated[
        dict[str, Annotated[int, Meta(ge=0)]],
        Meta(description="Minutes that a case may wait, by kind of harm or source; see docs/moderation.md."),
    ] = {}
    contains_overdue: Annotated[
        bool, Meta(description="Hide what nobody has decided by its deadline, until somebody does.")
    ] = True
    contains_above: Annotated[
        float,
        Meta(
            description="Hide grave content at once that is at least this likely to be harmful; 0 never does.",
            ge=0,
            le=1,
        ),
    ] = 0.9
    contains_gravest_above: Annotated[
        float,
        Meta(
            description="The same for what is of the highest severity: threats, terror, the abuse of children.",
            ge=0,
            le=1,
        ),
    ] = 0.8
    claim_minutes: Annotated[
        int, Meta(description="Minutes after which a case that somebody took is free again.", ge=1, le=240)
    ] = 10
    letter_wait_seconds: Annotated[
        int, Meta(description="Seconds in which a decision can be taken back unnoticed.", ge=0, le=3_600)
    ] = 60
    strike_days: Annotated[int, Meta(description="Days for which a strike counts; 0 is for good.", ge=0)] = 90
    appeal_days: Annotated[
        int, Meta(description="Days within which a member can appeal against a decision.", ge=183)
    ] = 183
    notice_contact_days: Annotated[
        int,
        Meta(
            description="Days after the last decision for which name and address of somebody who gave notice without "
            "an account are kept; 0 is for good.",
            ge=0,
        ),
    ] = 183
    network_days: Annotated[
        int,
        Meta(
            description="Days after the decision for which it is kept from which network such a notice came (a keyed "
            "hash); 0 is for good.",
            ge=0,
        ),
    ] = 30
    looks_days: Annotated[
        int,
        Meta(
            description="Days for which is kept who of the team looked at which case and private data; 0 is for good.",
            ge=0,
        ),
    ] = 730
    transparency_reports: Annotated[
        Literal["off", "month", "half_year", "year"],
        Meta(
            description="How often figures of moderation are published at /transparency: off, month, half_year, year."
        ),
    ] = "half_year"
    staff_needs_second_factor: Annotated[
        bool, Meta(description="Let a role rest until its holder has a passkey or an authenticator app.")
    ] = True
    staff_grace_days: Annotated[
        int, Meta(description="Days that somebody with a new role has for that.", ge=0, le=365)
    ] = 7
    is_set_up: Annotated[bool, Meta(description="Whether the owner has finished the set-up.")] = False

    def source_address(self, base_url: str) -> str:
        """Where whoever uses this server finds its source (AGPL, section 13)."""
        return self.source_url or base_url + SOURCE_PATH


FIELDS = tuple(ServerSettings.__struct_fields__)
