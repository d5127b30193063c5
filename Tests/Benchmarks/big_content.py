"""The words of the seeded production: names, descriptions and people."""

FIRST_NAMES = ["Amélie", "Jonas", "Priya", "Mateo", "Ingrid", "Tomasz", "Yuki", "Nadia", "Oscar", "Léa",
               "Farid", "Sofia", "Henrik"]
LAST_NAMES = ["Marchand", "Lindqvist", "Okafor", "Rossi", "Nakamura"]

EPISODE_TITLES = ["The Salt Road", "Low Tide", "A Lamp for Orla", "The Drowned Bell", "Winter Harbour"]
PLACES = ["harbour at dawn", "lighthouse stairs", "fish market", "storm on the reef", "bell tower",
          "smuggler's cave", "Orla's kitchen", "train along the dyke", "frozen canal", "council hall"]
ACTIONS = ["Orla runs into frame and stops at the rail.", "Close on the lamp; it flickers out.",
           "Wide of the town, gulls cross left to right.", "Bram hands over the letter, hesitates.",
           "Over the shoulder, the captain turns.", "Slow push in on the bell, water drips.",
           "The crowd parts; hold for two beats.", "Tilt down from the mast to the deck."]

ASSET_WORDS = {
    "Character": (["Orla", "Bram", "Captain", "Fishwife", "Smuggler", "Gull", "Watchman", "Sailor"],
                  ["Young", "Old", "Storm Coat", "Festive", "Crowd"]),
    "Prop": (["Lantern", "Rope Coil", "Sea Chest", "Letter", "Net", "Brass Bell", "Oar", "Barrel"],
             ["Clean", "Rusty", "Broken", "Wet", "Hero"]),
    "Environment": (["Harbour", "Lighthouse", "Fish Market", "Reef", "Bell Tower", "Cave"],
                    ["Day", "Night", "Flooded", "Snow", "Fog"]),
    "FX": (["Splash", "Rain", "Smoke", "Sparks", "Foam", "Mist"],
           ["Light", "Heavy", "Loop", "Trail", "Burst"]),
}
# Out of ten assets: four props, three characters, two environments, one effect.
ASSET_MIX = ["Prop", "Character", "Prop", "Environment", "Character", "Prop", "FX", "Character", "Prop",
             "Environment"]


def people(count):
    """(first name, last name, login) of each person; all differ."""
    for i in range(count):
        first, last = FIRST_NAMES[i % 13], LAST_NAMES[i // 13 % 5]
        suffix = "" if i < 65 else f" {i // 65 + 1}"
        login = f"{first}.{last}{suffix}".lower().replace(" ", "").replace("é", "e")
        yield first, last + suffix, login
