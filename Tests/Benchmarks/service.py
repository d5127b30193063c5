"""How long an edit in Kitsu takes to stand in Avalon, and what a service at rest costs.

The floor of an edit: the event's own delivery, one plain GET of the entity and one plain update.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

import pymongo
import socketio

DEBOUNCE = 0.25
FOREIGN = 600_000


class Kitsu:
    """One connection that is kept, as a floor has it."""

    def __init__(self):
        self.address = urllib.parse.urlsplit(os.environ["TEST_KITSU_URL"])
        self.connection = http.client.HTTPConnection(self.address.netloc)
        self.token = None
        self.token = self.call("POST", "/auth/login", {
            "email": os.environ["TEST_KITSU_EMAIL"], "password": os.environ["TEST_KITSU_PASSWORD"]})["access_token"]

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            reply = self.send(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            # It rested for longer than the server keeps connections.
            self.connection.close()
            reply = self.send(method, path, body, headers)
        text = reply.read()
        if reply.status >= 300:
            raise RuntimeError(f"{method} {path}: {reply.status} {text[:200]}")
        return json.loads(text)

    def send(self, method, path, body, headers):
        self.connection.request(method, self.address.path + path, json.dumps(body) if body else None, headers)
        return self.connection.getresponse()


class Events:
    """Kitsu's event stream by long-polling: when an entity's id was last heard of."""

    def __init__(self, token):
        self.address = urllib.parse.urlsplit(os.environ["TEST_KITSU_EVENT_URL"])
        self.headers = {"Authorization": f"Bearer {token}"}
        self.heard = {}
        self.sid = json.loads(self.request("GET")[1:])["sid"]
        self.request("POST", "40/events,")
        self.request("GET")
        threading.Thread(target=self.listen, daemon=True).start()

    def request(self, method, body=None):
        query = "?EIO=4&transport=polling" + (f"&sid={self.sid}" if hasattr(self, "sid") else "")
        connection = http.client.HTTPConnection(self.address.netloc)
        connection.request(method, "/socket.io/" + query, body, self.headers)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def listen(self):
        while True:
            text = self.request("GET")
            now = time.perf_counter()
            for packet in text.split("\x1e"):
                if packet == "2":
                    self.request("POST", "3")
                for found in re.findall(r'"(?:shot|entity)_id":\s*"([^"]+)"', packet):
                    self.heard[found] = now


class Service:
    """The program under test, with its metrics."""

    def __init__(self, program, projects, database):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avalon-sync-benchmark-"))
        self.log = open(self.folder / "log", "wb")
        environment = {
            "PATH": os.environ["PATH"], "GAZU_URL": os.environ["TEST_KITSU_URL"],
            "GAZU_USER": os.environ["TEST_KITSU_EMAIL"], "GAZU_PASSWD": os.environ["TEST_KITSU_PASSWORD"],
            "AVALON_MONGO": os.environ["TEST_MONGO_URL"], "AVALON_DB": database}
        named = [part for project in projects for part in ("--project", project)]
        self.process = subprocess.Popen(
            [program, "run", "--listen", "127.0.0.1:0", *named], env=environment, cwd=self.folder,
            stdout=self.log, stderr=self.log)
        self.port = self.eventually("the page is served", self.found_port)

    def found_port(self):
        found = re.search(r"http://127\.0\.0\.1:(\d+)", (self.folder / "log").read_text())
        return found and int(found.group(1))

    @staticmethod
    def eventually(what, holds, seconds=600):
        end = time.time() + seconds
        while time.time() < end:
            found = holds()
            if found:
                return found
            time.sleep(0.05)
        raise RuntimeError(f"{what}: not within {seconds} s")

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as reply:
            return reply.read().decode()

    def is_settled(self, count):
        state = json.loads(self.get("/status.json"))
        ready = [p for p in state["projects"] if any(c["type"] == "Ready" and c["status"] for c in p["conditions"])]
        return len(ready) == count and state["queue"]["depth"] + state["queue"]["running"] == 0 \
            and state["feed"]["state"] == "streaming"

    def counters(self):
        """Reconciles, requests to Kitsu, commands to MongoDB."""
        text = self.get("/metrics")
        def total(name):
            return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))
        return [total(f"avalon_sync_{name}") for name in
                ("reconcile_total", "kitsu_requests_total", "mongodb_commands_total")]

    def ticks(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        return int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096 / 2**20

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def fill(collection, shot):
    """What artists published in a project of years."""
    for start in range(0, FOREIGN, 20_000):
        collection.insert_many(
            [{"type": "version", "parent": shot, "name": start + n, "data": {"families": ["model"], "fps": 25}}
             for n in range(20_000)], ordered=False)


def edits(kitsu, events, service, collection, shots, rounds, chance):
    """Seconds from an edit's answer to the document, for the floor, and a reconcile's own."""
    taken, floors, reconciles = [], [], []
    for number in range(rounds):
        shot = chance.choice(shots)
        kitsu.call("PUT", f"/data/entities/{shot['kitsu']}", {"description": f"Edit {number}"})
        start = time.perf_counter()
        while collection.find_one({"_id": shot["_id"]}, {"data": 1}) == shot["before"]:
            if time.perf_counter() - start > 60:
                raise RuntimeError("an edit did not arrive in a minute")
            time.sleep(0.002)
        taken.append(time.perf_counter() - start)
        shot["before"] = collection.find_one({"_id": shot["_id"]}, {"data": 1})
        delivery = max(0, events.heard.get(shot["kitsu"], start) - start)
        begin = time.perf_counter()
        kitsu.call("GET", f"/data/entities/{shot['kitsu']}")
        collection.update_one({"_id": shot["_id"]}, {"$set": {"benchmark": number}})
        floors.append(delivery + time.perf_counter() - begin)
        time.sleep(0.4)
        reconciles.append(json.loads(service.get("/status.json"))["projects"][0]["last"]["seconds"])
    return taken, floors, statistics.median(reconciles)


def latency(options, kitsu, mongo, database):
    service = Service(options.program, [options.project], database)
    try:
        Service.eventually("the project is settled", lambda: service.is_settled(1))
        name = mongo[database].list_collection_names()[0]
        # Majority, as the service itself writes.
        collection = mongo[database].get_collection(name, write_concern=pymongo.WriteConcern("majority"))
        chance = random.Random(1)
        found = list(collection.find({"type": "asset", "data.kitsu.type": "shot"}, {"data": 1}))
        if not found:
            found = [d for d in collection.find({"type": "asset"}, {"data": 1}) if "frameEnd" in d["data"]]
        shots = [{"_id": d["_id"], "kitsu": d["data"]["kitsu"]["id"], "before": d} for d in chance.sample(found, 20)]
        documents = collection.count_documents({})
        fill(mongo[database][name], found[0]["_id"])
        events = Events(kitsu.token)
        before = service.counters()
        taken, floors, reconcile = edits(kitsu, events, service, collection, shots, options.rounds, chance)
        after = service.counters()
        each = [(b - a) / options.rounds for a, b in zip(before, after)]
        median, floor = statistics.median(taken), statistics.median(floors)
        goal = 2 * floor + DEBOUNCE
        print(f"edit to document, {documents} documents beside {FOREIGN}: median {median * 1000:.0f} ms, worst "
              f"{max(taken) * 1000:.0f} ms (number {taken.index(max(taken)) + 1} of {len(taken)}); floor {floor * 1000:.0f} ms; of 2 floors and the debounce ({goal * 1000:.0f} ms): "
              f"{median / goal:.2f}")
        print(f"  an edit: {each[0]:.1f} reconciles of {reconcile * 1000:.0f} ms, {each[1]:.1f} requests to Kitsu, {each[2]:.1f} commands to MongoDB; "
              f"memory {service.memory():.0f} MiB")
        burst(options, service, shots)
    finally:
        service.stop()


def burst(options, service, shots):
    """Events as Zou's API sends them, through its Redis, as fast as they go."""
    before = service.counters()
    queue = socketio.RedisManager(f"redis://127.0.0.1:{os.environ['TEST_REDIS_PORT']}/2", channel="flask-socketio", write_only=True)
    for number in range(5000):
        shot = shots[number % len(shots)]
        queue.emit("shot:update", {"project_id": options.project, "shot_id": shot["kitsu"]}, namespace="/events")
    time.sleep(2)
    Service.eventually("the burst is done", lambda: service.is_settled(1))
    after = service.counters()
    print(f"  a burst of 5000 events: {after[0] - before[0]:.0f} reconciles, {after[1] - before[1]:.0f} requests to Kitsu")


def rest(options, kitsu, count, database):
    """Projects in which nothing moves."""
    kinds = {kind["name"]: kind["id"] for kind in kitsu.call("GET", "/data/entity-types")}
    projects = []
    for number in range(count):
        project = kitsu.call("POST", "/data/projects", {"name": f"Rest {os.getpid()} {number}", "production_type": "short"})["id"]
        for shot in range(5):
            kitsu.call("POST", "/data/entities", {
                "name": f"SH{shot}", "project_id": project, "entity_type_id": kinds["Shot"]})
        projects.append(project)
    service = Service(options.program, projects, database)
    try:
        Service.eventually("the projects are settled", lambda: service.is_settled(count))
        time.sleep(5)
        ticks, start, memory, before = service.ticks(), time.time(), service.memory(), service.counters()
        time.sleep(options.rest)
        spent = time.time() - start
        share = (service.ticks() - ticks) / spent * 100
        asked = (service.counters()[1] - before[1]) / spent
        print(f"{count} projects at rest for {spent:.0f} s: {share:.2f} % of a core (goal 0.5), memory {memory:.0f} to "
              f"{service.memory():.0f} MiB, {asked:.1f} requests to Kitsu a second")
    finally:
        service.stop()
        for project in projects:
            kitsu.call("PUT", f"/data/projects/{project}", {
                "project_status_id": next(s["id"] for s in kitsu.call("GET", "/data/project-status") if s["name"] == "Closed")})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--project", help="one that was seeded; without one, projects at rest are measured")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--rest", type=int, default=60, help="seconds")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    database = f"avalon_sync_benchmark_{os.getpid()}"
    mongo = pymongo.MongoClient(os.environ["TEST_MONGO_URL"])
    try:
        if options.project:
            latency(options, Kitsu(), mongo, database)
        else:
            rest(options, Kitsu(), options.count, database)
    finally:
        mongo.drop_database(database)


sys.exit(main())
