#!/usr/bin/env python3
"""Fails when an include points against the direction of dependencies, or a source breaks the house rules."""
import pathlib
import re
import sys

ROOMS = {  # room -> rooms it may include
    "accounting": {"accounting"},
    "indexer/chain": {"accounting", "indexer/chain"},
    "indexer/rows": {"accounting", "indexer/chain", "indexer/rows"},
    "indexer/recording": {"accounting", "indexer/chain", "indexer/recording"},
    "indexer/rpc": {"accounting", "indexer/chain", "indexer/rpc"},
    "indexer/store": {"accounting", "indexer/chain", "indexer/rows", "indexer/store"},
    "indexer/protocols": {"accounting", "indexer/chain", "indexer/rows", "indexer/protocols"},
    "indexer/sync": {"accounting", "indexer/chain", "indexer/rows", "indexer/recording", "indexer/rpc", "indexer/store", "indexer/protocols", "indexer/sync"},
    "app": {"accounting", "indexer/chain", "indexer/rows", "indexer/recording", "indexer/rpc", "indexer/store", "indexer/protocols", "indexer/sync", "app"},
}
ACCOUNTING_BOOST = re.compile(r"^boost/(multiprecision|system)/")
DATABASE = re.compile(r"^(pqxx/|libpq-fe|pqxx)")
EVENT_ROW = re.compile(r'^    \{EventId::')  # one event declaration is one line of a table
PRIVATE_PATHS = re.compile(r"/(home|root|work|Users)/\w+")


def room_of(path):
    return next((room for room in ROOMS if path == room or path.startswith(room + "/")), None)


def problems(root):
    for file in sorted(root.glob("**/*")):
        name = file.relative_to(root).as_posix()
        if file.suffix not in (".hpp", ".cpp", ".sql") or name.startswith(("build/", ".redink/", "node_modules/")):
            continue
        room = room_of(name)
        protocol = re.match(r"indexer/protocols/(\w+)/", name)
        lines = file.read_text().splitlines()
        if len(lines) > 500:
            yield f"{name}: {len(lines)} lines, more than 500"
        for number, line in enumerate(lines, 1):
            at = f"{name}:{number}"
            if len(line) > 100 and file.suffix != ".sql" and not EVENT_ROW.match(line):
                yield f"{at}: line longer than 100 columns"
            if "\t" in line:
                yield f"{at}: tab"
            if re.search(r"\b(TODO|FIXME|XXX)\b", line):
                yield f"{at}: leftover mark"
            if PRIVATE_PATHS.search(line):
                yield f"{at}: path of a machine"
            if room == "accounting" and re.search(r"\b(double|float)\b", line) and "/premium/" not in name:
                yield f"{at}: floating point in accounting"
            include = re.match(r'\s*#include [<"]([^>"]+)[>"]', line)
            if not include or room is None:
                continue
            target = include.group(1)
            other = room_of(target)
            if other and other not in ROOMS[room]:
                yield f"{at}: {room} may not include {other}"
            other_protocol = re.match(r"indexer/protocols/(\w+)/", target)
            if protocol and other_protocol and protocol.group(1) != other_protocol.group(1):
                yield f"{at}: one protocol may not include another"
            if room == "accounting" and target.startswith("boost/") and not ACCOUNTING_BOOST.match(target):
                yield f"{at}: accounting may use Boost.Multiprecision and Boost.System only"
            if room != "indexer/store" and DATABASE.match(target):
                yield f"{at}: the database belongs to indexer/store"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "layering holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
