// Pyodide from a memory snapshot: the `loadPyodide` that PolyScript is given in place of Pyodide's own.
//
// PolyScript imports the module that `version` names and calls its `loadPyodide` with few options, none of which is the
// snapshot. So `version` names the script that this file is bundled into, which exports it, and what else is to be given
// waits here. Whatever is wrong with the snapshot, the interpreter starts: in the ordinary way, and that is told.
import type { Materials } from "../protocol/port.ts";
import { withModule } from "./module.ts";
import type { Pyodide } from "./pyodide.ts";

/** Pyodide's version, which PolyScript looks at. */
export const version = __PYODIDE__;

/** The first four bytes of a snapshot: PYSN. */
const MAGIC = 0x4e535950;

interface Options {
  indexURL?: string;
  _loadSnapshot?: Promise<Uint8Array>;
}

type Load = (options: Options) => Promise<Started>;

/** What of Pyodide is used here only. */
interface Started extends Pyodide {
  /** Emscripten's module: where C keeps the time zone, and what reads it from the browser. */
  _module: Record<"_timezone" | "_daylight" | "_tzname", number> & {
    HEAPU32: Uint32Array;
    __tzset_js: (timezone: number, daylight: number, standard: number, summer: number) => void;
  };
}

interface Resume {
  resume: (language: string, userAgent: string) => void;
}

export interface Preparation {
  /** The absolute URL of Pyodide's own module. */
  entry: string;
  materials: Promise<Materials>;
  /** Takes a sentence on why the snapshot was not used. */
  notice: (text: string) => void;
}

let prepared: Preparation | null = null;

/** Say what the next `loadPyodide` starts from. Its modules begin to load. */
export function prepare(preparation: Preparation): void {
  prepared = preparation;
  // A module that does not load is told of by `loadPyodide`.
  loader(preparation.entry).catch(() => undefined);
  import(/* @vite-ignore */ `${folder(preparation.entry)}pyodide.asm.mjs`).catch(() => undefined);
}

/** Start Pyodide; the options are those of its own function. */
export async function loadPyodide(given: Options): Promise<Pyodide> {
  if (!prepared) throw new Error("Pyodide was asked for before it was said where it is.");
  const { entry, materials, notice } = prepared;
  const load = await loader(entry);
  const start = (options: Options) =>
    withModule(materials.then(({ wasm }) => wasm), () => load({ ...given, indexURL: folder(entry), ...options }));
  // Pyodide loads its other files while it waits for this one.
  const memory = materials.then(({ snapshot, trouble }) => {
    if (!snapshot) throw new Error(trouble ?? "there is none");
    return unpack(snapshot);
  });
  memory.catch(() => undefined);
  try {
    const started = await start({ _loadSnapshot: memory });
    resume(started);
    return started;
  } catch (error) {
    notice(error instanceof Error ? error.message : String(error));
    return start({});
  }
}

/**
 * The memory of a snapshot.
 *
 * Numbers of 32 bits, little-endian: the magic number, the length of the memory, the number of runs, and for each run
 * its place and its length; then the bytes of all runs. The rest of the memory is zeros.
 */
export function unpack(snapshot: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const view = new DataView(snapshot);
  const number = (index: number) => view.getUint32(4 * index, true);
  if (snapshot.byteLength < 12 || number(0) !== MAGIC) throw new Error("it is no snapshot of Pyodide");
  const memory = new Uint8Array(number(1));
  const runs = number(2);
  let from = 4 * (3 + 2 * runs);
  for (let run = 0; run < runs; run += 1) {
    const length = number(4 + 2 * run);
    memory.set(new Uint8Array(snapshot, from, length), number(3 + 2 * run));
    from += length;
  }
  return memory;
}

/** Make new what the snapshot has from the machine that built it. */
function resume(pyodide: Started): void {
  const { _module: module } = pyodide;
  const { HEAPU32, _timezone, _daylight, _tzname } = module;
  const [standard = 0, summer = 0] = HEAPU32.subarray(_tzname / 4, _tzname / 4 + 2);
  module.__tzset_js(_timezone, _daylight, standard, summer);
  const { language = "C", userAgent = "" } = (globalThis as Partial<typeof globalThis>).navigator ?? {};
  (pyodide.pyimport("_pyscript_snapshot") as Resume).resume(language, userAgent);
}

const folder = (entry: string) => entry.slice(0, entry.lastIndexOf("/") + 1);

const loader = async (entry: string): Promise<Load> =>
  ((await import(/* @vite-ignore */ entry)) as { loadPyodide: Load }).loadPyodide;
