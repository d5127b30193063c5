"""Validates YAML files against a JSON Schema (2020-12): schema_check.py SCHEMA FILE...

Prints a line of JSON for each file: {"file": ..., "mistakes": [{"path": ..., "message": ...}]}.
YAML is read as the program reads it, by 1.2's core schema: `on` and `1:30` are texts, keys are texts.
"""

import json
import re
import sys

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    """Plain scalars by YAML 1.2's core schema."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


CORE = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}
for kind, pattern in CORE.items():
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + kind, re.compile("^(?:%s)$" % pattern), None)


def mistakes(validator, path):
    with open(path, encoding="utf-8") as file:
        try:
            value = yaml.load(file, Loader=CoreLoader)
        except yaml.YAMLError as error:
            return [{"path": "", "message": "no YAML: %s" % error}]
    found = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
    return [{"path": "/".join(map(str, error.absolute_path)), "message": error.message[:200]} for error in found]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sys.argv[2:]:
        print(json.dumps({"file": path, "mistakes": mistakes(validator, path)}))


main()
