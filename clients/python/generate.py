"""Writes src/elevo/_generated.py from the OpenAPI document of the service: a type for everything that is sent and answered, a method
for every call, and the numbers of errors. Python's own library is all it takes."""

from __future__ import annotations

import json
import keyword
import os
import re
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "src/elevo/_generated.py"
BESIDE_US = HERE / "../../functions/docs/target/openapi.json"

HEAD = '''# Generated from the description of the API; not to be edited.
# mypy: disable-error-code=no-any-return
"""What the API takes and answers."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Dict, List, Literal, Optional, Sequence, TypedDict, Union

from .transport import CallOptions, Transport

'''


def description() -> dict:
    """Of the build beside us, or of a file or a running service that is named."""
    source = os.environ.get("ELEVO_OPENAPI", str(BESIDE_US))
    if source.startswith(("http://", "https://")):
        with urllib.request.urlopen(source) as answer:
            return json.load(answer)
    if not Path(source).exists():
        sys.exit(f"no description of the API at {source}: ./elevo up builds it, or ELEVO_OPENAPI names a file or an address")
    return json.loads(Path(source).read_text("utf-8"))


def type_of(schema: dict) -> str:
    kind = _type_of(schema)
    return f"Optional[{kind}]" if schema.get("nullable") else kind


def _type_of(schema: dict) -> str:
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"
    if "allOf" in schema:
        return type_of(schema["allOf"][0])
    if "oneOf" in schema:
        return f"Union[{', '.join(type_of(one) for one in schema['oneOf'])}]"
    kind = schema.get("type")
    if kind == "array":
        return f"List[{type_of(schema['items'])}]"
    if kind == "object":
        return f"Dict[str, {type_of(schema.get('additionalProperties') or {})}]"
    if kind == "string" and schema.get("format") == "binary":
        return "bytes"
    return {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}.get(kind, "Any")


def declaration(name: str, schema: dict) -> str:
    properties = schema.get("properties")
    if properties is None:
        return f"{name} = {quoted(type_of(schema))}\n"
    required = set(schema.get("required", ()))
    needed = {key: value for key, value in properties.items() if key in required}
    optional = {key: value for key, value in properties.items() if key not in required}
    if needed and optional:
        return part(f"_{name}", "TypedDict", needed) + part(name, f"_{name}", optional)
    return part(name, "TypedDict", needed or optional, total=not optional)


def part(name: str, base: str, fields: dict, total: bool = True) -> str:
    total = total and base == "TypedDict"
    if any(keyword.iskeyword(key) or not key.isidentifier() for key in fields):
        # A field that cannot be an attribute; only the other way of writing has those.
        entries = ", ".join(f"{key!r}: {quoted(type_of(schema))}" for key, schema in fields.items())
        if base != "TypedDict":
            raise ValueError(f"{name}: such a field must be among the required ones")
        return f"{name} = TypedDict({name!r}, {{{entries}}}, total={total})\n\n\n"
    lines = "".join(f"    {key}: {type_of(schema)}\n" for key, schema in fields.items())
    return f"class {name}({base}{'' if total else ', total=False'}):\n{lines}\n\n"


def quoted(kind: str) -> str:
    return repr(kind)


def snake(name: str) -> str:
    plain = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), name.replace("-", "_"))
    return plain + "_" if keyword.iskeyword(plain) else plain


def is_call(operation: dict) -> bool:
    """Neither a handshake, nor a page for people, nor a stream of events."""
    answers = operation["responses"]
    shown = answers.get("200", {}).get("content", {})
    return "101" not in answers and not {"text/html", "text/event-stream"} & set(shown)


def resolved(document: dict, node: dict) -> dict:
    return document["components"]["parameters"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node


def method(document: dict, path: str, verb: str, operation: dict) -> str:
    parameters = [resolved(document, parameter) for parameter in operation["parameters"]]
    places = [parameter for parameter in parameters if parameter["in"] == "path"]
    query = [parameter for parameter in parameters if parameter["in"] == "query"]
    query.sort(key=lambda parameter: not parameter.get("required"))
    arguments = ["self"]
    arguments += [f"{snake(place['name'])}: {type_of(place['schema'])}" for place in places]
    arguments.append("*")
    body = operation.get("requestBody")
    if body:
        content = body["content"]
        kind = type_of(content["application/json"]["schema"]) if "application/json" in content else "bytes"
        arguments.append(f"body: {kind}" if body.get("required") else f"body: Optional[{kind}] = None")
    for parameter in query:
        kind = type_of(parameter["schema"]).replace("List[", "Sequence[")
        arguments.append(f"{snake(parameter['name'])}: {kind}" if parameter.get("required") else f"{snake(parameter['name'])}: Optional[{kind}] = None")
    arguments.append("options: Optional[CallOptions] = None")
    values = ", ".join(f"{parameter['name']!r}: {snake(parameter['name'])}" for parameter in query)
    sent = [repr(verb.upper()), repr(path), f"({', '.join(snake(place['name']) for place in places)}{',' if places else ''})"]
    sent += [f"{{{values}}}", "body" if body else "None", "options"]
    lines = [f"    def {snake(operation['operationId'])}({', '.join(arguments)}) -> {answer(operation)}:"]
    lines += [f'        """{operation["summary"]}. {operation["description"].splitlines()[0]}"""', f"        return self._call({', '.join(sent)})"]
    return "\n".join(lines) + "\n"


def answer(operation: dict) -> str:
    """Of what takes long the result, and not the note that it is still running."""
    kinds: list[str] = []
    for status in ("200", "201", "202"):
        content = operation["responses"].get(status, {}).get("content", {})
        kind = type_of(content["application/json"]["schema"]) if "application/json" in content else "bytes" if content else None
        if kind and kind != "StillRunning" and kind not in kinds:
            kinds.append(kind)
    return "None" if not kinds else kinds[0] if len(kinds) == 1 else f"Union[{', '.join(kinds)}]"


def error_codes(document: dict) -> str:
    found = {}
    for kind, response in document["components"]["responses"].items():
        for code, name in re.findall(r"(\d{4}) ([A-Z][A-Z_]+):", response["description"]):
            found[int(code)] = (name, kind.split("-")[1])
    names = "".join(f"    {name} = {code}\n" for code, (name, _) in sorted(found.items()))
    statuses = "".join(f"    {code}: {status},\n" for code, (_, status) in sorted(found.items()))
    return f"class ErrorCode(IntEnum):\n{names}\n\nSTATUSES = {{\n{statuses}}}\n\n\n"


def main() -> None:
    document = description()
    schemas = "".join(declaration(name, schema) for name, schema in document["components"]["schemas"].items())
    methods = "\n".join(
        method(document, path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if is_call(operation)
    )
    api = f'class Api:\n    """Every call of the API by the name it has in its description."""\n\n' \
        f"    def __init__(self, transport: Transport) -> None:\n        self._call = transport.call\n\n{methods}"
    TARGET.write_text(HEAD + "\n" + error_codes(document) + schemas + api, "utf-8")


if __name__ == "__main__":
    main()
