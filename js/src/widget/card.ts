// The PyScript widget's view: a line that says which environment it is, what it does and how far it is, with its
// buttons, and below it what the environment draws, where that is not shown under a cell.
//
// The state is read from the traits. A button is heard by the room, which reaches a kernel that is busy; where no room
// knows the card, as without a kernel, there are none.
import type { Model } from "./model.ts";
import { addSlot, button } from "./slot.ts";
import { tell } from "./views.ts";

const STYLE = `
.pyscript-card { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; padding: .4em .7em; max-width: 40em;
  box-sizing: border-box; border: 1px solid var(--jp-border-color2, GrayText); border-radius: var(--jp-border-radius, 3px);
  font: var(--jp-ui-font-size1, 13px)/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  color: var(--jp-ui-font-color1, CanvasText); background: var(--jp-layout-color1, Canvas); }
.pyscript-card[data-where=here] { max-width: none; }
.pyscript-card-dot { width: .7em; height: .7em; border-radius: 50%; background: var(--jp-ui-font-color3, GrayText);
  forced-color-adjust: none; }
.pyscript-card[data-status=ready] .pyscript-card-dot { background: var(--jp-success-color1, #388e3c); }
.pyscript-card[data-status=busy] .pyscript-card-dot,
.pyscript-card[data-status=loading] .pyscript-card-dot { background: var(--jp-warn-color1, #f57c00); }
.pyscript-card[data-status=failed] .pyscript-card-dot { background: var(--jp-error-color1, #d32f2f); }
.pyscript-card-name { font-weight: 600; }
.pyscript-card-detail { color: var(--jp-ui-font-color2, GrayText); }
.pyscript-card-buttons { display: flex; gap: .5em; margin-left: auto; }
.pyscript-card-error { flex-basis: 100%; white-space: pre-wrap; color: var(--jp-error-color1, #d32f2f); }
.pyscript-card[data-status=lost] .pyscript-card-error { color: var(--jp-ui-font-color2, GrayText); }
.pyscript-card progress { flex: 1 1 8em; height: .6em; }
.pyscript-card [hidden] { display: none; }`;

/** The status that the page itself sets, when it learns that the kernel has gone. */
export const ENDED = "ended";

const WORDS: Record<string, string> = {
  starting: "starting",
  loading: "loading",
  ready: "ready",
  busy: "running a cell",
  failed: "failed",
  closed: "closed",
  [ENDED]: "ended with its kernel; run its cells again to start it anew",
};

const PHASES: Record<string, string> = {
  waiting: "waiting for its frame",
  downloading: "downloading",
  starting: "starting the interpreter",
};

const TRAITS = ["environment", "interpreter", "version", "status", "progress", "error"];

interface Progress {
  phase?: string;
  fraction?: number;
  loaded?: number;
  total?: number;
}

/** anywidget's `render`: fills `el`, follows the traits, and returns the clean-up. */
export function renderCard({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const style = document.createElement("style");
  style.textContent = STYLE;
  const card = document.createElement("div");
  card.className = "pyscript-card";
  card.setAttribute("role", "group");
  const dot = part("span", "dot");
  dot.setAttribute("aria-hidden", "true");
  const name = part("span", "name");
  // Only the words are announced: a bar that moves would be read out without end.
  const status = part("span", "status");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const detail = part("span", "detail");
  const bar = document.createElement("progress");
  bar.max = 1;
  const interrupt = button("Interrupt", () => tell(slot.view, "interrupt"));
  const buttons = part("span", "buttons");
  const restart = button("Restart", () => tell(slot.view, "restart"));
  buttons.append(interrupt, restart);
  const error = part("div", "error");
  card.append(dot, name, status, bar, detail, buttons, error);
  el.append(style, card);
  let known = false;
  const slot = addSlot({
    model,
    el: card,
    onWhere(where) {
      card.dataset["where"] = where;
      known = where !== "unknown";
      update();
    },
  });

  const update = () => {
    const state = text(model.get("status"));
    const over = state === "closed" || state === ENDED;
    const progress = (model.get("progress") ?? {}) as Progress;
    const loading = state === "starting" || state === "loading";
    // A page that was reloaded is no failure: the next cell starts the environment anew.
    const lost = state === "failed" && text(model.get("error")).startsWith("LostError:");
    card.dataset["status"] = lost ? "lost" : state;
    interrupt.setAttribute("aria-disabled", String(state !== "busy"));
    buttons.hidden = !known || over;
    name.textContent = text(model.get("environment"));
    card.setAttribute("aria-label", `PyScript environment ${name.textContent}`);
    const words = (loading && PHASES[progress.phase ?? ""]) || (lost ? "ended" : (WORDS[state] ?? state));
    if (status.textContent !== words) status.textContent = words;
    bar.hidden = !loading;
    bar.setAttribute("aria-label", `Loading ${name.textContent}`);
    if (loading && progress.phase === "downloading") bar.value = progress.fraction ?? 0;
    else bar.removeAttribute("value");
    const version = [text(model.get("interpreter")), text(model.get("version"))].filter(Boolean).join(" ");
    const bytes = loading && progress.total ? `${megabytes(progress.loaded)} of ${megabytes(progress.total)} MB` : "";
    detail.textContent = bytes || version;
    error.textContent = over ? "" : text(model.get("error"));
    error.hidden = !error.textContent;
  };
  update();
  for (const trait of TRAITS) model.on(`change:${trait}`, update);
  return () => {
    for (const trait of TRAITS) model.off(`change:${trait}`, update);
    slot.remove();
    style.remove();
    card.remove();
  };
}

function part(tag: "span" | "div", name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = `pyscript-card-${name}`;
  return element;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function megabytes(bytes = 0): string {
  return (bytes / 1e6).toFixed(1);
}
