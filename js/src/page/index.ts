// The entry of a page that a notebook was exported to: it makes the cells live. Nothing of the notebook runs before the
// reader asks.
import type { CarriedStart } from "../protocol/handshake.ts";
import type { CellData } from "./cell.ts";
import { Environment } from "./environment.ts";
import { Notebook, type NotebookJson } from "./notebook.ts";
import { Parts } from "./parts.ts";
import { Toolbar } from "./toolbar.ts";

/** A cell that runs here, as the exporter found it: see `BrowserCell` in pyscript_jupyter/export/cells.py. */
interface BrowserCell {
  index: number;
  id: string;
  environment: string;
  interpreter: string;
  code: string;
  options: { timeout?: number };
}

/** What the page carries: see pyscript_jupyter/export/runtime.py. */
interface Carried {
  /** What the notebook is called, for a download. */
  name: string;
  interpreters: Record<string, { version: string; entry: string; files: string[] }>;
}

/** The frame's script and the worker's, by the names of their parts. */
const SCRIPTS = ["carried.js", "worker.js"];

async function load(parts: Parts, carried: Carried, interpreter: string) {
  const known = carried.interpreters[interpreter];
  if (!known) throw new Error(`This page carries no ${interpreter}.`);
  const { entry, version } = known;
  const names = [...SCRIPTS, ...known.files];
  const [script, worker, ...files] = await Promise.all(names.map((name) => parts.get(name)));
  if (!script || !worker) throw new Error("This page carries no scripts.");
  const named = files.map((file, index) => [known.files[index] ?? "", file] as const);
  const start: Pick<CarriedStart, "entry" | "files" | "version" | "worker"> = {
    entry,
    version,
    worker,
    files: Object.fromEntries(named),
  };
  return { script: await script.text(), carried: start };
}

function read(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

function section(index: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`section.cell[data-index="${index}"]`);
}

function main(): void {
  const json = read("pyscript-notebook") as NotebookJson;
  const carried = read("pyscript-carried") as Carried;
  const parts = new Parts(document);
  const cells = (read("pyscript-cells") as BrowserCell[]).map(
    ({ index, environment, interpreter, code, options: { timeout = 0 } }): CellData => ({
      index,
      timeout,
      environment,
      interpreter,
      code,
      source: [json.cells[index]?.source ?? ""].flat().join(""),
      readOnly: section(index)?.dataset["tags"]?.split(" ").includes("read-only") ?? false,
    }),
  );
  const options = { main: false, sandbox: false, config: {} };
  const notebook: Notebook = new Notebook({
    json,
    cells,
    section,
    environment: ({ environment, interpreter }, onProgress) =>
      new Environment({ name: environment, interpreter, options, load: () => load(parts, carried, interpreter), onProgress }),
    onChange: () => toolbar.update(),
  });
  const toolbar = new Toolbar(notebook, carried.name);
  document.body.prepend(toolbar.element);
  document.documentElement.dataset["pyscript"] = "live";
}

main();
