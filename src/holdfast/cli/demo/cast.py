"""The fifty members of the sample community."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who does not exist. ``topics`` name fragments in ``english`` and ``languages``."""

    username: str
    shown: str
    language: str
    topics: tuple[str, ...]
    bio: str
    fields: tuple[tuple[str, str], ...] = ()
    is_locked: bool = False
    is_bot: bool = False
    role: str = "member"


def _member(username: str, shown: str, language: str, topics: str, bio: str, **more: object) -> Member:
    return Member(username, shown, language, tuple(topics.split()), bio, **more)  # type: ignore[arg-type]


# fmt: off
OWNER = _member(
    "mirela", "Mirela Dragan", "en", "town garden code",
    "I keep this server running and the compost warm. Write to me when something is broken or when somebody is "
    "unkind.\n\nFirst time here? Say hello with #introduction.",
    fields=(("Runs", "this server"), ("Pronouns", "she/her"), ("Grows", "beans, mostly")), role="owner",
)

MEMBERS: tuple[Member, ...] = (
    OWNER,
    _member("tobias", "Tobias Kern", "en", "town trains bikes",
            "One of the two moderators. Timetable reader, slow cyclist.",
            fields=(("Moderates", "evenings and Sundays"),), role="moderator"),
    _member("ngozi", "Ngozi Eze", "en", "music town baking",
            "Choir, cakes, and keeping the peace. I moderate when Tobias sleeps.", role="moderator"),
    _member("hana_bakes", "Hana Novotná", "en", "baking garden",
            "Bread from a very small kitchen. My starter is older than my bicycle.",
            fields=(("Starter", "Bohumil, fed daily"),)),
    _member("old_signal", "Signal Box 14", "en", "trains",
            "Branch lines, semaphore signals, thermos flasks. Photographs of things that used to be stations."),
    _member("pedalwise", "Imke Visser", "en", "bikes town",
            "I repair bicycles and count potholes. The count stands at 311."),
    _member("nightdesk", "Callum Reid", "en", "stars music",
            "Small telescope, big coat. Observing log from a back garden under a street lamp."),
    _member("quiet_compiler", "Yara Haddad", "en", "code music",
            "Compilers by day, piano by night. Opinions are unoptimised."),
    _member("allotment9", "Plot Nine", "en", "garden",
            "Four of us share one allotment and disagree about slugs."),
    _member("mill_street_news", "Mill Street News", "en", "town",
            "What happens between the bridge and the bakery. Written by neighbours for neighbours.",
            fields=(("Tips", "a message is enough"),)),
    _member("weatherbot", "Hill Weather", "en", "weather",
            "Readings from the school's weather station, posted by a small script.", is_bot=True),
    _member("juno", "Juno Abara", "en", "music code",
            "Cello, cables, and a loop station that works most of the time."),
    _member("fernando_m", "Fernando Muñoz", "es", "bikes baking",
            "Bicicletas, pan y paseos largos. Escribo en español y a veces en inglés."),
    _member("lucia_huerta", "Lucía Prados", "es", "garden town",
            "Una huerta pequeña y muchas semillas para regalar."),
    _member("noche_clara", "Inés Robledo", "es", "stars music",
            "Miro el cielo con un telescopio heredado."),
    _member("wiebke", "Wiebke Harms", "de", "garden baking",
            "Garten am Deich, Brot im Steinofen, Wind immer.", fields=(("Garten", "320 m² und ein Huhn"),)),
    _member("gleis_sieben", "Jonas Albrecht", "de", "trains town",
            "Pendler aus Überzeugung. Ich schreibe über Züge, Anschlüsse und das Warten dazwischen."),
    _member("sternfreundin", "Dr. Anke Lorenz", "de", "stars code",
            "Sternwarte auf dem Schuldach, jeden klaren Freitag geöffnet."),
    _member("radlerin", "Selin Aydın", "de", "bikes town",
            "Lastenrad, zwei Kinder, ein Flickzeug. Verkehrswende fängt vor der Haustür an."),
    _member("kontrabass", "Ruben Falk", "de", "music baking",
            "Kontrabass im Hausorchester, sonst Bäcker. Beides braucht Geduld."),
    _member("brotundcode", "Merle Janssen", "de", "code baking",
            "Schreibe Programme und backe Brot. Beides muss gehen gelassen werden."),
    _member("stadtnotiz", "Stadtnotizen", "de", "town trains",
            "Kleine Meldungen aus dem Viertel, zweimal am Tag."),
    _member("camille_r", "Camille Rousset", "fr", "baking garden",
            "Potager sur le toit, confitures dans le couloir."),
    _member("rail_et_vent", "Étienne Caron", "fr", "trains bikes",
            "Petites lignes, gares fermées, cartes pliées trop de fois."),
    _member("odile_chante", "Odile Marchand", "fr", "music town",
            "Chorale du mardi. Je cherche toujours des basses."),
    _member("ciel_ouvert", "Baptiste Vidal", "fr", "stars code",
            "Astronomie d'amateur et petits programmes pour suivre les satellites."),
    _member("amina_b", "Amina Belkacem", "fr", "town garden",
            "Bibliothécaire de quartier. Les livres rentrent toujours, parfois tard."),
    _member("yuki_pan", "ゆき", "ja", "baking garden",
            "小さな台所でパンを焼いています。庭には柿の木が一本。"),
    _member("ekimae", "駅前の人", "ja", "trains town",
            "各駅停車が好きです。駅前の変化を記録しています。"),
    _member("hoshizora", "あきら", "ja", "stars",
            "双眼鏡で星を見ています。寒い夜ほど楽しい。"),
    _member("kaji_code", "梶", "ja", "code music",
            "仕事はプログラム、休みの日はギター。"),
    _member("nao_ride", "なお", "ja", "bikes",
            "川沿いを毎朝二十キロ。パンクの記録は今年三回。"),
    _member("layla_s", "ليلى سالم", "ar", "garden baking",
            "أزرع النعناع والريحان على الشرفة، وأخبز الخبز كل جمعة."),
    _member("omar_stars", "عمر الشامي", "ar", "stars town",
            "أراقب السماء من سطح البيت وأكتب ما أراه."),
    _member("salma_oud", "سلمى ناصر", "ar", "music",
            "عازفة عود. أحب الأغاني القديمة والقهوة المرة."),
    _member("karim_dev", "كريم حداد", "ar", "code",
            "مطور برامج. أتعلم شيئا صغيرا كل يوم وأكتبه هنا."),
    _member("bess", "Bess Whitlock", "en", "garden town",
            "Retired post carrier. I know every dog on the north side by name."),
    _member("theo_loaf", "Theo Papadakis", "en", "baking",
            "Trying to bake one good loaf a week. Scores kept on the fridge."),
    _member("railroad_ada", "Ada Lindgren", "en", "trains code",
            "I write software for level crossings and then wait at them."),
    _member("spokes", "Dele Ogun", "en", "bikes music",
            "Wheel builder. A true wheel sounds like a good chord."),
    _member("perseid", "Rosalind Hay", "en", "stars",
            "Meteor counter, tea drinker, owner of three folding chairs.", is_locked=True),
    _member("borrowchecker", "Piotr Zawadzki", "en", "code bikes",
            "Systems programmer. I return library books early."),
    _member("kitchen_disco", "Priya Raman", "en", "music baking",
            "Records on, flour everywhere."),
    _member("harbour_lights", "Finn Madsen", "en", "town stars",
            "Ferry deckhand. Most of what I know about the sky I learned at four in the morning."),
    _member("seedswap", "Seed Swap", "en", "garden",
            "Bring seeds, take seeds. Third Saturday of the month in the library yard."),
    _member("wren", "Wren Okonkwo", "en", "music town",
            "Fiddle, hedges, long walks. New here and still reading the signs."),
    _member("eleven_tabs", "Marek Holub", "en", "code town",
            "Web developer, school governor, owner of too many open tabs."),
    _member("lowgear", "Sunniva Berg", "en", "bikes garden",
            "Uphill is only a matter of gears. Followers are approved by hand, slowly.", is_locked=True),
    _member("teatime_trains", "Gwen Pritchard", "en", "trains baking",
            "I judge railways by their scones."),
    _member("loop_pedal", "Kofi Mensah", "en", "music code",
            "Drums on weekdays, bugs on weekends, or the other way round."),
)
