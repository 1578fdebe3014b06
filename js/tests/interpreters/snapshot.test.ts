// Pyodide from its memory snapshot, as the build made it: every cell runs as in one that was started the ordinary way,
// what must differ between two starts does, and whatever is wrong with the snapshot is told and does no harm.
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { NO_MATERIALS } from "../../src/interpreters/adapter.ts";
import type { LoadPyodide } from "../../src/interpreters/polyscript.ts";
import { loadFromSnapshot, unpack } from "../../src/interpreters/snapshot.ts";
import { type Pyodide, PyodideAdapter } from "../../src/interpreters/pyodide.ts";
import type { Materials } from "../../src/protocol/port.ts";
import { bothPythons } from "./both.ts";
import { Cells, POLYSCRIPT } from "./cells.ts";

const STATIC = new URL("../../../pyscript_jupyter/static/", import.meta.url);

function built(): ArrayBuffer {
  const manifest = JSON.parse(readFileSync(new URL("manifest.json", STATIC), "utf8")) as {
    interpreters: { pyodide: { snapshot: string } };
  };
  return new Uint8Array(readFileSync(new URL(manifest.interpreters.pyodide.snapshot, STATIC))).buffer;
}

let notices: string[];

beforeEach(() => {
  notices = [];
});

function start(materials: Partial<Materials>, load: LoadPyodide = loadPyodide): Promise<Pyodide> {
  return loadFromSnapshot(load, {}, Promise.resolve({ ...NO_MATERIALS, ...materials }), (text) => notices.push(text));
}

/** Stands in for Pyodide's own: starts nothing, and notes what it was to start from. */
const starts: { memory: Uint8Array | undefined; module: WebAssembly.Module }[] = [];

const fake: LoadPyodide = async (options) => {
  const memory = await (options as { _loadSnapshot?: Promise<Uint8Array> })._loadSnapshot;
  const response = new Response(EMPTY, { headers: { "Content-Type": "application/wasm" } });
  const { module } = await WebAssembly.instantiateStreaming(response);
  starts.push({ memory, module });
  const resume = () => {
    if (memory?.[0] === 9) throw new Error("no such module");
  };
  return {
    pyimport: () => ({ resume }),
    _module: { HEAPU32: new Uint32Array(4), _timezone: 0, _daylight: 4, _tzname: 8, __tzset_js: () => undefined },
  };
};

const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const MAGIC = 0x4e535950;
const pack = (...numbers: number[]) => Uint32Array.from(numbers).buffer;

const cells = new Cells();
let first: Pyodide;

beforeAll(async () => {
  vi.stubGlobal("navigator", { language: "de-CH", userAgent: "Browser/1.0" });
  vi.spyOn(Date.prototype, "getTimezoneOffset").mockReturnValue(-345);
  notices = [];
  first = await start({ snapshot: built() });
  expect(notices).toEqual([]);
  first.registerJsModule("polyscript", POLYSCRIPT);
  const io = { stdout: () => undefined, stderr: () => undefined };
  cells.adapter = new PyodideAdapter({ interpreter: first, io, window: null }, cells.host);
});

bothPythons("Pyodide from a snapshot", cells);

describe("Pyodide from a snapshot", () => {
  it("has imported what cells begin with, and left nothing of that in the cells' names", async () => {
    expect((await cells.run("import sys\n{'asyncio', 'random', 'statistics', 'traceback'} <= set(sys.modules)")).text).toBe("True");
    const names = "[name for name in globals() if not name.startswith('_')]";
    const fresh = await start({ snapshot: built() });
    expect(String(fresh.runPython(`str(${names})`))).toBe("[]");
  });

  it("draws other numbers, names and identifiers than another one", async () => {
    const code = [
      "import random, tempfile, uuid, secrets, os, logging, json",
      "json.dumps([random.random(), random.Random().random(), tempfile.mktemp(), str(uuid.uuid4()), str(uuid.uuid1()),",
      "            secrets.token_hex(), os.urandom(8).hex(), logging._startTime])",
    ].join("\n");
    const second = await start({ snapshot: built() });
    const [ours, theirs] = [first, second].map((each) => JSON.parse(each.runPython(code) as string) as unknown[]);
    expect(ours).toHaveLength(8);
    ours!.forEach((value, index) => expect(value).not.toBe(theirs![index]));
  });

  it("has the browser's time zone, language and name, and nothing of the machine that built it", () => {
    const code = [
      "import os, sys, time, json",
      "json.dumps([time.timezone, time.altzone, time.daylight, time.tzname, time.localtime().tm_zone, os.environ['LANG'],",
      "            sys._emscripten_info.runtime, sys.path[:2], 'PYTHONHASHSEED' in os.environ, sys.executable])",
    ].join("\n");
    expect(JSON.parse(first.runPython(code) as string)).toEqual([
      -20700,
      -20700,
      0,
      ["UTC+0545", "UTC+0545"],
      "UTC+0545",
      "de_CH.UTF-8",
      "Browser/1.0",
      ["", "/lib/python314.zip"],
      false,
      "/home/pyodide/this.program",
    ]);
  });

  it("imports a file that was written later as it is", async () => {
    const code = "import sys, os\nopen('later.py', 'w').write('x = 3')\nimport later\nlater.x";
    expect((await cells.run(code)).text).toBe("3");
  });
});

describe("a snapshot that does not fit", () => {
  it("of another build of Pyodide is told, and the ordinary start runs cells", async () => {
    const other = built();
    // Where the memory itself begins, with a magic number and the sizes of its head before the build's own number.
    const runs = new DataView(other).getUint32(8, true);
    new Uint8Array(other, 12 + 8 * runs + 16, 4).fill(7);
    const pyodide = await start({ snapshot: other });
    expect(notices).toEqual([expect.stringContaining("Snapshot build id mismatch")]);
    expect(pyodide.runPython("1 + 1")).toBe(2);
  }, 60_000);

  it.each<[string, ArrayBuffer | null, string]>([
    ["is missing", null, "it did not load."],
    ["is empty", new ArrayBuffer(0), "it is no snapshot of Pyodide"],
    ["is something else", pack(1, 2, 3, 4), "it is no snapshot of Pyodide"],
    ["is cut off", pack(MAGIC, 4096, 1, 0, 4096), "Invalid typed array length: 4096"],
    ["cannot be resumed", pack(MAGIC, 4, 1, 0, 4, 9), "no such module"],
  ])("because it %s is told, and the start is an ordinary one", async (_, snapshot, why) => {
    await start({ snapshot, trouble: snapshot ? null : "it did not load." }, fake);
    expect(notices).toEqual([why]);
    expect(starts.at(-1)!.memory).toBeUndefined();
  });
});

describe("the materials of a start", () => {
  it("may be none, and nobody is told", async () => {
    await start({}, fake);
    expect(notices).toEqual([]);
    expect(starts.at(-1)!.memory).toBeUndefined();
  });

  it("are put into its memory, the zeros between included", () => {
    const packed = pack(MAGIC, 16, 2, 4, 4, 12, 4, 0x01020304, 0x05060708);
    expect([...unpack(packed)]).toEqual([0, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0, 8, 7, 6, 5]);
  });

  it("spare the interpreter the compilation of its WebAssembly", async () => {
    const { instantiateStreaming } = WebAssembly;
    const wasm = new WebAssembly.Module(EMPTY);
    await start({ wasm, snapshot: pack(MAGIC, 4, 0) }, fake);
    expect(starts.at(-1)!.module).toBe(wasm);
    await start({ wasm: null, snapshot: pack(MAGIC, 4, 0) }, fake);
    expect(starts.at(-1)!.module).not.toBe(wasm);
    expect(WebAssembly.instantiateStreaming).toBe(instantiateStreaming);
  });
});
