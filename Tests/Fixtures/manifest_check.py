"""Judges the files with which Avalon Sync is installed, and prints a line for each mistake.

    manifest_check.py compose FILE           a compose file, by the Compose Specification
    manifest_check.py kubernetes FILE...     manifests, by Kubernetes' own schemas, of 1.27 and of the newest known
    manifest_check.py data FILE FOLDER       writes what a ConfigMap holds to files
"""

import pathlib
import sys

import yaml


def compose(path):
    import compose_spec

    text = pathlib.Path(path).read_text(encoding="utf-8")
    try:
        compose_spec.PyCompose.from_yaml(text).validate()
    except ValueError as error:
        yield str(error)
    # What it leaves out: that what a service names is there.
    file = yaml.safe_load(text)
    for name, service in file["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source[0] not in "./" and source not in file["volumes"]:
                yield f"{name}: there is no volume {source}"
        for other in service.get("depends_on", []):
            if other not in file["services"]:
                yield f"{name}: there is no service {other}"


def kubernetes(*paths):
    import kubernetes_validate

    for path in paths:
        for resource in yaml.safe_load_all(pathlib.Path(path).read_text(encoding="utf-8")):
            if resource["kind"] == "Kustomization":
                for name in resource["resources"]:
                    if not pathlib.Path(path).with_name(name).is_file():
                        yield f"{pathlib.Path(path).name}: there is no file {name}"
                continue
            for version in ("1.27", kubernetes_validate.latest_version()):
                try:
                    kubernetes_validate.validate(resource, version, strict=True)
                except kubernetes_validate.ValidationError as error:
                    yield f"{pathlib.Path(path).name} ({version}): {error.message}"


def data(path, folder):
    for name, text in yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))["data"].items():
        pathlib.Path(folder, name).write_text(text, encoding="utf-8")
    return []


for mistake in {"compose": compose, "kubernetes": kubernetes, "data": data}[sys.argv[1]](*sys.argv[2:]):
    print(mistake)
