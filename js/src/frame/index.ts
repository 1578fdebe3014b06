// The frame's entry: one environment in a document of its own.
//
// In order: announce to the page that made it, be told what to start, start the interpreter and the connection to the
// relay at the same time, and stay until the kernel has gone or the page removes the frame.
import type { FrameStart, FrameToPage, PageToFrame } from "../protocol/handshake.ts";
import type { ToFrame } from "../protocol/messages.ts";
import { RoomGoneError, stayConnected } from "../protocol/reconnect.ts";
import { ConnectionError } from "../protocol/socket.ts";
import { checkAssets } from "./assets.ts";
import { DomEvents } from "./dom.ts";
import { workerEngine } from "./engine.ts";
import { readManifest } from "./manifest.ts";
import { MaterialsStore } from "./materials.ts";
import { storageMemory } from "./memory.ts";
import { openStage } from "./scene.ts";
import { FrameSession } from "./session.ts";

const BASE = new URL("./", import.meta.url).href;

/** Resolves with the page's answer. Only the page that holds this frame, of this origin, is listened to. */
function handshake(): Promise<{ start: FrameStart; port: MessagePort; shown: MessagePort }> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<Partial<FrameStart> | null>) => {
      if (event.source !== parent || event.origin !== location.origin) return;
      const [port, shown] = event.ports;
      if (event.data?.type !== "pyscript:start" || !port || !shown) return;
      removeEventListener("message", take);
      resolve({ start: event.data as FrameStart, port, shown });
    };
    addEventListener("message", take);
    parent.postMessage({ type: "pyscript:frame" }, location.origin);
  });
}

/** Asks the page for a ticket over the port. */
function getTicket(port: MessagePort): Promise<string> {
  return new Promise((resolve, reject) => {
    port.addEventListener(
      "message",
      ({ data }: MessageEvent<PageToFrame>) => {
        if ("ticket" in data) resolve(data.ticket);
        else reject(data.gone ? new RoomGoneError(data.error) : new ConnectionError(data.error));
      },
      { once: true },
    );
    port.postMessage({ type: "ticket" } satisfies FrameToPage);
  });
}

async function main(): Promise<void> {
  const manifest = readManifest(document);
  const { stage, scene } = openStage(document);
  const startEngine = stage.watch(workerEngine(new URL("worker.js", BASE).href));
  const { start, port, shown } = await handshake();
  scene.connect(shown);
  port.start();
  const interpreter = manifest.interpreters[start.interpreter];
  if (!interpreter) {
    throw new Error(
      `There is no interpreter "${start.interpreter}" among the built files, only ` +
        `${Object.keys(manifest.interpreters).join(", ")}. Install pyscript_jupyter anew.`,
    );
  }
  const life = new AbortController();
  const materials = new MaterialsStore({
    manifest,
    interpreter: start.interpreter,
    base: BASE,
    signal: life.signal,
  });
  void materials.get();
  const session = new FrameSession({
    environment: start.environment,
    interpreter: start.interpreter,
    options: start.options,
    version: interpreter.version,
    entry: new URL(interpreter.entry, BASE).href,
    isolated: crossOriginIsolated,
    startEngine,
    memory: storageMemory(`${manifest.digest}.${start.interpreter}`),
    materials,
    check: (onProgress) =>
      checkAssets({
        manifest,
        files: ["worker.js", ...interpreter.files],
        base: BASE,
        onProgress,
        beside: materials.beside,
        signal: life.signal,
      }),
  });
  const end = () => {
    session.close();
    life.abort();
    port.postMessage({ type: "ended" } satisfies FrameToPage);
  };
  const dom = new DomEvents(document, (event) => session.tell(event));
  session.start();
  try {
    await stayConnected<ToFrame>({
      url: start.relay,
      role: "frame",
      signal: life.signal,
      ticket: () => getTicket(port),
      onConnect: (connection) => session.connect((event) => connection.event(event)),
      onDisconnect: () => session.disconnect(),
      onMessage(message) {
        if (message.type === "run") session.run(message);
        else if (message.type === "interrupt") session.interrupt(message);
        else if (message.type === "restart") session.restart();
        else if (message.type === "subscribe" || message.type === "unsubscribe") dom.receive(message);
        else if (message.type === "ended") end();
      },
    });
  } finally {
    // The room is gone, or the relay wants no frame of this version.
    if (!life.signal.aborted) end();
  }
}

main().catch((error: unknown) => console.error("pyscript_jupyter:", error));
