// Where things are. Every other build file takes its paths and versions from here.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const SOURCE = join(ROOT, "js/src");
export const MODULES = join(ROOT, "node_modules");
export const CACHE = join(MODULES, ".cache/pyscript-jupyter");
export const STATIC = join(ROOT, "pyscript_jupyter/static");
export const MESSAGES = join(SOURCE, "protocol/messages.ts");
export const CATALOGUE = join(ROOT, "pyscript_jupyter/interpreters/catalogue.json");

/** Read a JSON file. */
export async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}

/** An error that is told as one sentence, with no stack: the reader can mend it. */
export class BuildError extends Error {}

/** Run a script's main function; a BuildError ends it with its one sentence. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
