"""Conversations and polls of the sample community that were written as a whole."""

from __future__ import annotations

from dataclasses import dataclass

Line = tuple[str, str, int]
"""Who speaks, what, and which line is answered (0 is the first; -1 begins)."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A question of a member; the weights draw what others choose."""

    by: str
    question: str
    options: tuple[str, ...]
    weights: tuple[int, ...]
    is_multiple: bool = False
    days: int = 3


# fmt: off
THREADS: tuple[tuple[Line, ...], ...] = (
    (
        ("mill_street_news", "The bridge will be closed for repairs from Monday. Who needs a way across, and when? We "
         "are collecting times and take them to the council on Thursday. #localnews #bridge", -1),
        ("bess", "Every morning at seven, with two dogs and a walking stick.", 0),
        ("spokes", "Half past eight and six, by cargo bike. I can take {n} shopping bags of other people along.", 0),
        ("harbour_lights", "We could run the small ferry between the landings. It lies there anyway until spring.", 0),
        ("tobias", "That would be the best news of the month. Who decides that?", 3),
        ("harbour_lights", "My skipper, who is reading along and has just nodded.", 4),
        ("mill_street_news", "Then I shall ask the council for the fuel. Can you say how often you could go?", 5),
        ("harbour_lights", "Every twenty minutes from six to nine and from four to seven. Tea on board.", 6),
        ("amina_b", "La bibliothèque peut imprimer l'horaire, gratuitement.", 7),
        ("bess", "The dogs say yes.", 7),
        ("mill_street_news", "It is decided: ferry from Monday, fuel paid by the council, timetable in the library. "
         "Thank you all, this took nine hours and one evening.", 8),
        ("mirela", "This is what I run this server for.", 10),
    ),
    (
        ("quiet_compiler", "Puzzle for a rainy evening: a function that gives back the right answer every time except "
         "on the 29th of any month. No dates in it. Where would you look?", -1),
        ("borrowchecker", "Something is cached by the length of a folder listing?", 0),
        ("railroad_ada", "A name that is sorted as text. 29 before 3.", 0),
        ("quiet_compiler", "Warm!", 2),
        ("eleven_tabs", "Log files are rotated monthly and the 29th one pushes the total over a limit.", 0),
        ("quiet_compiler", "@eleven_tabs has it. The directory held exactly 28 files until somebody kept one more.", 4),
        ("loop_pedal", "I feel seen. And slightly rotated.", 5),
        ("karim_dev", "حصل معي الشيء نفسه مع ملف النسخ الاحتياطي.", 5),
        ("sternfreundin", "Bei uns war es der Schalttag in der Fernrohrsteuerung. Seitdem beobachten wir im März.", 5),
    ),
    (
        ("hana_bakes", "My oven has died in the middle of {n} loaves. Is there anybody near Lime Square with a warm "
         "one and a forgiving heart?", -1),
        ("theo_loaf", "Mine is on and empty. Second floor, blue door. Come!", 0),
        ("ngozi", "I have room for two, ten minutes on foot.", 0),
        ("hana_bakes", "On my way with a tray under each arm. People are making way.", 1),
        ("kitchen_disco", "This is the most exciting thing I have read all week.", 3),
        ("theo_loaf", "They are in. She has brought her own stone. I am learning things.", 3),
        ("yuki_pan", "がんばって。写真も見たいです。", 5),
        ("hana_bakes", "Saved, all of them, and one is better than it would have been at home. @theo_loaf bakes "
         "{n} degrees hotter than I ever dared.", 5),
        ("ngozi", "And I got a loaf for offering. Recommend this server.", 7),
    ),
    (
        ("nightdesk", "Tonight around {time}: a shooting-star shower with no Moon. I shall be on the hill behind the "
         "water tower with three chairs and a flask. Who comes? #astronomy #meteors", -1),
        ("perseid", "I bring three more chairs and the counting sheet.", 0),
        ("omar_stars", "السماء عندنا صافية أيضا، سأعد معكم من بعيد.", 0),
        ("wren", "Is this open to people who know nothing about it?", 0),
        ("nightdesk", "Especially to them. You look up and say oh.", 3),
        ("hoshizora", "こちらは曇り。皆さんの分まで楽しんでください。", 0),
        ("perseid", "Final count: 64 in two hours, of which 9 very bright. The flask is empty.", 0),
        ("wren", "I said oh eleven times.", 6),
    ),
    (
        ("pedalwise", "Somebody wrote SORRY into the wet concrete of the new kerb on Harbour Street. It is the most "
         "honest piece of cycling infrastructure in town.", -1),
        ("radlerin", "Hier steht auf dem neuen Radweg nur ENDE. Auch ehrlich.", 0),
        ("lowgear", "I would like to see it signed by the planning office.", 0),
        ("eleven_tabs", "I have filed it as documentation.", 0),
        ("rail_et_vent", "Chez nous, un enfant a dessiné un vélo. La mairie l'a laissé.", 0),
        ("pedalwise", "Update: somebody has added IT'S ALL RIGHT next to it.", 0),
    ),
    (
        ("juno", "The string quartet of this server now has two cellos, one violin and a man with a whistle. "
         "Who plays the viola? Who knows somebody who plays the viola?", -1),
        ("kontrabass", "Ich könnte die Bratsche auf dem Bass andeuten.", 0),
        ("odile_chante", "Ma voisine en joue, très bien et très tard. Je lui demande.", 0),
        ("salma_oud", "أستطيع أن أعزف اللحن على العود إن لم تجدوا أحدا.", 0),
        ("juno", "A quartet with oud. I have waited for this all my life without knowing it.", 3),
        ("odile_chante", "Elle dit oui ! Répétition mardi, chez elle, après vingt heures.", 2),
        ("juno", "Then it is a quintet, and the whistle makes six.", 5),
    ),
    (
        ("old_signal", "Found this in a drawer: the timetable of the branch line for the summer of 1962. {n} trains "
         "a day, and the last one waited for the cinema.", -1),
        ("teatime_trains", "Does it say whether there was a refreshment car? Asking for a project of some years.", 0),
        ("old_signal", "Light refreshments, Sundays excepted.", 1),
        ("teatime_trains", "I shall frame this.", 2),
        ("gleis_sieben", "Der letzte Zug wartete auf das Kino. Man möchte dort gewohnt haben.", 0),
        ("railroad_ada", "May I scan it? I could draw the graph with all the crossings.", 0),
        ("old_signal", "Please do. I bring it on Saturday, wrapped in a tea towel.", 5),
    ),
)

POLLS: tuple[Poll, ...] = (
    Poll("hana_bakes", "Bread first or cake first?", ("Bread", "Cake", "Both, alternating"), (4, 3, 5)),
    Poll("tobias", "How do you get to work?", ("On foot", "Bicycle", "Train or bus", "I am there already"),
         (3, 6, 5, 3)),
    Poll("mirela", "Shall we hold the first meeting of this server in person?",
         ("Yes, in spring", "Yes, soon", "Rather online", "I only read"), (6, 4, 3, 2), days=7),
    Poll("allotment9", "Slugs: what works?", ("Beer", "Copper", "Hedgehogs", "Surrender"), (2, 3, 5, 7), True),
    Poll("quiet_compiler", "Tabs or spaces?", ("Tabs", "Spaces", "Whatever the formatter says"), (2, 3, 9)),
    Poll("nightdesk", "What shall we look at on Friday?",
         ("Saturn", "The Moon", "A galaxy", "The snacks"), (5, 3, 4, 2)),
    Poll("seedswap", "Which seeds do you still need?",
         ("Beans", "Tomatoes", "Flowers", "Herbs"), (4, 6, 5, 3), True, 5),
    Poll("gleis_sieben", "Fenster oder Gang?", ("Fenster", "Gang", "Hauptsache Sitzplatz"), (8, 2, 4)),
    Poll("kontrabass", "Welches Stück als Zugabe?", ("Das langsame", "Das schnelle", "Keine, wir gehen essen"),
         (3, 4, 2)),
    Poll("odile_chante", "On chante quoi au marché ?", ("Du Fauré", "Des chansons", "Les deux"), (2, 4, 6)),
    Poll("yuki_pan", "朝はパンですか、ごはんですか。", ("パン", "ごはん", "その日による"), (4, 4, 5)),
    Poll("layla_s", "الشاي مع النعناع أم بدونه؟", ("مع النعناع", "بدونه"), (8, 3)),
    Poll("juno", "Which concert hour suits you?", ("Six", "Seven", "Eight"), (3, 6, 4)),
    Poll("pedalwise", "What should the next repair evening be about?",
         ("Brakes", "Gears", "Wheels", "Finding the noise"), (3, 4, 2, 6)),
    Poll("teatime_trains", "Jam or cream first?", ("Jam", "Cream", "I eat it before deciding"), (5, 4, 5)),
    Poll("bess", "Best month?", ("May", "June", "September", "October"), (5, 3, 5, 4)),
)

# fmt: on
WELCOME = (
    "Welcome to this small corner of the network. Here is how we do things: be kind, describe your pictures, and ask "
    "when you do not understand something.\n\nThe rules stand on the about page. Tobias and Ngozi moderate, I look "
    "after the machine. #welcome"
)

# fmt: off
DIRECT: tuple[tuple[Line, ...], ...] = (
    (
        ("wren", "@mirela I have just signed up and cannot find how to describe a picture. Where is it?", -1),
        ("mirela", "@wren Tap on the picture before you post, there is a field. And welcome!", 0),
        ("wren", "@mirela Found it. Thank you, that was quick.", 1),
    ),
    (
        ("spokes", "@pedalwise Are you bringing the truing stand on Thursday, or shall I?", -1),
        ("pedalwise", "@spokes You, please. Mine is holding up a shelf.", 0),
    ),
    (
        ("odile_chante", "@juno Ma voisine demande s'il y a un chat. Elle est allergique.", -1),
        ("juno", "@odile_chante Only a cello. It does not shed.", 0),
    ),
)
