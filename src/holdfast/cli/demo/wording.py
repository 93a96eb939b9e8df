"""Putting the sample community's sentences together, so that hardly anything is said twice."""

from __future__ import annotations

import random

from holdfast.cli.demo import english, languages
from holdfast.cli.demo.cast import Member

NO_SPACES = frozenset({"ja"})  # languages that put no space between sentences


class Speaker:
    """Says things in the members' languages."""

    def __init__(self, rng: random.Random) -> None:
        self._random = rng
        self._said: set[str] = set()

    def language(self, member: Member) -> str:
        """The language of a member's next post: mostly their own, now and then English."""
        return "en" if self._random.random() < 0.08 else member.language

    def post(self, topic: str, language: str) -> str:
        """A post about a topic."""
        talk = english.TALK if language == "en" else languages.OTHERS[language]
        if topic not in talk:
            topic = self._random.choice(sorted(talk))
        beginnings, others, tags = talk[topic]
        for _ in range(40):
            parts = [self._random.choice(beginnings)]
            parts += self._random.sample(others, self._random.choices((0, 1, 2), weights=(3, 6, 2))[0])
            text = self.filled(self._joined(parts, language), language)
            if text not in self._said:
                break
        self._said.add(text)
        if self._random.random() < 0.3:
            text += "\n\n" + " ".join(f"#{tag}" for tag in self._random.sample(tags, self._random.randint(1, 2)))
        return text

    def _joined(self, parts: list[str], language: str) -> str:
        if len(parts) > 1 and self._random.random() < 0.25:
            return "\n\n".join(parts)
        return ("" if language in NO_SPACES else " ").join(parts)

    def reply(self, member: Member, language: str) -> tuple[str, str]:
        """An answer to somebody who wrote in ``language``, and the language of the answer."""
        spoken = language if member.language == language or language == "en" else "en"
        choices = english.REPLIES if spoken == "en" else languages.REPLIES[spoken]
        return self.filled(self._random.choice(choices), spoken), spoken

    def thanks(self, language: str) -> tuple[str, str]:
        """What somebody answers to an answer, and in which language."""
        if language == "en":
            return self.filled(self._random.choice(english.THANKS), "en"), "en"
        return self.filled(self._random.choice(languages.REPLIES[language]), language), language

    def introduction(self, member: Member) -> str:
        """The first post of a member."""
        own = english.INTRODUCTIONS if member.language == "en" else languages.INTRODUCTIONS[member.language]
        return self._random.choice(own).format(bio=member.bio.partition("\n")[0])

    def warning(self, topic: str) -> str:
        """What stands above a post that is folded."""
        return english.WARNINGS[topic]

    def filled(self, text: str, language: str = "en") -> str:
        """The text with its blanks filled in."""
        elsewhere = languages.PLACES_ELSEWHERE.get(language, languages.PLACES)
        return text.format(
            n=self._random.randint(3, 12),
            day=self._random.choice(languages.DAYS[language]),
            place=self._random.choice(elsewhere),
            time=f"{self._random.randint(6, 21)}:{self._random.choice(('05', '15', '20', '30', '45'))}",
        )
