"""A studio that ran the old Avalon Sync, or OpenPype's Kitsu module, on the productions of a snapshot.

One request as JSON on stdin:

    {"snapshot": FILE, "tool": "avalon-sync" | "openpype", "project": KITSU_ID, all if not given,
     "names": {KITSU_ID: NAME}    for projects that OpenPype would refuse for their names
     "uri": ..., "database": ...  writes to MongoDB, or
     "dump": DIR, "database": ... writes the layout of mongodump
     "data_path": DIR             with "avalon-sync": its id store, by the real partd}

One answer: {"projects": {KITSU_ID: {"collection": ..., "document": ..., "entities": {KITSU_ID: DOCUMENT_ID}}}}

What is written, and what is lost (two of one name: the last one wins), is that of domain.md 2.1, 2.4 and 3.1;
values that ended the old tool's run (`1920x1080`, `23.976`) are those that it would have taken.
"""

import json
import os
import re
import sys

import bson
import pymongo
from bson import ObjectId

import old_store

TEMPLATE = {
    "work": "{root}/{project}/{silo}/{asset}/work/{task}/{app}",
    "publish": "{root}/{project}/{silo}/{asset}/publish/{subset}/v{version:0>3}/{subset}.{representation}",
}


def norm(name):
    return name.replace(" ", "_").lower()


def height(resolution):
    return int((resolution or "1080").split("x")[-1])


class Production:
    """The parts of a project in the snapshot, with parents by their ids."""

    def __init__(self, content, studio):
        self.project = content["project"]
        self.task_types = {one["id"]: one["name"] for one in studio["task_types"]}
        self.parts = {kind: content.get(kind) or [] for kind in ("assets", "episodes", "sequences", "shots")}
        self.is_tvshow = self.project.get("production_type") == "tvshow"

    def tasks(self, entity):
        return [self.task_types[task["task_type_id"]] for task in entity.get("tasks") or []]


class AvalonSync:
    """Avalon Sync: an entity is known by its name while the run lasts, and by partd after it."""

    def __init__(self, production, name=None):
        self.production = production
        project = production.project
        self.collection = name or norm(project["name"])
        self.document = ObjectId()
        self.entities = {}
        tall = height(project.get("resolution"))
        self.documents = [{
            "_id": self.document, "schema": "avalon-core:project-2.0", "type": "project",
            "name": self.collection, "parent": None,
            "data": {"label": project["name"], "fps": int(float(project.get("fps") or 25)),
                     "resolution_width": int(tall / 9 * 16), "resolution_height": tall},
            "config": {
                "schema": "avalon-core:config-1.0",
                "apps": [{"name": "maya2018", "label": "Autodesk Maya 2018"}],
                "tasks": [{"name": norm(label), "label": label} for label in production.task_types.values()],
                "template": dict(TEMPLATE)},
        }]
        found = {}
        for entity, name, silo, data, parent in self.collect():
            found[name] = (entity, silo, data, parent)
        ids = {}
        for name, (entity, silo, data, parent) in found.items():
            ids[entity] = ObjectId()
            if parent is not None:
                # The old tool stopped here where the parent had lost its name to another one.
                if parent not in ids:
                    continue
                data["visualParent"] = ids[parent]
            self.entities[entity] = ids[entity]
            self.documents.append({
                "_id": ids[entity], "schema": "avalon-core:asset-2.0", "name": name, "silo": silo,
                "type": "asset", "parent": self.document, "data": data})

    def collect(self):
        """(Kitsu id, name, silo, data, Kitsu id of the visual parent), in the old tool's order."""
        parts = self.production.parts
        for asset in parts["assets"]:
            yield asset["id"], norm(asset["name"]), "assets", {
                "label": asset["name"], "group": asset["asset_type_name"], "tasks": self.tasks(asset)}, None
        names = {}
        if self.production.is_tvshow:
            for episode in parts["episodes"]:
                names[episode["id"]] = norm(episode["name"])
                yield episode["id"], names[episode["id"]], "shots", {
                    "label": episode["name"], "group": "Episode", "visible": False}, None
        labels = {episode["id"]: episode["name"] for episode in parts["episodes"]}
        for sequence in parts["sequences"]:
            above = sequence.get("episode_id") if self.production.is_tvshow else None
            if self.production.is_tvshow and above not in names:
                continue
            names[sequence["id"]] = "_".join([names[above]] * bool(above) + [norm(sequence["name"])])
            yield sequence["id"], names[sequence["id"]], "shots", {
                "label": sequence["name"], "group": labels[above] if above else "Sequence", "visible": False}, above
        for shot in parts["shots"]:
            above = shot.get("parent_id") or shot.get("sequence_id")
            if above in names:
                yield shot["id"], names[above] + "_" + norm(shot["name"]), "shots", self.shot(shot, names[above]), above

    def shot(self, shot, parent):
        own = shot.get("data") or {}
        data = {"label": shot["name"], "group": parent.upper().replace("_", " ")}
        for key, names in (("frame_in", ("edit_in", "startFrame")), ("frame_out", ("edit_out", "endFrame"))):
            for name in names:
                if own.get(key) is not None:
                    data[name] = own[key]
        if own.get("fps"):
            data["fps"] = int(float(own["fps"]))
        data["tasks"] = self.tasks(shot)
        return data

    def tasks(self, entity):
        return [norm(name) for name in self.production.tasks(entity)]


class OpenPype:
    """OpenPype 3: every document has Kitsu's entity in `data.zou`; names that are invalid are skipped."""

    def __init__(self, production, name=None):
        self.production = production
        project = production.project
        self.collection = name or project["name"]
        if not re.fullmatch(r"[a-zA-Z0-9_]+", self.collection):
            raise ValueError("OpenPype takes no project %r" % self.collection)
        self.document = ObjectId()
        self.entities = {}
        size = (project.get("resolution") or "1920x1080").split("x")
        self.documents = [{
            "_id": self.document, "type": "project", "name": self.collection, "schema": "openpype:project-3.0",
            "data": {
                "code": project.get("code") or norm(self.collection), "library_project": False,
                "frameStart": 1001, "frameEnd": 1001, "fps": float(project.get("fps") or 25),
                "resolutionWidth": int(size[0]), "resolutionHeight": int(size[-1]), "pixelAspect": 1.0,
                "handleStart": 0, "handleEnd": 0, "clipIn": 1, "clipOut": 1, "zou_id": project["id"], "active": True},
            "config": {
                "tasks": {label: {"short_name": norm(label)} for label in production.task_types.values()},
                "apps": [], "templates": {}, "roots": {}},
        }]
        roots = {name: self.add(name, {"root_of": name, "visualParent": None, "parents": [], "tasks": {}})
                 for name in ("Assets", "Shots")}
        for root in roots.values():
            del root["parent"]
        above = {}
        for asset in production.parts["assets"]:
            kind = asset["asset_type_id"]
            if kind not in above:
                above[kind] = self.entity({"id": kind, "name": asset["asset_type_name"]}, "AssetType", roots["Assets"])
            self.entity(asset, "Asset", above[kind])
        for kind, part in (("Episode", "episodes"), ("Sequence", "sequences"), ("Shot", "shots")):
            for entity in production.parts[part]:
                parent = entity.get("parent_id") or entity.get("sequence_id") or entity.get("episode_id")
                above[entity["id"]] = self.entity(entity, kind, above.get(parent, roots["Shots"]), parent in above)

    def entity(self, entity, kind, parent, is_named=False):
        if parent is None:
            return None
        name = entity["name"]
        if is_named:
            name = parent["name"] + "_" + name
        if not re.fullmatch(r"[a-zA-Z0-9_.]+", name):
            return None
        zou = {key: value for key, value in entity.items() if key not in ("tasks", "preview_file_id")}
        zou.update(project_id=self.production.project["id"], type=kind)
        tasks = {label: {"type": label} for label in self.production.tasks(entity)}
        document = self.add(name, {
            "zou": zou, "tasks": tasks, "visualParent": parent["_id"],
            "parents": parent["data"]["parents"] + [parent["name"]]})
        self.entities[entity["id"]] = document["_id"]
        return document

    def add(self, name, data):
        document = {"_id": ObjectId(), "type": "asset", "name": name, "schema": "openpype:asset-3.0",
                    "parent": self.document, "data": data}
        self.documents.append(document)
        return document


TOOLS = {"avalon-sync": AvalonSync, "openpype": OpenPype}


def write(request, studios):
    if "dump" in request:
        folder = os.path.join(request["dump"], request["database"])
        os.makedirs(folder, exist_ok=True)
        for studio in studios:
            with open(os.path.join(folder, studio.collection + ".bson"), "xb") as file:
                for document in studio.documents:
                    file.write(bson.BSON.encode(document))
        return
    client = pymongo.MongoClient(request["uri"], serverSelectionTimeoutMS=20000)
    for studio in studios:
        client[request["database"]][studio.collection].insert_many(studio.documents)


def main():
    request = json.load(sys.stdin)
    with open(request["snapshot"], encoding="utf-8") as file:
        snapshot = json.load(file)
    make, names = TOOLS[request["tool"]], request.get("names", {})
    contents = [one for one in snapshot["projects"] if request.get("project") in (None, one["project"]["id"])]
    studios = [make(Production(one, snapshot["studio"]), names.get(one["project"]["id"])) for one in contents]
    write(request, studios)
    projects = {
        studio.production.project["id"]: {
            "collection": studio.collection, "document": str(studio.document),
            "entities": {entity: str(document) for entity, document in studio.entities.items()}}
        for studio in studios}
    if request.get("data_path"):
        old_store.write(request["data_path"], [dict(one, id=project) for project, one in projects.items()])
    print(json.dumps({"projects": projects}))


if __name__ == "__main__":
    main()
