"""Holds every document of an OpenPype database against OpenPype's schemas and what reads them.

    AVALON_MONGO=... AVALON_DB=... GAZU_URL=... GAZU_USER=... GAZU_PASSWD=... python check.py

With Kitsu's address the publish plugin CollectKitsuEntities is followed to the end: each project, entity
and task that a document names is asked of Kitsu. Prints every violation. Exit code 1 when there is one, or
when there was nothing to check.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request

import jsonschema
import pymongo

FOLDER = os.path.dirname(os.path.abspath(__file__))
# What OpenPype's create_project and create_asset ask beyond the schemas.
PROJECT_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
ATTRIBUTES = [
    "fps", "frameStart", "frameEnd", "clipIn", "clipOut", "handleStart", "handleEnd",
    "resolutionWidth", "resolutionHeight", "pixelAspect",
]


def validator(name):
    with open(os.path.join(FOLDER, name + ".json")) as file:
        return jsonschema.Draft4Validator(json.load(file))


class Kitsu:
    """The questions that gazu asks for the plugin."""

    def __init__(self, url, user, password):
        self.url = url
        self.token = None
        body = json.dumps({"email": user, "password": password}).encode()
        answer = self.ask("auth/login", body)
        self.token = answer["access_token"]

    def ask(self, path, body=None):
        request = urllib.request.Request("%s/%s" % (self.url, path), data=body)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def find(self, path):
        try:
            return self.ask(path)
        except urllib.error.HTTPError:
            return None


class Checker:
    def __init__(self, kitsu):
        self.kitsu = kitsu
        self.violations = []
        self.documents = 0
        self.tasks = 0
        self.validators = {
            name: validator(name) for name in ("project-3.0", "config-2.0", "asset-3.0")
        }

    def require(self, holds, document, text):
        if not holds:
            self.violations.append("%r: %s" % (document.get("name"), text))

    def validate(self, document, part, name):
        for error in self.validators[name].iter_errors(part):
            self.require(False, document, "%s: %s" % (name, error.message))

    def check_collection(self, collection):
        projects = list(collection.find({"type": "project"}))
        assets = list(collection.find({"type": "asset"}))
        self.documents += len(projects) + len(assets)
        if len(projects) != 1:
            self.violations.append("%r: %d projects" % (collection.name, len(projects)))
            return
        project = projects[0]
        self.check_project(project, collection.name)
        ids = {asset["_id"]: asset for asset in assets}
        names = [asset["name"].lower() for asset in assets]
        for asset in assets:
            self.require(names.count(asset["name"].lower()) == 1, asset, "the name stands twice")
            self.check_asset(asset, project)
            self.check_place(asset, ids)
            if "zou" in asset["data"]:
                self.collect_kitsu_entities(asset, project)

    def check_project(self, project, collection):
        self.validate(project, project, "project-3.0")
        self.validate(project, project["config"], "config-2.0")
        self.require(project["name"] == collection, project, "is in collection %r" % collection)
        self.require(PROJECT_NAME.match(project["name"]), project, "OpenPype refuses the name")
        data = project["data"]
        self.require(re.match(r"[A-Za-z0-9_]+\Z", data.get("code", "")), project, "data.code")
        self.require(isinstance(data.get("active"), bool), project, "data.active")
        self.require(data.get("library_project") is False, project, "data.library_project")
        self.check_attributes(project)
        if self.kitsu:
            found = self.kitsu.find("data/projects/" + data["zou_id"])
            self.require(found, project, "Kitsu has no such project")
            # The plugin asks for the project by the name that it has in OpenPype.
            if found and PROJECT_NAME.match(found["name"]):
                self.require(found["name"] == project["name"], project, "is not named as in Kitsu")

    def check_attributes(self, document):
        for key in ATTRIBUTES:
            value = document["data"].get(key)
            self.require(type(value) in (int, float), document, "data.%s is %r" % (key, value))

    def check_asset(self, asset, project):
        self.validate(asset, asset, "asset-3.0")
        self.require(asset.get("parent") == project["_id"], asset, "parent is not the project")
        data = asset["data"]
        self.require("visualParent" in data, asset, "no data.visualParent")
        tasks = data.get("tasks")
        self.require(isinstance(tasks, dict), asset, "data.tasks is %r" % (tasks,))
        for name, task in (tasks if isinstance(tasks, dict) else {}).items():
            known = task["type"] in project["config"]["tasks"]
            self.require(known, asset, "the type of task %r is not the project's" % name)
        if data.get("zou", {}).get("type") in ("Asset", "Episode", "Sequence", "Shot"):
            self.check_attributes(asset)

    def check_place(self, asset, ids):
        """data.parents is the way that data.visualParent leads, as the work templates take it."""
        way = []
        place = asset
        while place["data"].get("visualParent") is not None:
            parent = ids.get(place["data"]["visualParent"])
            self.require(parent is not None, asset, "data.visualParent is no asset")
            if parent is None or len(way) > 9:
                return
            way.insert(0, parent["name"])
            place = parent
        self.require(asset["data"].get("parents") == way, asset, "data.parents is not %r" % way)
        self.require(place["data"].get("root_of") in ("Assets", "Shots"), asset, "has no root")

    def collect_kitsu_entities(self, asset, project):
        zou = asset["data"]["zou"]
        self.require(zou["project_id"] == project["data"]["zou_id"], asset, "zou.project_id")
        if self.kitsu is None or zou["type"] == "AssetType":
            return
        found = self.kitsu.find("data/entities/" + zou["id"])
        self.require(found and found["name"] == zou["name"], asset, "Kitsu has no such entity")
        tasks = asset["data"].get("tasks")
        for name, task in (tasks if isinstance(tasks, dict) else {}).items():
            self.tasks += 1
            task_found = self.kitsu.find("data/tasks/%s/full" % task["zou"]["id"])
            holds = (
                task_found
                and task_found["entity"]["id"] == zou["id"]
                and task_found["task_type"]["name"] == name
                and task_found["task_status"]["short_name"]
                == task["zou"]["task_status"]["short_name"]
            )
            self.require(holds, asset, "Kitsu has no such task %r" % name)


def main():
    database = pymongo.MongoClient(os.environ["AVALON_MONGO"])[os.environ["AVALON_DB"]]
    address = os.environ.get("GAZU_URL")
    kitsu = address and Kitsu(address, os.environ["GAZU_USER"], os.environ["GAZU_PASSWD"])
    checker = Checker(kitsu)
    for name in sorted(database.list_collection_names()):
        if not database[name].find_one({"type": "project"}):
            continue
        checker.check_collection(database[name])
    for violation in checker.violations:
        print(violation)
    print(
        "%d documents and %d tasks checked, %d violations"
        % (checker.documents, checker.tasks, len(checker.violations))
    )
    return 1 if checker.violations or not checker.documents else 0


if __name__ == "__main__":
    sys.exit(main())
