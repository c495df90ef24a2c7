"""The theka: the bols that a tabla plays through an avartan, matra by matra.

Bols follow Wikipedia's articles on each tala and tablalegacy.com; a matra of several bols shares its time among them.
Each bol is one stroke of the right hand (dayan), of the left (bayan), or of both.
"""

#: What each hand does for a bol: (right, left), None for nothing. Right: "na" the rim, "tin" softly, "tu" open,
#: "ti" damped. Left: "ge" open, "ka" damped.
HANDS: dict[str, tuple[str | None, str | None]] = {
    "dha": ("na", "ge"),
    "dhin": ("tin", "ge"),
    "dhi": ("tin", "ge"),
    "na": ("na", None),
    "ta": ("na", None),
    "tin": ("tin", None),
    "ti": ("ti", None),
    "tu": ("tu", None),
    "ra": ("ti", None),
    "ge": (None, "ge"),
    "ka": (None, "ka"),
    "ki": (None, "ka"),
    "kat": (None, "ka"),
}

#: The bols of each tala; a hyphen joins those of one matra.
_BOLS = {
    "tintal": "dha dhin dhin dha dha dhin dhin dha dha tin tin ta ta dhin dhin dha",
    "jhaptal": "dhi na dhi dhi na tin na dhi dhi na",
    "ektal": "dhin dhin dha-ge ti-ra-ki-ta tu na kat ta dha-ge ti-ra-ki-ta dhin na",
    "rupak": "tin tin na dhi na dhi na",
    "keherwa": "dha ge na ti na ka dhi na",
    "dadra": "dha dhi na dha tu na",
}

THEKAS = {tala: tuple(tuple(matra.split("-")) for matra in bols.split()) for tala, bols in _BOLS.items()}
