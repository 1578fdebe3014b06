// The inline `_esm` of the bootstrap, of the PyScript widget and of the stage under a cell: a few kB that load everything else from the server.
//
// anywidget gives a model two seconds to initialise and holds its messages until then, so `initialize` returns at once.
// A model that is restored from a saved notebook, with no kernel behind it, does nothing: all it does is ask its kernel,
// and nobody answers.
import { ENDED, renderCard } from "./card.ts";
import { onKernelEnd, wasStored } from "./ending.ts";
import { renderStage } from "./stageview.ts";
import type { BootstrapMessage, Kernel, Model, RoomMessage, ServerSettings, StartOptions } from "./model.ts";

interface FrontEnd {
  start: (options: StartOptions) => void;
}

interface Initialize {
  model: Model;
  /** Given by anywidget from 0.11: aborts when the model is destroyed. */
  signal?: AbortSignal;
}

function initialize({ model, signal }: Initialize): (() => void) | undefined {
  const life = new AbortController();
  const end = () => life.abort();
  signal?.addEventListener("abort", end, { once: true });

  const onMessage = (content: Partial<BootstrapMessage> | null) => {
    if (content?.input === "over") letCellsRun(model.widget_manager?.kernel);
    if (typeof content?.room !== "string" || typeof content.assets !== "string") return;
    const { room, assets } = content;
    start(model, { room, assets }, life.signal).catch((error: unknown) => report(model, String(error)));
  };
  model.on("msg:custom", onMessage);
  life.signal.addEventListener("abort", () => model.off("msg:custom", onMessage), { once: true });
  onKernelEnd(
    model.widget_manager?.kernel,
    () => {
      sayEnded(model);
      end();
    },
    life.signal,
  );
  void wasStored(model).then((stored) => stored && sayEnded(model));

  tell(model, { ask: "room" });
  // Before 0.11 a clean-up function is the only sign of a model's end.
  return signal ? undefined : end;
}

async function start(model: Model, { room, assets }: RoomMessage, signal: AbortSignal): Promise<void> {
  const { baseUrl, token } = settings(model);
  const url = new URL(`${assets}/widget.js`, baseUrl).href;
  let frontEnd: FrontEnd;
  try {
    frontEnd = (await import(/* @vite-ignore */ url)) as FrontEnd;
  } catch (error) {
    throw new Error(
      `The front end did not load from ${url}: ${String(error)}. Is the server extension pyscript_jupyter enabled ` +
        "(jupyter server extension list), and of the kernel's version? Restart the server and reload the page.",
      { cause: error },
    );
  }
  if (signal.aborted) return;
  const notebook = () => model.widget_manager?.context?.path?.split("/").at(-1) ?? "";
  frontEnd.start({ room, assets, baseUrl, token, notebook, signal, onProblem: (message) => report(model, message) });
}

// The kernel's connection knows the server; the page's own configuration is the next best.
function settings(model: Model): { baseUrl: string; token: string } {
  const given: ServerSettings = model.widget_manager?.kernel?.serverSettings ?? {};
  const text = document.getElementById("jupyter-config-data")?.textContent;
  const page = (text ? JSON.parse(text) : {}) as ServerSettings;
  const baseUrl = new URL(given.baseUrl ?? page.baseUrl ?? "/", location.href).href;
  return { baseUrl: baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, token: given.token ?? page.token ?? "" };
}

// A `PyScript` object has a status, of which nobody tells the end. It is set in this page alone: for every view of the
// model, those that are made later too.
function sayEnded(model: Model): void {
  const status = model.get("status");
  if (status !== undefined && status !== "closed") model.set?.("status", ENDED);
}

// JupyterLab is not told that a question is over which the kernel itself has ended, as after a time limit: it would run no
// cell until somebody fills in a box that nobody reads. The box may come after this message: so once more when the cell is over.
function letCellsRun(kernel: Kernel | null | undefined): void {
  if (!kernel) return;
  kernel.hasPendingInput = false;
  const onStatus = (_: unknown, status: string) => {
    if (status === "busy") return;
    kernel.statusChanged?.disconnect(onStatus);
    kernel.hasPendingInput = false;
  };
  kernel.statusChanged?.connect(onStatus);
}

function report(model: Model, message: string): void {
  console.error(`pyscript_jupyter: ${message}`);
  tell(model, { problem: message });
}

// Without a live kernel `send` throws, or rejects, or nothing comes back: all the same to us.
function tell(model: Model, content: unknown): void {
  try {
    Promise.resolve(model.send(content)).catch(() => undefined);
  } catch {
    // As above.
  }
}

/** A `PyScript` object has a status; what else has a view is the stage under a cell. */
function render(view: { model: Model; el: HTMLElement }): () => void {
  return view.model.get("status") === undefined ? renderStage(view) : renderCard(view);
}

export default { initialize, render };
