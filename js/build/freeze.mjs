// Run by snapshot.mjs in a process of its own: starts Pyodide, and writes its memory to a file.
//
//   node freeze.mjs SOURCES OUTPUT, where SOURCES is a JSON file of {path: source} of our Python files
//
// Two runs give the same bytes: what Pyodide would take from the clock, from random numbers and from this machine is
// always the same here, and `resume` of _pyscript_snapshot.py makes it new at each start.
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";

const MODULE = "_pyscript_snapshot";
/** The seed of `hash()`. Any number does, as it is the same at every start. */
const SEED = "1";
/** What Emscripten calls the program in a browser. */
const PROGRAM = "./this.program";

const [input, output] = process.argv.splice(2);
process.env.TZ = "UTC";
// The clock is only counted on: a folder that changes has to have another time.
let now = Date.UTC(2026, 0, 1);
Date.now = () => (now += 1000);
globalThis.performance.now = () => 1000;
Math.random = () => 0.5;
globalThis.crypto.getRandomValues = (array) => array.fill(1);
Object.defineProperty(globalThis, "navigator", { value: { language: "en", userAgent: "" }, configurable: true });

const sources = JSON.parse(await readFile(input, "utf8"));
const { loadPyodide } = await import("pyodide");
const pyodide = await loadPyodide({ _makeSnapshot: true, _sysExecutable: PROGRAM, env: { PYTHONHASHSEED: SEED } });
const folder = pyodide.runPython("import site; site.getsitepackages()[0]", { globals: pyodide.toPy({}) });
const files = Object.fromEntries(Object.entries(sources).map(([path, source]) => [`${folder}/${path}`, source]));
pyodide.FS.writeFile(`${folder}/${MODULE}.py`, sources[`${MODULE}.py`]);
const module = pyodide.pyimport(MODULE);
const given = pyodide.toPy(files);
module.prepare(given);
given.destroy();
module.destroy();
await writeFile(output, pyodide.makeMemorySnapshot());
process.exit(0);
