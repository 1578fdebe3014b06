// Pyodide from a memory snapshot: what PolyScript is given in place of Pyodide's own `loadPyodide`.
//
// Whatever is wrong with the snapshot, the interpreter starts: in the ordinary way, and that is told.
import type { Materials } from "../protocol/port.ts";
import { withModule } from "./module.ts";
import type { LoadPyodide } from "./polyscript.ts";
import type { Pyodide } from "./pyodide.ts";

/** The first four bytes of a snapshot: PYSN. */
const MAGIC = 0x4e535950;

/** No snapshot was promised, which nobody needs to be told. */
const NONE = "there is no snapshot";

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

/** Start Pyodide by its own function. `notice` takes a sentence on why the snapshot was not used. */
export async function loadFromSnapshot(
  loadPyodide: LoadPyodide,
  options: object,
  materials: Promise<Materials>,
  notice: (text: string) => void,
): Promise<Pyodide> {
  const start = async (more: object) =>
    (await withModule(
      materials.then(({ wasm }) => wasm),
      () => loadPyodide({ ...options, ...more }),
    )) as Started;
  // Pyodide loads its other files while it waits for this one.
  const memory = materials.then(({ snapshot, trouble }) => {
    if (!snapshot) throw new Error(trouble ?? NONE);
    return unpack(snapshot);
  });
  memory.catch(() => undefined);
  try {
    const started = await start({ _loadSnapshot: memory });
    resume(started);
    return started;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (why !== NONE) notice(why);
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
