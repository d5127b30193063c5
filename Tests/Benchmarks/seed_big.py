"""Seeds a large TV production into Zou's PostgreSQL; run by seed-big, which says how.

For 10,000 shots: 20 episodes, 200 sequences, 2,000 assets, 20 edits, 100 concepts, 60,340 tasks, one
assignment a task, three casting links a shot and 65 people. All ids follow from name and seed.
"""

import argparse
import datetime
import hashlib
import json
import os
import random
import sys
import uuid

import psycopg
import redis

import big_content as content
from zou_tables import Tables

START = datetime.datetime(2026, 1, 5, 9, 0, 0)
DAY = datetime.timedelta(days=1)
PEOPLE = 65
FPS = "25"


def made_id(*parts):
    """The id that belongs to these words, the same in every run."""
    digest = hashlib.md5("|".join(map(str, parts)).encode()).digest()
    return uuid.UUID(bytes=digest, version=4)


class Production:
    """Makes every row of one production, in the order that foreign keys ask for."""

    def __init__(self, tables, name, seed, shots):
        self.tables, self.name, self.seed, self.shots = tables, name, seed, shots
        self.random = random.Random(f"{name}|{seed}|{shots}")
        self.id = self.made("project")
        self.clock = 0
        self.studio = Studio(tables)
        self.assets, self.main_tasks = [], []

    def made(self, *parts):
        return made_id(self.name, self.seed, *parts)

    def stamp(self):
        """Times a millisecond apart, so that no two rows tie."""
        self.clock += 1
        moment = START + datetime.timedelta(milliseconds=self.clock)
        return {"created_at": moment, "updated_at": moment}

    def seed_all(self):
        t = self.tables
        t.copy("project", [self.project()])
        for table, rows in self.settings():
            t.copy(table, rows)
        parts = {"episodes": max(1, self.shots // 500), "sequences": max(1, self.shots // 50)}
        episodes = list(self.episodes(parts["episodes"]))
        sequences = list(self.sequences(parts["sequences"], episodes))
        assets = list(self.make_assets(max(4, self.shots // 5), episodes))
        shots = list(self.make_shots(sequences))
        edits = list(self.edits(parts["episodes"], episodes))
        concepts = list(self.concepts(max(1, self.shots // 100)))
        for rows in (episodes, sequences, assets, shots, edits, concepts):
            t.copy("entity", rows)
        types = self.studio.task_types
        tasks = []
        for rows, kind, count in ((shots, "Shot", 5), (assets, "Asset", 5), (sequences, "Sequence", 1),
                                  (episodes, "Episode", 1), (edits, "Edit", 1), (concepts, "Concept", 1)):
            tasks += [self.task(row, task_type) for row in rows for task_type in types[kind][:count]]
        t.copy("task", tasks)
        t.copy(*self.assignments(tasks))
        t.copy("entity_link", self.links(shots, assets))
        return len(tasks)

    def project(self):
        return {"id": self.id, "name": self.name, "code": "BIG", "description": "Seeded for benchmarks.",
                "fps": FPS, "ratio": "16:9", "resolution": "1920x1080", "production_type": "tvshow",
                "production_style": "3d", "start_date": START.date(), "end_date": (START + 500 * DAY).date(),
                "man_days": 9000, "nb_episodes": max(1, self.shots // 500), "episode_span": 1,
                "max_retakes": 3, "has_avatar": False, "is_clients_isolated": False,
                "is_preview_download_allowed": False, "is_set_preview_automated": False,
                "is_publish_default_for_artists": False, "homepage": "assets",
                "hd_bitrate_compression": 28, "ld_bitrate_compression": 6, "revision_padding": 0,
                "project_status_id": self.studio.open_status, "data": "{}", **self.stamp()}

    def settings(self):
        studio = self.studio
        types = [one for kind in studio.task_types.values() for one in kind]
        yield "project_task_type_link", [
            {"id": self.made("type", one), "project_id": self.id, "task_type_id": one, "priority": i + 1,
             **self.stamp()} for i, one in enumerate(types)]
        yield "project_task_status_link", [
            {"id": self.made("status", one), "project_id": self.id, "task_status_id": one,
             "priority": i + 1, **self.stamp()} for i, one in enumerate(studio.statuses)]
        yield "project_asset_type_link", [
            {"project_id": self.id, "asset_type_id": studio.entity_types[one]}
            for one in content.ASSET_WORDS]
        yield "project_person_link", [
            {"project_id": self.id, "person_id": person} for person in studio.people]
        yield "metadata_descriptor", [
            {"id": self.made("descriptor", kind, name), "project_id": self.id, "entity_type": kind,
             "name": name, "field_name": name.lower().replace(" ", "_"), "data_type": data_type,
             "choices": json.dumps(choices), "for_client": False, **self.stamp()}
            for kind, name, data_type, choices in (
                ("Shot", "Handles", "number", []), ("Shot", "Time of day", "list", ["day", "night", "dusk"]),
                ("Asset", "Complexity", "list", ["low", "medium", "high"]))]

    def entity(self, kind, key, name, **more):
        row = {"id": self.made(kind, key), "name": name, "code": None, "description": "", "canceled": False,
               "nb_frames": None, "nb_entities_out": 0, "is_casting_standby": False, "is_shared": False,
               "status": "running", "project_id": self.id, "entity_type_id": self.studio.entity_types[kind],
               "parent_id": None, "source_id": None, "data": "{}", **self.stamp()}
        row.update(more)
        return row

    def episodes(self, count):
        for i in range(count):
            title = content.EPISODE_TITLES[i % len(content.EPISODE_TITLES)]
            yield self.entity("Episode", i, f"E{i + 1:02}", description=title)

    def sequences(self, count, episodes):
        each = -(-count // len(episodes))
        for i in range(count):
            yield self.entity("Sequence", i, f"SQ{i % each * 10 + 10:04}", parent_id=episodes[i // each]["id"],
                              description=content.PLACES[i % len(content.PLACES)])

    def make_shots(self, sequences):
        each = -(-self.shots // len(sequences))
        for i in range(self.shots):
            frames = self.random.randint(24, 240)
            data = {"frame_in": 1001, "frame_out": 1000 + frames, "fps": FPS, "handles": 8,
                    "time_of_day": self.random.choice(["day", "night", "dusk"])}
            yield self.entity("Shot", i, f"SH{i % each * 10 + 10:04}", parent_id=sequences[i // each]["id"],
                              description=self.random.choice(content.ACTIONS), nb_frames=frames,
                              data=json.dumps(data))

    def make_assets(self, count, episodes):
        for i in range(count):
            kind = content.ASSET_MIX[i % len(content.ASSET_MIX)]
            nouns, variants = content.ASSET_WORDS[kind]
            name = f"{nouns[i % len(nouns)]} {variants[i // 7 % len(variants)]} {i + 1:04}"
            # One asset in three belongs to the main pack: it has no episode.
            episode = None if i % 3 == 0 else self.random.choice(episodes)["id"]
            data = {"complexity": self.random.choice(["low", "medium", "high"])}
            yield self.entity(kind, i, name, source_id=episode, data=json.dumps(data),
                              description=f"{kind} for the {self.random.choice(content.PLACES)}.")

    def edits(self, count, episodes):
        for i in range(count):
            yield self.entity("Edit", i, f"Edit {episodes[i % len(episodes)]['name']}",
                              parent_id=episodes[i % len(episodes)]["id"])

    def concepts(self, count):
        for i in range(count):
            yield self.entity("Concept", i, f"Concept {content.PLACES[i % len(content.PLACES)]} {i + 1:03}")

    def task(self, entity, task_type):
        started = START + DAY * self.random.randrange(400)
        status = self.random.choice(self.studio.statuses)
        return {"id": self.made("task", entity["id"], task_type), "name": "main", "description": "",
                "priority": self.random.choice([0, 0, 0, 0, 1, 2]), "difficulty": self.random.randint(2, 4),
                "duration": self.random.randrange(0, 4800, 60), "estimation": self.random.randrange(240, 4800, 240),
                "completion_rate": 0, "retake_count": self.random.choice([0, 0, 0, 1, 2]), "sort_order": 0,
                "start_date": started, "due_date": started + 7 * DAY, "real_start_date": started + DAY,
                "nb_assets_ready": 0, "nb_drawings": 0, "project_id": self.id, "task_type_id": task_type,
                "task_status_id": status, "entity_id": entity["id"],
                "assigner_id": self.studio.people[0], **self.stamp()}

    def assignments(self, tasks):
        """One a task on the whole: some have none, some have two. The table changed its name in 0.20."""
        old = "assignations" in self.tables.columns
        task_key, person_key = ("task", "person") if old else ("task_id", "person_id")
        rows = []
        for task in tasks:
            count = self.random.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])
            for person in self.random.sample(self.studio.people, count):
                rows.append({task_key: task["id"], person_key: person})
        return ("assignations" if old else "task_person_link"), rows

    def links(self, shots, assets):
        """Casting: one to five assets in each shot."""
        for shot in shots:
            for asset in self.random.sample(assets, min(len(assets), self.random.randint(1, 5))):
                yield {"id": self.made("link", shot["id"], asset["id"]), "entity_in_id": shot["id"],
                       "entity_out_id": asset["id"], "nb_occurences": self.random.choice([1, 1, 1, 2, 5]),
                       "label": "animate", "data": "{}", **self.stamp()}


class Studio:
    """What all productions share. What `zou init-data` did not make is made here, once."""

    def __init__(self, tables):
        self.tables = tables
        found = tables.connection.execute
        self.open_status = found("select id from project_status where name = 'Open'").fetchone()[0]
        self.statuses = [row[0] for row in found(
            "select id from task_status where short_name in ('todo', 'ready', 'wip', 'wfa', 'retake', 'done')"
            " order by priority, name")]
        self.departments = [row[0] for row in found("select id from department order by name")]
        self.entity_types = {
            name: self.one("entity_type", {"name": name})
            for name in ("Shot", "Sequence", "Episode", "Edit", "Concept", *content.ASSET_WORDS)}
        self.task_types = {
            kind: [self.one("task_type", {"name": name, "for_entity": kind}, short_name="", color="#78909C",
                            priority=i + 1, allow_timelog=True, archived=False)
                   for i, name in enumerate(names)]
            for kind, names in (
                ("Shot", ["Layout", "Animation", "FX", "Lighting", "Compositing"]),
                ("Asset", ["Concept", "Modeling", "Rigging", "Shading", "Grooming"]),
                ("Sequence", ["Colour script"]), ("Episode", ["Script"]), ("Edit", ["Edit"]),
                ("Concept", ["Concept"]))}
        self.people = list(self.make_people())

    def one(self, table, key, **more):
        condition = " and ".join(f"{column} = %s" for column in key)
        found = self.tables.ids(table, condition + " order by created_at limit 1", *key.values())
        if found:
            return found[0]
        row = {"id": made_id(table, *key.values()), **key, **more, "created_at": START, "updated_at": START}
        self.tables.copy(table, [row])
        return row["id"]

    def make_people(self):
        for i, (first, last, login) in enumerate(content.people(PEOPLE)):
            role = "manager" if i < 3 else "supervisor" if i < 10 else "user"
            person = self.one(
                "person", {"email": f"{login}@example.com"}, first_name=first, last_name=last,
                desktop_login=login, role=role, active=True, archived=False, is_bot=False, is_guest=False,
                contract_type="open-ended", timezone="Europe/Paris", locale="en_US", has_avatar=False,
                notifications_enabled=False)
            if self.departments:
                self.tables.connection.execute(
                    "insert into department_link (person_id, department_id) values (%s, %s)"
                    " on conflict do nothing", (person, self.departments[i % len(self.departments)]))
            yield person


def delete_previous(tables, name, project):
    tables.delete("project", tables.ids("project", "name = %s or id = %s", name, project))


def arguments():
    parser = argparse.ArgumentParser(prog="seed-big", description=__doc__.split("\n")[0])
    parser.add_argument("--shots", type=int, default=10000, help="number of shots (default: %(default)s)")
    parser.add_argument("--name", default="Salt Road", help="name of the project (default: %(default)s);"
                        " a project that has it is deleted first")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other ids and values")
    parser.add_argument("--delete", action="store_true", help="only delete the project of that name")
    options = parser.parse_args()
    if options.shots < 1:
        parser.error("--shots must be 1 or more")
    return options


def main():
    options = arguments()
    environment = os.environ
    database = {key: environment[f"TEST_PG_{variable}"] for key, variable in (
        ("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD"),
        ("dbname", "DATABASE"))}
    with psycopg.connect(**database) as connection:
        tables = Tables(connection)
        delete_previous(tables, options.name, made_id(options.name, options.seed, "project"))
        production = Production(tables, options.name, options.seed, options.shots)
        tasks = 0 if options.delete else production.seed_all()
    with psycopg.connect(**database, autocommit=True) as connection:
        connection.execute("vacuum analyze entity, task, entity_link")
    # Zou keeps answers in Redis, database 1; it cannot know what was written behind its back.
    redis.Redis(host=environment["TEST_PG_HOST"], port=int(environment["TEST_REDIS_PORT"]), db=1).flushdb()
    if options.delete:
        return
    print(f"seed-big: '{options.name}', {options.shots} shots, {tasks} tasks", file=sys.stderr)
    print(production.id)


if __name__ == "__main__":
    main()
