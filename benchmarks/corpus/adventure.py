"""A small adventure, played by a list of commands."""

ROOMS = {
    "courtyard": {"text": "A courtyard with a well.", "exits": {"north": "hall", "east": "garden"}, "things": ["rope"]},
    "hall": {"text": "A hall of pillars.", "exits": {"south": "courtyard", "up": "tower"}, "things": ["lamp"]},
    "garden": {"text": "A garden gone wild.", "exits": {"west": "courtyard"}, "things": ["key", "flute"]},
    "tower": {"text": "A tower with a locked chest.", "exits": {"down": "hall"}, "things": []},
}
COMMANDS = [
    "look",
    "take rope",
    "go east",
    "take key",
    "go west",
    "go north",
    "take lamp",
    "go up",
    "open chest",
    "inventory",
]


class Game:
    """Where the player is and what they carry."""

    def __init__(self):
        self.room = "courtyard"
        self.carried = []
        self.finished = False

    def do(self, command):
        verb, _, noun = command.partition(" ")
        if verb == "look":
            self.look()
        elif verb == "go":
            self.go(noun)
        elif verb == "take":
            self.take(noun)
        elif verb == "open":
            self.open(noun)
        elif verb == "inventory":
            print("You carry: " + ", ".join(sorted(self.carried)))
        else:
            print("I do not know how to " + verb)

    def look(self):
        room = ROOMS[self.room]
        print(room["text"])
        if room["things"]:
            print("You see: " + ", ".join(room["things"]))
        print("Exits: " + ", ".join(room["exits"]))

    def go(self, direction):
        exits = ROOMS[self.room]["exits"]
        if direction in exits:
            self.room = exits[direction]
            self.look()
        else:
            print("There is no way " + direction)

    def take(self, thing):
        things = ROOMS[self.room]["things"]
        if thing in things:
            things.remove(thing)
            self.carried.append(thing)
            print("Taken: " + thing)
        else:
            print("There is no " + thing + " here")

    def open(self, thing):
        if thing != "chest" or self.room != "tower":
            print("There is nothing to open")
        elif "key" not in self.carried:
            print("It is locked")
        else:
            self.finished = True
            print("Inside lies a song")


game = Game()
for command in COMMANDS:
    print("> " + command)
    game.do(command)
print("finished" if game.finished else "not finished")
