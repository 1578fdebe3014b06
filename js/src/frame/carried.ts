// The entry of a frame in a page that runs with no server: the page is in the place of kernel and relay, and carries
// everything that the frame would load.
import { loadSpawn } from "../interpreters/polyscript.ts";
import type { CarriedStart } from "../protocol/handshake.ts";
import type { ToFrame } from "../protocol/messages.ts";
import type { Materials } from "../protocol/port.ts";
import { DomEvents } from "./dom.ts";
import { Engines, REAL } from "./engine.ts";
import { handshake, obey } from "./hands.ts";
import { openStage } from "./scene.ts";
import { textSource } from "./script.ts";
import { FrameSession } from "./session.ts";

/** The WebAssembly, compiled once for all starts, and the snapshot if the page has one. */
async function compile(files: Record<string, Blob>): Promise<Materials> {
  const named = (end: string) => Object.entries(files).find(([path]) => path.endsWith(end))?.[1];
  try {
    const response = new Response(named(".wasm") ?? null, { headers: { "Content-Type": "application/wasm" } });
    const wasm = await WebAssembly.compileStreaming(response);
    return { wasm, snapshot: (await named(".snapshot")?.arrayBuffer()) ?? null, trouble: null };
  } catch (error) {
    // The interpreter does not start then, and says why.
    return { wasm: null, snapshot: null, trouble: String(error) };
  }
}

async function main(): Promise<void> {
  const { stage, scene } = openStage(document);
  const { port, shown, ...answer } = await handshake("*");
  const start = answer.start as CarriedStart;
  scene.connect(shown);
  const { environment, interpreter, options, version, entry, files } = start;
  const materials = compile(files);
  const source = textSource(await start.worker.text());
  const engines = new Engines("", { ...REAL, spawn: () => loadSpawn(() => ({ ...source, forget: () => undefined })) });
  const entries = new Map([[interpreter, entry]]);
  const workers = { script: "", entries, files, interpreter, config: options.config, isolated: crossOriginIsolated };
  const session = new FrameSession({
    environment,
    interpreter,
    options,
    version,
    entry,
    files,
    isolated: crossOriginIsolated,
    startEngine: stage.watch(engines.of(workers)),
    materials: { get: () => materials, forget: () => undefined },
    // The page's own checksums have found its parts to be whole.
    check: () => Promise.resolve(false),
    memory: { known: () => true, remember: () => undefined, forget: () => undefined },
  });
  const dom = new DomEvents(document, (event) => session.tell(event));
  port.addEventListener("message", ({ data }: MessageEvent<ToFrame>) => {
    obey(data, session, dom);
  });
  session.connect((event) => port.postMessage(event), null);
  port.start();
  session.start();
}

main().catch((error: unknown) => console.error("pyscript_jupyter:", error));
