/**
 * Checks the records of one chain, or the seals of one place, with Python's standard library alone. It cuts a record's own
 * hash out of its bytes, since those are in canonical form: what is left is what the hash is of.
 */
export const checkLines = `import hashlib, json, pathlib, sys
folder, before, held = pathlib.Path(sys.argv[1]), None, {}
for file in sorted(folder.glob("*.json")):
    text = file.read_bytes().decode().removesuffix("\\n")
    record = json.loads(text)
    rest = text.replace('"hash":"%s",' % record["hash"], "", 1)
    if hashlib.sha256(rest.encode()).hexdigest() != record["hash"]:
        sys.exit(f"{file}: was changed, its hash does not fit")
    if before and (record["previous"], record.get("seq", 1)) != (before["hash"], before.get("seq", 0) + 1):
        sys.exit(f"{file}: does not follow the one before it")
    before, held[record.get("seq")] = record, record["hash"]
for seal in sorted(pathlib.Path("seals", folder.parent.name).glob("*.json")):
    for head in json.loads(seal.read_bytes())["heads"]:
        if head["chain"] == folder.name and held.get(head["seq"]) != head["hash"]:
            sys.exit(f"{seal}: holds another record {head['seq']}")
print(f"{folder}: whole" if before else sys.exit(f"{folder}: nothing to check"))
`;
