// The interpreters' files, copied from npm's packages to <interpreter>/<version>/, and the snapshot of Pyodide with them.
//
// npm checks each package against the hash in package-lock.json; the manifest then carries each file's own to the browser.
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BuildError, CATALOGUE, MODULES, readJson } from "./paths.mjs";
import { addSnapshot, SNAPSHOT } from "./snapshot.mjs";

/** Copy every interpreter of the catalogue; returns the manifest's "interpreters". */
export async function copyInterpreters(folder, pins) {
  const found = {};
  for (const [name, { package: packageName, entry, files }] of Object.entries(await readJson(CATALOGUE))) {
    const source = join(MODULES, packageName);
    const version = await installedVersion(source, packageName, pins[packageName]);
    const path = `${name}/${version}`;
    await mkdir(join(folder, path), { recursive: true });
    for (const file of files) await copyOne(join(source, file), join(folder, path, file), file);
    found[name] = { version, entry: `${path}/${entry}`, files: files.map((file) => `${path}/${file}`) };
    if (name === "pyodide") {
      await addSnapshot(join(folder, path));
      found[name].snapshot = `${path}/${SNAPSHOT}`;
    }
  }
  return found;
}

async function installedVersion(source, name, pin) {
  if (!pin) throw new BuildError(`The catalogue names ${name}, but package.json pins no version of it.`);
  let version;
  try {
    ({ version } = await readJson(join(source, "package.json")));
  } catch {
    throw new BuildError(`${name} is not installed: run \`npm ci\`.`);
  }
  if (version !== pin) {
    throw new BuildError(`${name} ${version} is installed, package.json pins ${pin}: run \`npm ci\`.`);
  }
  return version;
}

// Pyodide's lock file names hundreds of wheels that only its CDN has: the runtime needs its `info`, and no packages.
async function copyOne(from, to, file) {
  if (file === "pyodide-lock.json") {
    const { info } = await readJson(from);
    await writeFile(to, `${JSON.stringify({ info, packages: {} })}\n`);
  } else {
    await copyFile(from, to);
    // Some come executable, which is nothing that a browser's file should be.
    await chmod(to, 0o644);
  }
}
