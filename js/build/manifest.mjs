// manifest.json: every built file with its size and hash, and one digest over all of them, which is the <hash> in URLs.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/** The manifest of a folder that holds the built files and nothing else. */
export async function describe(folder, version, interpreters) {
  const files = {};
  for (const path of await list(folder)) {
    const data = await readFile(join(folder, path));
    files[path] = { size: data.length, sha256: sha256(data) };
  }
  const lines = Object.entries(files).map(([path, file]) => `${path} ${file.sha256}\n`);
  return { package: version, digest: sha256(lines.join("")).slice(0, 16), files, interpreters };
}

async function list(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1).replaceAll("\\", "/"))
    .sort();
}
