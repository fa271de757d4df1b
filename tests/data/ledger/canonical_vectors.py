#!/usr/bin/env python3
"""A second implementation of the ledger's byte layout (accounting/ledger/canonical.hpp), on hashlib alone.

Without arguments it prints canonical.json; with --check it compares the file beside it and fails on a difference.
"""
import hashlib
import json
import pathlib
import struct
import sys

ZERO20, ZERO32 = "00" * 20, "00" * 32
MAX = 2**256 - 1
LEDGER = {"chain_id": 1, "protocol": "aave-v3", "market": "87870bca3f3fd6335c3f4ce8392d69350b4fa4e2", "book": 0}


def u(size, value):
    return value.to_bytes(size, "big")


def sized(data):
    return struct.pack(">I", len(data)) + data


def optional(data):
    return b"\0" if data is None else b"\1" + data


def digest_or_none(text):
    return optional(None if text is None else bytes.fromhex(text))


def log_index(entry):
    return optional(None if entry["log_index"] is None else u(4, entry["log_index"]))


def genesis(ledger):
    return hashlib.sha256(sized(b"redink.ledger.v1") + u(8, ledger["chain_id"]) + sized(ledger["protocol"].encode())
                          + bytes.fromhex(ledger["market"]) + u(1, ledger["book"])).digest()


def identity(ledger, entry):
    return hashlib.sha256(sized(b"redink.entry.v1") + ledger + bytes.fromhex(entry["block_hash"]) + log_index(entry)
                          + u(2, entry["rule"]) + u(4, entry["ordinal"]) + bytes.fromhex(entry["evidence"])
                          + u(4, entry["revision"]) + digest_or_none(entry["reverses"])).digest()


def canonical(name, entry):
    out = [name, u(1, entry["book"]), u(2, entry["rule"]), sized(bytes.fromhex(entry["pool"])),
           bytes.fromhex(entry["reserve"]), bytes.fromhex(entry["asset"]), u(8, entry["block_number"]),
           bytes.fromhex(entry["block_hash"]), u(8, entry["block_time"]), log_index(entry),
           bytes.fromhex(entry["txn_hash"]), u(4, entry["ordinal"]), bytes.fromhex(entry["evidence"]),
           u(4, entry["revision"]), digest_or_none(entry["reverses"]), sized(entry["narrative"].encode()),
           u(4, len(entry["legs"]))]
    for leg in entry["legs"]:
        out += [u(2, leg["account"]), u(1, leg["side"]), u(32, int(leg["units"])), bytes.fromhex(leg["party"])]
    return b"".join(out)


def chained(position, previous, data):
    return hashlib.sha256(sized(b"redink.chain.v1") + u(8, position) + previous + sized(data)).digest()


def leg(account, side, units, party=ZERO20):
    return {"account": account, "side": side, "units": str(units), "party": party}


def made(number, **changed):
    entry = {"book": 0, "rule": 1, "pool": "87870bca3f3fd6335c3f4ce8392d69350b4fa4e2", "reserve": "a0" * 20,
             "asset": "a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "block_number": number, "block_hash": "%064x" % (number * 3),
             "block_time": 1_700_000_000 + number, "log_index": 7, "txn_hash": "%064x" % (number * 5), "ordinal": 0,
             "evidence": ZERO32, "revision": 0, "reverses": None, "narrative": "", "legs": []}
    entry.update(changed)
    return entry


def entries():
    supply = made(100, narrative="supplied", legs=[leg(101, 0, 1_000_000), leg(201, 1, 1_000_000)])
    valuation = made(101, book=1, rule=4, log_index=None, txn_hash=ZERO32, evidence="ab" * 32, revision=2, ordinal=3,
                     narrative="Wert gefallen \u2013 1 \u20ac", legs=[leg(401, 0, 9486, "b0" * 20), leg(501, 1, 9486, "b0" * 20)])
    widest = made(2**64 - 1, block_hash="ff" * 32, txn_hash="fe" * 32, log_index=2**32 - 1, ordinal=2**32 - 1, block_time=2**64 - 1,
                  rule=19, pool="", narrative="x" * 300,
                  legs=[leg(204, 0, MAX), leg(201, 1, 1), leg(201, 1, MAX - 1)])
    mirror = made(100, rule=18, narrative="reverses: supplied", legs=[leg(101, 1, 1_000_000), leg(201, 0, 1_000_000)],
                  reverses=identity(genesis(LEDGER), supply).hex())
    return [supply, valuation, widest, mirror]


def document():
    ledger = genesis(LEDGER)
    head, rows = ledger, []
    for position, entry in enumerate(entries(), 1):
        name = identity(ledger, entry)
        data = canonical(name, entry)
        head = chained(position, head, data)
        rows.append({"entry": entry, "identity": name.hex(), "canonical": data.hex(), "hash": head.hex()})
    return {"ledger": LEDGER, "genesis": ledger.hex(), "entries": rows}


def main():
    text = json.dumps(document(), indent=1) + "\n"
    if sys.argv[1:] != ["--check"]:
        sys.stdout.write(text)
        return 0
    same = pathlib.Path(__file__).with_name("canonical.json").read_text() == text
    print("canonical.json holds" if same else "canonical.json differs")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
