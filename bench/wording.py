"""What the measured community says: sentences of everyday length, in several languages, as HTML like the server's."""

from __future__ import annotations

import random
from dataclasses import dataclass

from holdfast.posts.text import Mentioned, Rendered, render

_ENGLISH = (
    "the tomatoes came up late this year but there are more of them than we can eat",
    "does anybody know why the last tram leaves before the concert ends",
    "spent the evening reading about old radio masts",
    "new bread recipe works better with a colder dough",
    "our street has a new bench and somebody has planted a lime tree next to it",
    "the library stays open until nine on Thursdays now",
    "three days of rain and the river is still below its usual mark",
    "finished the second sleeve of the green jumper",
    "a fox crossed the yard twice before breakfast",
    "I rewrote the parser and it is half as long and twice as clear",
    "what do you all cook when nobody feels like cooking",
    "saw Jupiter and two of its moons with plain field glasses",
    "the choir needs basses for the spring concert",
    "my bicycle has reached twenty thousand kilometres on its second chain",
    "the bus driver waited for us because she saw us running",
)
_OTHERS = {
    "de": (
        "die Bahn kam heute auf die Minute genau und niemand hat es bemerkt",
        "im Garten blühen die ersten Krokusse neben dem alten Brunnen",
        "wer leiht mir am Samstag eine Leiter, sie muss nicht lang sein",
        "das Brot ist diesmal ganz ohne Hefe aufgegangen",
    ),
    "fr": (
        "le marché du dimanche a enfin retrouvé sa marchande de fromages",
        "on répète ce soir dans la petite salle, entrée par la cour",
        "la neige a fondu avant que les enfants se lèvent",
    ),
    "ja": (
        "駅前のパン屋が新しい窯を入れたらしい、明日の朝に行ってみる",
        "今夜は空が澄んでいて、星がよく見えます",
        "庭の柿が色づいてきました",
    ),
    "es": ("mañana arreglamos las bicicletas en la plaza, traed vuestras herramientas",
           "el vecino del tercero toca el violín y nadie se queja"),
    "ar": ("الطقس جميل اليوم والسوق مزدحم بالناس", "قرأت كتابا جديدا عن تاريخ المدينة"),
}  # fmt: skip
_WARNINGS = ("food", "the end of the film", "long", "needles", "politics", "work")
_ADDRESS = "https://example.org/notes/2026/{0}?from=feed"
POOL = 3_000
TAGS = 300


@dataclass(frozen=True, slots=True)
class Said:
    """A post's words; ``tags`` are places in the list of tags."""

    text: str
    html: str
    language: str
    tags: list[int]


class Wording:
    """Says things. Texts without mentions come from a pool, since rendering each anew would take half a minute."""

    def __init__(self, rng: random.Random, base_url: str, names: list[str], ids: list[int]) -> None:
        self._random = rng
        self._base_url = base_url
        self._domain = base_url.partition("://")[2]
        self._people = {
            name: Mentioned(number, name, None, f"{base_url}/@{name}") for name, number in zip(names, ids, strict=True)
        }
        self._names = names
        self.tags = [f"{stem}{ending}" for stem in _stems() for ending in ("", "News", "Talk", "Daily", "2026")][:TAGS]
        self._weights = [1 / (place + 2) for place in range(len(self.tags))]
        self._pool = [self._fresh() for _ in range(POOL)]

    def say(self, to: list[int]) -> Said:
        """Something, addressed to accounts (places in the list of names) if there are any."""
        said = self._random.choice(self._pool)
        if not to:
            return said
        # The pool's HTML begins with a paragraph; handles go in front, rendered as a post's own would be.
        text = " ".join(f"@{self._names[person]}" for person in to)
        html = self._rendered(text).html.removesuffix("</p>")
        return Said(f"{text} {said.text}", f"{html} {said.html.removeprefix('<p>')}", said.language, said.tags)

    def _fresh(self) -> Said:
        rng = self._random
        language = rng.choices(("en", "de", "fr", "ja", "es", "ar"), weights=(60, 14, 8, 8, 6, 4))[0]
        sentences = _ENGLISH if language == "en" else _OTHERS[language]
        count = rng.choices((1, 2, 3, 5), weights=(40, 35, 18, 7))[0]
        parts = [sentence[0].upper() + sentence[1:] + "." for sentence in rng.choices(sentences, k=count)]
        text = ("\n\n" if rng.random() < 0.2 else " ").join(parts)
        if rng.random() < 0.15:
            text += " " + _ADDRESS.format(rng.randrange(10_000))
        tags: list[int] = []
        if rng.random() < 0.22:
            drawn = rng.choices(range(len(self.tags)), weights=self._weights, k=rng.randint(1, 3))
            tags = list(dict.fromkeys(drawn))
            text += "\n\n" + " ".join(f"#{self.tags[tag]}" for tag in tags)
        return Said(text, self._rendered(text).html, language, tags)

    def _rendered(self, text: str) -> Rendered:
        return render(
            text, domain=self._domain, base_url=self._base_url, resolve_mention=lambda name, _: self._people.get(name)
        )

    def warning(self) -> str:
        """What stands above a post that is folded."""
        return self._random.choice(_WARNINGS)

    def person(self) -> str:
        """A display name."""
        first = self._random.choice(("Ada", "Bo", "Mirela", "Jun", "Tomás", "Aïcha", "Sören", "Olu", "Nils", "Yuki"))
        last = self._random.choice(("Brook", "Lindqvist", "Okafor", "Sato", "Marchetti", "Weber", "Haddad", "Nowak"))
        return f"{first} {last}"

    def bio(self) -> tuple[str, str]:
        """A profile's text as written and as HTML."""
        text = self._random.choice(_ENGLISH).capitalize() + ".\n\nLikes " + self._random.choice(("tea", "maps")) + "."
        return text, "<p>" + text.replace("\n\n", "</p><p>") + "</p>"

    def description(self) -> str:
        """A picture's description."""
        return "A picture of how " + self._random.choice(_ENGLISH) + "."


def _stems() -> tuple[str, ...]:
    return (
        "Garden", "Bread", "Trains", "Bicycle", "Astronomy", "Python", "Choir", "Knitting", "LocalNews", "Books",
        "Cats", "Dogs", "Maps", "Rain", "Cinema", "Chess", "Coffee", "Tea", "Photo", "Birds", "Bees", "Radio", "Linux",
        "Bridges", "Mountains", "Lakes", "Soup", "Cake", "Paint", "Wood", "Clay", "Poetry", "History", "Maths",
        "Physics", "Biology", "Trees", "Flowers", "Football", "Running", "Swimming", "Sailing", "Theatre", "Jazz",
        "Piano", "Violin", "Drums", "Letters", "Typography", "Weather", "Snow", "Sea", "Islands", "Harbour", "Markets",
        "Museums", "Schools", "Repair", "Tools", "Lamps",
    )  # fmt: skip
