"""What a studio does in Kitsu, through Zou's API."""

import json
import urllib.error
import urllib.request


class Refused(Exception):
    """Kitsu did not take a request: it was down, or the object is gone."""


class Kitsu:
    def __init__(self, url, email, password):
        self.url = url
        self.token = None
        self.token = self.call("POST", "/auth/login", {"email": email, "password": password})["access_token"]

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                text = reply.read()
        except (urllib.error.URLError, OSError) as error:
            raise Refused(f"{method} {path}: {error}") from error
        return json.loads(text) if text else None

    def ids(self, path):
        return {item["name"]: item["id"] for item in self.call("GET", path)}


class Show:
    """A TV production that is edited at random."""

    def __init__(self, kitsu, name, chance):
        self.kitsu = kitsu
        self.chance = chance
        self.types = kitsu.ids("/data/entity-types")
        self.task_types = kitsu.ids("/data/task-types")
        self.statuses = list(kitsu.ids("/data/task-status").values())
        self.project = kitsu.call(
            "POST", "/data/projects", {"name": name, "production_type": "tvshow", "fps": "25"})["id"]
        self.counter = 0
        self.episodes = [self.entity("Episode", None) for _ in range(2)]
        self.sequences = [self.entity("Sequence", chance.choice(self.episodes)) for _ in range(15)]
        self.shots = [self.entity("Shot", chance.choice(self.sequences)) for _ in range(150)]
        self.assets = [self.entity("Character", None) for _ in range(30)]
        self.tasks = [self.task(shot, "Animation") for shot in self.shots[:40]]

    def entity(self, kind, parent):
        self.counter += 1
        fields = {"name": f"{kind[:2].upper()}{self.counter:04}", "project_id": self.project,
                  "entity_type_id": self.types.get(kind) or self.types["Characters"]}
        if parent:
            fields["parent_id"] = parent
        return self.kitsu.call("POST", "/data/entities", fields)["id"]

    def task(self, entity, kind):
        return self.kitsu.call("POST", "/data/tasks", {
            "name": "main", "entity_id": entity, "project_id": self.project, "assignees": [],
            "task_type_id": self.task_types[kind], "task_status_id": self.statuses[0]})["id"]

    def put(self, path, fields):
        self.kitsu.call("PUT", path, fields)

    def rename_sequence(self):
        """Seldom: too many renames at once are held by a guard, as they should be."""
        if self.chance.random() < 0.1:
            self.counter += 1
            # One of its own: its shots are named after the one that keeps its name where two are alike.
            self.put(f"/data/entities/{self.chance.choice(self.sequences)}", {"name": f"SQ{self.counter:04}"})

    def edit(self):
        """One random edit. What Kitsu refuses is no edit."""
        chance = self.chance
        shot = chance.choice(self.shots)
        kinds = [
            lambda: self.put(f"/data/entities/{shot}", {"data": {"frame_in": str(chance.randint(1, 2000))}}),
            lambda: self.put(f"/data/entities/{shot}", {"name": f"SH{chance.randint(1, 9999):04}"}),
            lambda: self.put(f"/data/entities/{shot}", {"parent_id": chance.choice(self.sequences)}),
            lambda: self.put(f"/data/entities/{shot}", {"canceled": chance.random() < 0.3}),
            self.rename_sequence,
            lambda: self.put(f"/data/entities/{chance.choice(self.assets)}",
                             {"description": f"The {chance.randint(1, 999)}th"}),
            lambda: self.shots.append(self.entity("Shot", chance.choice(self.sequences))),
            lambda: self.tasks.append(self.task(shot, chance.choice(["Animation", "Lighting", "Compositing"]))),
            lambda: self.put(f"/data/tasks/{chance.choice(self.tasks)}",
                             {"task_status_id": chance.choice(self.statuses)}),
            lambda: self.put(f"/data/projects/{self.project}", {"fps": chance.choice(["24", "25", "30"])}),
        ]
        chance.choice(kinds)()
