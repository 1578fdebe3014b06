// A memory snapshot of Pyodide beside its other files: the memory of an interpreter that has started, from which another
// one starts in a fraction of the time.
//
// Pyodide makes it in Node, in a process of its own (freeze.mjs), which takes ten seconds: so it is kept in
// node_modules/.cache by the hash of all that goes into it. Pages of zeros are left out, which halves it; `unpack` in
// js/src/interpreters/snapshot.ts puts them back, and the format is described there.
import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BuildError, CACHE, SOURCE } from "./paths.mjs";

/** The file's name, in Pyodide's folder. */
export const SNAPSHOT = "pyodide.snapshot";

const PYTHON = join(SOURCE, "interpreters/python");
const FREEZE = fileURLToPath(new URL("freeze.mjs", import.meta.url));
const PAGE = 4096;
const MAGIC = 0x4e535950;

/** Add the snapshot to the folder of Pyodide's files. */
export async function addSnapshot(folder) {
  const sources = await readSources();
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  for (const file of [FREEZE, fileURLToPath(import.meta.url)]) hash.update(await readFile(file));
  const cached = join(CACHE, `${hash.update(JSON.stringify(sources)).digest("hex")}.snapshot`);
  let packed = await readFile(cached).catch(() => null);
  if (!packed) {
    packed = pack(await freeze(sources));
    await mkdir(CACHE, { recursive: true });
    // Only the newest is kept. Whole or not at all: a build that is stopped leaves no half of one.
    const old = (await readdir(CACHE)).filter((name) => name.endsWith(".snapshot"));
    await Promise.all(old.map((name) => rm(join(CACHE, name))));
    await writeFile(`${cached}.new`, packed);
    await rename(`${cached}.new`, cached);
  }
  await writeFile(join(folder, SNAPSHOT), packed);
}

// Our Python files, by their paths below site-packages. MicroPython's own are among them, and cost nothing.
async function readSources() {
  const entries = await readdir(PYTHON, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const read = async (path) => [path.slice(PYTHON.length + 1).replaceAll("\\", "/"), await readFile(path, "utf8")];
  return Object.fromEntries(await Promise.all(paths.map(read)));
}

async function freeze(sources) {
  const folder = await mkdtemp(join(tmpdir(), "snapshot-"));
  try {
    const input = join(folder, "sources.json");
    const output = join(folder, "memory");
    await writeFile(input, JSON.stringify(sources));
    await promisify(execFile)(process.execPath, [FREEZE, input, output]).catch(({ stderr }) => {
      // Node shows the line that threw, which may be a megabyte.
      const lines = String(stderr).split("\n").filter((line) => line.length < 500 && line.trim());
      throw new BuildError(`The snapshot of Pyodide could not be made:\n${lines.join("\n")}`);
    });
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pack(memory) {
  const zeros = Buffer.alloc(PAGE);
  const runs = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    const page = memory.subarray(at, at + PAGE);
    if (page.equals(zeros.subarray(0, page.length))) continue;
    const last = runs.at(-1);
    if (last && last.at + last.length === at) last.length += page.length;
    else runs.push({ at, length: page.length });
  }
  const head = Uint32Array.of(MAGIC, memory.length, runs.length, ...runs.flatMap(({ at, length }) => [at, length]));
  return Buffer.concat([Buffer.from(head.buffer), ...runs.map(({ at, length }) => memory.subarray(at, at + length))]);
}
