"""Says where Avalon differs from Kitsu, by the rules of mappings/avalon.yaml in words of their own."""

import re
import unicodedata


def sanitised(name):
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("_+", "_", re.sub("[^a-z0-9_]+", "_", plain)).strip("_")


def differences(kitsu, project, documents):
    """The documents are those of the project's collection."""
    found = []
    assets = [d for d in documents if d["type"] == "asset"]
    ours = {d["data"]["kitsu"]["id"]: d for d in assets if "kitsu" in d["data"]}
    if len(ours) != len(assets):
        found.append(f"{len(assets)} documents stand for {len(ours)} entities")
    names = [d["name"] for d in assets]
    found += [f"two documents are called {name}" for name in sorted(set(names)) if names.count(name) > 1]
    fps = float(kitsu.call("GET", f"/data/projects/{project}")["fps"])
    boards = {kind: {e["id"]: e for e in kitsu.call("GET", f"/data/{kind}/with-tasks?project_id={project}")}
              for kind in ("episodes", "sequences", "shots", "assets")}
    types = {t["id"]: t["name"] for t in kitsu.call("GET", "/data/task-types")}
    wanted = {}
    for entity in boards["episodes"].values():
        wanted[entity["id"]] = sanitised(entity["name"])
    for entity in boards["sequences"].values():
        wanted[entity["id"]] = f"{wanted[entity['episode_id']]}_{sanitised(entity['name'])}"
    for entity in boards["shots"].values():
        wanted[entity["id"]] = f"{wanted[entity['parent_id']]}_{sanitised(entity['name'])}"
    for entity in boards["assets"].values():
        wanted[entity["id"]] = sanitised(entity["name"])
    collided = {n for n in wanted.values() if list(wanted.values()).count(n) > 1}
    for kind, board in boards.items():
        for entity in board.values():
            document = ours.get(entity["id"])
            if document is None:
                if not entity["canceled"] and wanted[entity["id"]] not in collided:
                    found.append(f"{kind} {entity['name']} ({entity['id']}) is missing")
                continue
            if entity["canceled"]:
                continue
            found += compared(kind, entity, document, wanted, collided, types, fps)
    return found


def compared(kind, entity, document, wanted, collided, types, fps):
    data = document["data"]
    where = f"{kind} {document['name']}"
    if data.get("label") != entity["name"]:
        yield f"{where}: label {data.get('label')!r}, not {entity['name']!r}"
    # A name that two entities want stays with who has it.
    stands = {wanted[entity["id"]]} & collided
    if not stands and document["name"] != wanted[entity["id"]]:
        yield f"{where}: is not called {wanted[entity['id']]}"
    tasks = sorted({sanitised(types[t["task_type_id"]]) for t in entity["tasks"]})
    if sorted(data.get("tasks") or []) != tasks:
        yield f"{where}: tasks {data.get('tasks')}, not {tasks}"
    if kind == "shots":
        frame = (entity.get("data") or {}).get("frame_in")
        if frame and data.get("frameStart") != int(frame):
            yield f"{where}: frameStart {data.get('frameStart')}, not {frame}"
        if data.get("fps") != fps:
            yield f"{where}: fps {data.get('fps')}, not {fps}"
