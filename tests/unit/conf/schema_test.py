"""The JSON Schema accepts the shipped file, as it is and with every line active, and refuses what
the server refuses. Usage: schema_test.py SOURCE_ROOT. Skipped (77) without python3-jsonschema."""
import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing} (python3-yaml, python3-jsonschema)")
    sys.exit(77)

root = pathlib.Path(sys.argv[1])
schema = json.loads((root / "config/parlour.schema.json").read_text())
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)

shipped = (root / "config/parlour.yaml").read_text()
active = re.sub(r"(?m)^( *)#(\w)", r"\1\2", shipped)
right = {"the shipped file": shipped, "the shipped file with every line active": active}
right |= {path.name: path.read_text() for path in (root / "config/conf.d").glob("*.example")}
wrong = [
    "http: {prot: 1}", "entirely: {}", "http: {port: many}", 'http: {port: "80"}',
    "http: {port: 65536}", "http: {port: -1}", "http: {listen: 127.0.0.1}", "http: {listen: []}",
    "http: {listen: [a, a]}", "rooms: {simulcast: maybe}", "rooms: {codecs: {video: [MPEG2]}}",
    "log: {level: loud}", "auth: {issuer: 42}", "http: 8080", "- http",
]

failures = 0
for name, text in right.items():
    for error in validator.iter_errors(yaml.safe_load(text)):
        print(f"{name}: {error.json_path}: {error.message}")
        failures += 1
for text in wrong:
    if validator.is_valid(yaml.safe_load(text)):
        print(f"accepted: {text}")
        failures += 1
sys.exit(1 if failures else 0)
