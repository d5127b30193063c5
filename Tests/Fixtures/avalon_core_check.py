"""Holds every document of an Avalon database against Avalon core 5.7.15 itself.

    AVALON_MONGO=... AVALON_DB=... python avalon_core_check.py [PROJECT...]

Core's own functions are called where that is possible without Qt (schema.validate, io.projects,
io.locate, inventory.load and save, compute_session_changes, frame ranges and resolution of Maya and Nuke, with
stand-ins for these two). What its tools and the launcher do with a document is
done here as they do it; the name of the reader stands in each rule. What inventory.save writes is put
back. Prints every violation with the
document's name. Exit code 1 when there is one, or when there was nothing to check.
"""

import collections
import contextlib
import importlib
import io as streams
import logging
import os
import re
import sys
import types
from unittest import mock

# What Avalon's session asks for; the real values are set project by project.
for _name in ("PROJECT", "ASSET", "SILO", "TASK", "APP"):
    os.environ.setdefault("AVALON_" + _name, "none")
os.environ.setdefault("AVALON_PROJECTS", "/projects")
os.environ.setdefault("AVALON_CONFIG", "none")
os.environ.setdefault("AVALON_TIMEOUT", "10000")

import avalon  # noqa: E402
from avalon import inventory, io, pipeline, schema  # noqa: E402
from avalon.vendor import toml  # noqa: E402

# The schemas' own pattern, without the empty name and those of folders.
SAFE_NAME = re.compile(r"[A-Za-z0-9_.]*[A-Za-z0-9_][A-Za-z0-9_.]*\Z")
ROOT = "/projects"


def commands(host, module):
    """Core's commands for Maya or Nuke, with a stand-in for the program itself."""
    sys.modules[host] = mock.MagicMock()
    package = types.ModuleType("avalon." + host)
    package.__path__ = [os.path.join(os.path.dirname(avalon.__file__), host)]
    sys.modules["avalon." + host] = package
    return importlib.import_module("avalon.%s.%s" % (host, module))


MAYA = commands("maya", "commands")
NUKE = commands("nuke", "command")


def readable(value):
    """Core's copy of toml takes minutes for a megabyte."""
    if isinstance(value, str):
        # The cut must not make an end that the text does not have.
        return value if len(value) <= 2000 else value[:2000].rstrip('"')
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        return {key: readable(item) for key, item in value.items()}
    return value


class Checker:
    def __init__(self):
        self.violations = []
        self.documents = 0

    def require(self, holds, document, text):
        if not holds:
            name = document.get("name", document.get("_id"))
            self.violations.append("%r: %s" % (name, text))

    def attempt(self, document, reader, function, *arguments, **named):
        """Runs what a reader runs; that it fails is a violation."""
        try:
            with contextlib.redirect_stdout(streams.StringIO()):
                return function(*arguments, **named)
        except Exception as error:  # any failure of a reader counts
            text = "%s fails: %s: %s" % (reader, type(error).__name__, error)
            self.require(False, document, text[:600])
            return None

    # One project

    def check_project(self, collection):
        pipeline.Session["AVALON_PROJECT"] = collection
        projects = list(io.find({"type": "project"}))
        holder = {"name": collection}
        self.require(len(projects) == 1, holder, "%d project documents" % len(projects))
        if len(projects) != 1:
            return
        project = projects[0]
        assets = list(io.find({"type": "asset"}))
        self.documents += 1 + len(assets)
        self.check_project_document(project, collection)
        self.check_names(assets)
        for asset in assets:
            self.check_asset(asset, project)
        self.check_launcher(project, assets)
        self.check_tree(assets)
        self.check_inventory(project, assets)
        self.check_sessions(project, assets)
        self.check_programs(project, assets)

    def check_project_document(self, project, collection):
        self.attempt(project, "schema.validate", schema.validate, project)
        # The launcher opens the collection that the document's name gives.
        self.require(project["name"] == collection, project, "is in collection %r" % collection)
        self.require(SAFE_NAME.match(project["name"]), project, "no safe name")
        self.require(isinstance(project.get("data"), dict), project, "data is no map")
        self.require("parent" in project and project["parent"] is None, project, "has a parent")
        data = project["data"]
        for key in ("name", "_id"):
            self.require(key not in data, project, "data.%s hides the project's own" % key)
        for key, value in data.items():
            # inventory --save takes every list for a silo.
            self.require(not isinstance(value, list), project, "data.%s is a list" % key)
        for key in (
            "resolutionWidth", "resolutionHeight", "resolution_width", "resolution_height",
        ):
            self.require(
                isinstance(data.get(key, 1), int), project, "data.%s is no whole number" % key
            )
        self.require(isinstance(data.get("fps", 1), (int, float)), project, "data.fps is no number")
        config = project["config"]
        for kind in ("apps", "tasks"):
            names = [item["name"] for item in config[kind]]
            self.require(
                len(names) == len(set(names)), project, "doubled names in config.%s" % kind
            )
        for task in config["tasks"]:
            self.require(re.match(r"\w+\Z", task["name"]), project, "task name %r" % task["name"])
            # The launcher's model is made by dict({"icon": ...}, **task) and sorted by name.
            self.require(isinstance(task["name"], str), project, "a task name is no text")
        # project_use_silo: without {silo} the tools take asset-3.0 for granted.
        silo = any("{silo}" in template for template in config["template"].values())
        self.require(silo, project, "no template has {silo}, but assets have one")

    def check_names(self, assets):
        names = collections.Counter(asset["name"] for asset in assets)
        for asset in assets:
            self.require(
                names[asset["name"]] == 1, asset, "the name occurs %d times" % names[asset["name"]]
            )

    def check_asset(self, asset, project):
        self.attempt(asset, "schema.validate", schema.validate, asset)
        self.require(SAFE_NAME.match(asset["name"]), asset, "no safe name")
        # Launcher and inventory list only what has the project as parent.
        self.require(asset.get("parent") == project["_id"], asset, "parent is not the project")
        self.require(isinstance(asset.get("silo"), str) and asset["silo"], asset, "has no silo")
        data = asset["data"]
        for key in ("name", "_id"):
            self.require(key not in data, asset, "data.%s hides the asset's own" % key)
        # The launcher sorts by it; the project manager indexes the others.
        self.require(isinstance(data.get("group", "0"), str), asset, "data.group is no text")
        self.require(isinstance(data.get("label"), str), asset, "data.label is no text")
        # Only where no template has {silo} does the project manager need them.
        parents = data.get("parents", [])
        self.require(
            isinstance(parents, list) and all(isinstance(item, str) for item in parents),
            asset,
            "data.parents is no list of texts",
        )
        self.check_tasks(asset, project)
        self.check_numbers(asset)

    def check_tasks(self, asset, project):
        # Without any, the launcher offers all of the project's.
        tasks = asset["data"].get("tasks", [])
        is_list = isinstance(tasks, list) and all(isinstance(task, str) for task in tasks)
        self.require(is_list, asset, "data.tasks is no list of texts")
        if not is_list:
            return
        # TasksModel counts them: twice in the list is two assets.
        self.attempt(asset, "TasksModel", collections.Counter().update, tasks)
        self.require(len(tasks) == len(set(tasks)), asset, "a task stands twice in data.tasks")
        known = {task["name"] for task in project["config"]["tasks"]}
        for task in tasks:
            self.require(re.match(r"\w+\Z", task), asset, "task name %r" % task)
            self.require(
                task in known or asset["data"].get("kitsu") is None or task.startswith("hand_"),
                asset,
                "task %r is not in config.tasks" % task,
            )

    def check_numbers(self, asset):
        data = asset["data"]
        for key in ("frameStart", "frameEnd", "handles"):
            # Nuke: int(...), Maya: playbackOptions.
            if key in data:
                self.require(type(data[key]) is int, asset, "data.%s is no whole number" % key)
        if "fps" in data:
            self.require(type(data["fps"]) in (int, float), asset, "data.fps is no number")

    # The launcher's way through a project (launcher/control.py)

    def check_launcher(self, project, assets):
        self.attempt(
            project,
            "launcher, root",
            lambda: dict(
                {"_id": project["_id"], "name": project["name"], "icon": ""}, **project["data"]
            ),
        )
        silos = self.attempt(project, "launcher, silos", lambda: sorted(io.distinct("silo"))) or []
        listed = set()
        for silo in silos:
            found = list(io.find({"type": "asset", "parent": project["_id"], "silo": silo}))
            self.attempt(
                project,
                "launcher, silo",
                sorted,
                found,
                key=lambda one: (one["data"].get("group", "0"), one["name"]),
            )
            for asset in found:
                item = dict(
                    {"_id": asset["_id"], "name": asset["name"], "icon": ""}, **asset["data"]
                )
                self.require(
                    item["_id"] == asset["_id"] and item["name"] == asset["name"],
                    asset,
                    "data replaces its name or id in the launcher",
                )
                self.require(
                    isinstance(item.get("visible", True), bool), asset, "data.visible is no bool"
                )
                listed.add(asset["_id"])
        for asset in assets:
            self.require(asset["_id"] in listed, asset, "the launcher does not list it")

    # The tree of loader, work files and project manager (core:tools/models.py)

    def check_tree(self, assets):
        ids = {asset["_id"]: asset for asset in assets}
        children = collections.defaultdict(list)
        for asset in assets:
            parent = asset.get("data", {}).get("visualParent") or None
            self.require(
                parent is None or parent in ids,
                asset,
                "data.visualParent %r is no asset" % (parent,),
            )
            if parent in ids:
                # The tree is built silo by silo.
                self.require(
                    ids[parent]["silo"] == asset["silo"],
                    asset,
                    "its visual parent is in another silo",
                )
            children[parent].append(asset)
        reached = set()
        waiting = list(children[None])
        while waiting:
            asset = waiting.pop()
            reached.add(asset["_id"])
            waiting += children[asset["_id"]]
        for asset in assets:
            self.require(asset["_id"] in reached, asset, "the tree does not reach it")
            self.attempt(asset, "tree, tags", ", ".join, asset["data"].get("tags", []))

    # avalon.inventory --load, and what it then writes to .inventory.toml

    def check_inventory(self, project, assets):
        loaded = self.attempt(project, "inventory.load", inventory.load, project["name"])
        if loaded is None:
            return
        config, content = loaded
        self.attempt(project, "toml.dumps(config)", toml.dumps, config)
        self.attempt(project, "toml.dumps(inventory)", toml.dumps, content)
        text = self.attempt(project, "toml.dumps(inventory)", toml.dumps, readable(content))
        back = self.attempt(project, "toml.loads(inventory)", toml.loads, text) if text else None
        if back is None:
            return
        names = sorted(
            asset["name"] for silo in {asset["silo"] for asset in assets} for asset in back[silo]
        )
        self.require(
            names == sorted(asset["name"] for asset in assets),
            project,
            "inventory.load lost assets",
        )
        self.attempt(project, "schema.validate(inventory)", schema.validate, content)
        self.check_texts(project, content, back)
        self.check_save(project, config, back)

    def check_texts(self, project, written, read):
        """What is read back is what was written, whatever its quotes."""
        for silo, items in written.items():
            if not isinstance(items, list):
                continue
            found = {item["name"]: item for item in read[silo]}
            for item in items:
                for key in ("label", "group", "description"):
                    self.require(
                        found[item["name"]].get(key) == readable(item.get(key)),
                        item,
                        "toml does not read data.%s back" % key,
                    )

    def check_save(self, project, config, content):
        """inventory --save of what --load gave changes nothing but what core itself adds."""
        before = {one["_id"]: one for one in io.find({"type": {"$in": ["project", "asset"]}})}
        try:
            self.attempt(
                project, "inventory.save", inventory.save, project["name"], config, content
            )
            for after in list(io.find({"type": {"$in": ["project", "asset"]}})):
                old = before.get(after["_id"])
                self.require(old is not None, after, "inventory.save makes it anew")
                if old is None:
                    continue
                # Core writes the name into the data, and empty lists into the configuration.
                changed = dict(after["data"])
                changed.pop("name", None)
                self.require(
                    readable(changed) == readable(old["data"]), after, "inventory.save changes data"
                )
                for key in ("apps", "tasks", "template"):
                    self.require(
                        after.get("config", {}).get(key) == old.get("config", {}).get(key),
                        after,
                        "inventory.save changes config.%s" % key,
                    )
        finally:
            for identifier, document in before.items():
                io.replace_one({"_id": identifier}, document)
            io.delete_many(
                {"type": "asset", "_id": {"$nin": list(before)}}
            )

    # Core's commands in Maya and Nuke

    def check_programs(self, project, assets):
        pipeline.Session["AVALON_PROJECT"] = project["name"]
        for host in (MAYA, NUKE):
            self.attempt(project, host.__name__ + ", resolution", host.reset_resolution)
        for asset in assets:
            # Neither can open a shot that has no frames in Kitsu.
            if not {"frameStart", "frameEnd", "edit_in", "edit_out"} & set(asset["data"]):
                continue
            pipeline.Session["AVALON_ASSET"] = asset["name"]
            MAYA.cmds.reset_mock()
            self.attempt(asset, "Maya, frame range", MAYA.reset_frame_range)
            for call in MAYA.cmds.playbackOptions.call_args_list:
                for option, value in call[1].items():
                    whole = type(value) is int
                    self.require(whole or value is None, asset, "Maya, %s %r" % (option, value))
            if {"frameStart", "frameEnd"} <= set(asset["data"]):
                self.attempt(asset, "Nuke, frame range", NUKE.reset_frame_range)
            handles = self.attempt(asset, "Nuke, handles", NUKE.get_handles, asset)
            self.require(type(handles) is int, asset, "Nuke, handles %r" % (handles,))

    # Opening a task (core:pipeline.py, io.locate)

    def check_sessions(self, project, assets):
        session = {
            "AVALON_PROJECTS": ROOT,
            "AVALON_PROJECT": project["name"],
            "AVALON_APP": "maya",
            "AVALON_SILO": "",
            "AVALON_TASK": "",
            "AVALON_ASSET": "",
        }
        for asset in assets:
            found = self.attempt(asset, "io.locate", io.locate, [project["name"], asset["name"]])
            self.require(found == asset["_id"], asset, "io.locate finds %r" % (found,))
            for task in (asset["data"].get("tasks") or [])[:3]:
                changes = self.attempt(
                    asset,
                    "compute_session_changes",
                    pipeline.compute_session_changes,
                    dict(session),
                    task=task,
                    asset=asset["name"],
                )
                if changes is None:
                    continue
                work = os.path.normpath(changes["AVALON_WORKDIR"])
                inside = os.path.join(ROOT, project["name"]) + os.sep
                self.require(
                    work.startswith(inside), asset, "work folder %r is outside %r" % (work, inside)
                )
                longest = max(len(part.encode()) for part in work.split(os.sep))
                self.require(longest <= 255, asset, "a folder's name has %d bytes" % longest)
                self.require("\0" not in str(changes), asset, "a NUL in the session")


def main(wanted):
    logging.disable(logging.WARNING)
    io.install()
    checker = Checker()
    names = sorted(project["name"] for project in io.projects())
    for missing in sorted(set(wanted) - set(names)):
        checker.violations.append("%r: io.projects does not list it" % missing)
    for name in sorted(wanted) or names:
        if name in names:
            checker.check_project(name)
    for violation in checker.violations:
        print(violation)
    print("%d documents checked, %d violations" % (checker.documents, len(checker.violations)))
    return 1 if checker.violations or not checker.documents else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
