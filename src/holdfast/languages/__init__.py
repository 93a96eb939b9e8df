"""Languages: what is said in English in the source, said in the reader's language on pages and in letters.

    _("Sign in")                                        now, in the language in force
    ngettext("%(num)s post", "%(num)s posts", count)    the form that the number asks for
    pgettext("month", "May")                            where one English word stands for two things
    N_("Home"), say("At most %(most)s.", most=5)        a :class:`Sentence`: English for the API and the log,
                                                        said in the reader's language where a page shows it

Texts are format strings with named values: a percent sign is written ``%%``. The catalogues are the ``.po`` files
beside this, read when their language is first spoken; English needs none and loads nothing.
"""

from holdfast.languages.catalogues import SOURCE, direction, fingerprint, for_scripts, known, name_of
from holdfast.languages.naming import language_names
from holdfast.languages.negotiating import closest, negotiate
from holdfast.languages.sentences import N_, Sentence, joined, packed, say, say_many, spoken, unpacked
from holdfast.languages.speaking import in_force, speak, speaking
from holdfast.languages.texts import _, ngettext, npgettext, pgettext, template
from holdfast.languages.writing import date, day_of_year, decimal, duration, in_time, moment, number

__all__ = [
    "N_",
    "SOURCE",
    "Sentence",
    "_",
    "closest",
    "date",
    "day_of_year",
    "decimal",
    "direction",
    "duration",
    "fingerprint",
    "for_scripts",
    "in_force",
    "in_time",
    "joined",
    "known",
    "language_names",
    "moment",
    "name_of",
    "negotiate",
    "ngettext",
    "npgettext",
    "number",
    "packed",
    "pgettext",
    "say",
    "say_many",
    "speak",
    "speaking",
    "spoken",
    "template",
    "unpacked",
]
