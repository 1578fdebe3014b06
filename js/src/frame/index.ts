// The frame's entry: one environment in a document of its own.
//
// In order: announce to the page that made it, be told what to start, and start it: the interpreter in a worker and its
// life here, or the interpreter here and its life in a guard worker.
import type { FrameHolds, FrameStart, FrameToPage } from "../protocol/handshake.ts";
import { DomEvents } from "./dom.ts";
import { AHEAD, Engines } from "./engine.ts";
import { startGuarded } from "./guarded.ts";
import { handshake } from "./hands.ts";
import { live, type MakeDocumentSide } from "./life.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { storageMemory, type Memory } from "./memory.ts";
import { openStage } from "./scene.ts";
import { opaque } from "./script.ts";
import { workersOf } from "./workers.ts";

const BASE = new URL("./", import.meta.url).href;
const WORKER = "worker.js";
const SCRIPT = new URL(WORKER, BASE).href;

/** Hold a lock as long as this document is there: nothing else tells the page that a frame's process has crashed. */
async function holdLock(): Promise<void> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks || opaque()) return;
  const lock = `pyscript-frame-${crypto.randomUUID()}`;
  await locks.request(lock, () => {
    parent.postMessage({ type: "pyscript:lock", lock } satisfies FrameHolds, location.origin);
    return new Promise(() => undefined);
  });
}

/** Which files of an interpreter this browser has had, and that they were right. */
function memoryOf({ digest }: Manifest, interpreter: string): Memory {
  return storageMemory(`${digest}.${interpreter}`);
}

/** Start a worker, and MicroPython in it where the browser has it from an earlier time: else it would be downloaded. */
function prepare(manifest: Manifest): Engines {
  const engines = new Engines(SCRIPT);
  const entry = manifest.interpreters[AHEAD]?.entry;
  if (entry && memoryOf(manifest, AHEAD).known()) {
    const options = { main: false, sandbox: false, config: {} };
    engines.prepare({ type: "boot", interpreter: AHEAD, entry: new URL(entry, BASE).href, options, materials: false }, null);
  }
  return engines;
}

async function main(): Promise<void> {
  const manifest = readManifest(document);
  const { stage, scene } = openStage(document);
  // A frame of the page's own origin may be a spare one, whose worker is to be there before it is known what for.
  const prepared = opaque() ? null : prepare(manifest);
  // The page's origin is the one that this document came from, also where its own is opaque.
  const { port, shown, ...answer } = await handshake(location.origin);
  const start = answer.start as FrameStart;
  scene.connect(shown);
  try {
    if (start.options.main) await startGuarded({ start, manifest, base: BASE }, port, stage);
    else {
      const memory = memoryOf(manifest, start.interpreter);
      const engines = prepared ?? new Engines(SCRIPT);
      const startEngine = stage.watch(engines.of(workersOf(start, manifest, BASE)));
      const forget = () => engines.forget();
      const dom: MakeDocumentSide = (tell) => new DomEvents(document, tell);
      const { subtle } = crypto;
      await live({ start, port, manifest, base: BASE, script: WORKER, startEngine, forget, memory, dom, subtle });
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ type: "unavailable", message } satisfies FrameToPage);
    throw error;
  }
}

holdLock().catch(() => undefined);
main().catch((error: unknown) => console.error("pyscript_jupyter:", error));
