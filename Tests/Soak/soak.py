"""Random edits and faults for a while; at the end Kitsu and Avalon agree."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import pymongo

from compare import differences
from kitsu import Kitsu, Refused, Show


class Replica:
    def __init__(self, program, environment, folder, project):
        self.arguments = [program, "run", "--project", project, "--listen", "127.0.0.1:0"]
        self.environment = environment
        self.folder = folder
        folder.mkdir()
        # A replica sleeps beyond its lease now and then.
        (folder / "avalon-sync.yaml").write_text("{service: {lease: 6s}}\n")
        self.start()

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            self.arguments, env=self.environment, cwd=self.folder, stdout=self.log, stderr=self.log)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.start()

    def pause(self, seconds):
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def figures(self):
        """Resident memory in MiB, and open files."""
        process = f"/proc/{self.process.pid}"
        pages = int(pathlib.Path(f"{process}/statm").read_text().split()[1])
        return pages * 4096 / 2**20, len(os.listdir(f"{process}/fd"))

    def errors(self):
        """What it logged as an error of its own: that a server is away is a warning."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return [line for line in lines if line.split()[1:2] == ["error"] or "Fatal error" in line]

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=60)


class Soak:
    def __init__(self, options):
        self.options = options
        self.chance = random.Random(options.seed)
        env = os.environ
        self.kitsu = Kitsu(env["TEST_KITSU_URL"], env["TEST_KITSU_EMAIL"], env["TEST_KITSU_PASSWORD"])
        self.name = f"Soak {int(time.time())}"
        self.show = Show(self.kitsu, self.name, self.chance)
        self.database = f"soak_{int(time.time())}"
        self.mongo = pymongo.MongoClient(env["TEST_MONGO_URL"])
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avalon-sync-soak-"))
        settings = {
            "PATH": env["PATH"], "GAZU_URL": env["TEST_KITSU_URL"], "GAZU_USER": env["TEST_KITSU_EMAIL"],
            "GAZU_PASSWD": env["TEST_KITSU_PASSWORD"], "AVALON_MONGO": env["TEST_MONGO_URL"],
            "AVALON_DB": self.database}
        self.settings = settings
        self.replicas = [
            Replica(options.program, settings, self.folder / f"replica-{number}", self.show.project)
            for number in range(options.replicas)]
        self.edits = self.refused = 0
        self.faults = {}
        self.samples = []

    def fault(self):
        stack = os.environ["TEST_STACK_DIR"]
        # The stack that the replicas use, wherever the next one would be made.
        home = {**os.environ, "STACK_HOME": os.environ["TEST_STACK_HOME"]}
        replica = self.chance.choice(self.replicas)

        def bounce(service):
            subprocess.run([f"{stack}/down", service], env=home, check=True, capture_output=True)
            time.sleep(self.chance.uniform(1, 8))
            subprocess.run([f"{stack}/up"], env=home, check=True, capture_output=True)

        kinds = {"kill": replica.kill, "pause": lambda: replica.pause(self.chance.uniform(1, 20))}
        if self.options.faults == "all":
            for service in ("redis", "zou-events", "zou-api", "nginx", "postgres", "mongod"):
                kinds[service] = lambda service=service: bounce(service)
        name = self.chance.choice(sorted(kinds))
        self.faults[name] = self.faults.get(name, 0) + 1
        kinds[name]()

    def run(self):
        end = time.time() + self.options.minutes * 60
        next_fault = time.time() + 20
        while time.time() < end:
            try:
                self.show.edit()
                self.edits += 1
            except Refused:
                self.refused += 1
            if time.time() > next_fault:
                self.fault()
                next_fault = time.time() + self.chance.uniform(10, 40)
            self.samples.append([replica.figures() for replica in self.replicas])
            time.sleep(self.chance.choice([0, 0, 0, 0.5, 2]))
        return self.judge()

    def judge(self):
        found = self.wait_for_agreement()
        codes = [replica.stop() for replica in self.replicas]
        memory = [max(figures[0] for figures in sample) for sample in self.samples]
        files = [max(figures[1] for figures in sample) for sample in self.samples]
        third = max(1, len(memory) // 3)
        print(f"soak: {self.edits} edits, {self.refused} refused, faults {self.faults}, exit codes {codes}")
        print(f"memory (MiB): first third at most {max(memory[:third]):.0f}, last {max(memory[-third:]):.0f}")
        print(f"open files: first third at most {max(files[:third])}, last {max(files[-third:])}")
        for replica in self.replicas:
            found += replica.errors()
        if any(codes):
            found.append(f"a replica ended with {codes}")
        if max(memory[-third:]) > 1.5 * max(memory[:third]) + 20:
            found.append("memory grows")
        if max(files[-third:]) > 1.5 * max(files[:third]) + 10:
            found.append("open files grow")
        for difference in found[:50]:
            print("  " + difference)
        if found:
            print(f"see {self.folder}")
        else:
            self.clean()
        print(f"{0 if found else 1} passed, {1 if found else 0} failed")
        return 1 if found else 0

    def wait_for_agreement(self):
        for _ in range(90):
            collections = self.mongo[self.database].list_collection_names()
            documents = [d for name in collections for d in self.mongo[self.database][name].find()]
            try:
                found = differences(self.kitsu, self.show.project, documents)
            except Refused as error:
                found = [f"Kitsu does not answer: {error}"]
            if documents and not found:
                return []
            time.sleep(1)
        return found or ["nothing is in Avalon"]

    def clean(self):
        for name in (self.database, "avalon_sync"):
            self.mongo.drop_database(name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--faults", choices=["all", "replicas"], default="all")
    soak = Soak(parser.parse_args())
    try:
        sys.exit(soak.run())
    finally:
        for replica in soak.replicas:
            replica.process.kill()


main()
