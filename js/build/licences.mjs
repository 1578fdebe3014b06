// static/licenses/: the licence and notice of everything that is shipped, with an index, THIRD_PARTY.md.
//
// What npm's packages left in the bundles is known from esbuild; a package without a licence file, and the interpreters,
// whose packages have none either, have theirs in js/build/licenses/. A licence that is missing fails the build.
import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BuildError, CATALOGUE, readJson, ROOT } from "./paths.mjs";

const OURS = fileURLToPath(new URL("licenses/", import.meta.url));

const INTRODUCTION = `# Third-party software in this folder's parent

pyscript_jupyter itself is under the BSD-3-Clause licence. With it comes the following software of others, unchanged but
for bundling and minifying, each under its own licence.

| name | version | licence | where it is used | text |
|---|---|---|---|---|
`;

/** Write the licences; `used` is what each bundle took from node_modules, by bundle. */
export async function writeLicences(folder, used, interpreters) {
  await mkdir(folder, { recursive: true });
  const rows = [];
  for (const [path, bundles] of packages(used)) {
    const { name, version, license } = await readJson(join(ROOT, path, "package.json"));
    const text = await licenceOf(path, name);
    // One name may be there in two versions.
    const file = `${plain(name)}-${version}.txt`;
    await copyFile(text, join(folder, file));
    rows.push([name, version, license, bundles.join(", "), file]);
  }
  const catalogue = await readJson(CATALOGUE);
  for (const [name, { version }] of Object.entries(interpreters)) {
    const file = `${name}.txt`;
    await copyFile(join(OURS, file), join(folder, file)).catch(() => missing(name));
    rows.push([name, version, catalogue[name].licence, `${name}/`, file]);
  }
  rows.push(["CPython's standard library", "in Pyodide", "PSF-2.0", "pyodide/", "cpython.txt"]);
  rows.push(["Libraries compiled into the interpreters", "", "see there", "micropython/, pyodide/", "components.md"]);
  for (const file of ["cpython.txt", "components.md"]) await copyFile(join(OURS, file), join(folder, file));
  const lines = rows.map((row) => `| ${row.slice(0, -1).join(" | ")} | [${row.at(-1)}](${row.at(-1)}) |\n`);
  await writeFile(join(folder, "THIRD_PARTY.md"), INTRODUCTION + lines.join(""));
}

// node_modules/a/node_modules/@b/c/src/d.js -> node_modules/a/node_modules/@b/c, with the bundles that hold it.
function packages(used) {
  const found = new Map();
  for (const [bundle, files] of Object.entries(used)) {
    for (const file of files) {
      const [path] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
      const bundles = found.get(path) ?? [];
      if (!bundles.includes(bundle)) bundles.push(bundle);
      found.set(path, bundles);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function licenceOf(path, name) {
  const own = (await readdir(join(ROOT, path))).find((file) => /^licen[cs]e(\.\w+)?$/i.test(file));
  if (own) return join(ROOT, path, own);
  const vendored = `${plain(name)}.txt`;
  if ((await readdir(OURS)).includes(vendored)) return join(OURS, vendored);
  return missing(name);
}

function missing(name) {
  throw new BuildError(
    `${name} is shipped, but its package has no licence file: put its text into js/build/licenses/${plain(name)}.txt.`,
  );
}

function plain(name) {
  return name.replace("/", "__");
}
