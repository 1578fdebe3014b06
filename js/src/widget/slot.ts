// Where a view holds its environment's frame: the place for it, and, while it is elsewhere, a sentence on where it is and
// a button that brings it here.
import { follow } from "./attachment.ts";
import type { Model } from "./model.ts";
import { tell, type View, type Where } from "./views.ts";

const STYLE = `
.pyscript-slot { flex: 1 1 100%; min-width: 0; font: var(--jp-ui-font-size1, 13px)/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  color: var(--jp-ui-font-color1, CanvasText); }
.pyscript-slot[hidden], .pyscript-slot [hidden] { display: none; }
.pyscript-slot-bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; padding: 2px 0; color: var(--jp-ui-font-color2, GrayText); }
.pyscript-button { font: inherit; line-height: 1.4; padding: .1em .8em; cursor: pointer; border-radius: var(--jp-border-radius, 3px);
  color: var(--jp-ui-font-color1, ButtonText); background: var(--jp-layout-color2, ButtonFace); border: 1px solid var(--jp-border-color1, ButtonBorder); }
.pyscript-button:hover:not([aria-disabled=true]) { background: var(--jp-layout-color3, ButtonFace); }
.pyscript-button:focus-visible { outline: 2px solid var(--jp-brand-color1, Highlight); outline-offset: 1px; }
.pyscript-button[aria-disabled=true] { color: var(--jp-ui-font-color3, GrayText); cursor: default; }
@media (forced-colors: active) { .pyscript-button[aria-disabled=true] { color: GrayText; border-color: GrayText; } }`;

const SENTENCES: Partial<Record<Where, string>> = {
  away: "is shown elsewhere.",
  dock: "is shown below the notebook.",
  page: "is shown in another page, which runs it.",
};

export interface SlotOptions {
  model: Model;
  /** The view's element: the slot goes to its end. */
  el: HTMLElement;
  onWhere: (where: Where) => void;
}

export interface Slot {
  view: View;
  /** Take it away; safe to call twice. */
  remove: () => void;
}

export function addSlot({ model, el, onWhere }: SlotOptions): Slot {
  const life = new AbortController();
  const style = document.createElement("style");
  style.textContent = STYLE;
  const root = document.createElement("div");
  root.className = "pyscript-slot";
  root.setAttribute("role", "region");
  root.hidden = true;
  const place = document.createElement("div");
  place.className = "pyscript-slot-place";
  const bar = document.createElement("div");
  bar.className = "pyscript-slot-bar";
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const bring = button("Show it here", () => {
    tell(view, "wanted");
    // The button is gone now: the keyboard goes where it was meant to.
    if (!place.hidden) (place.firstElementChild as HTMLElement | null)?.focus();
  });
  bar.append(status, bring);
  root.append(place, bar);
  el.append(style, root);

  const view: View = {
    get id() {
      return viewId(model);
    },
    place,
    attached: false,
    show(where) {
      const what = `What ${String(model.get("environment"))} draws`;
      const sentence = SENTENCES[where] ? `${what} ${SENTENCES[where]}` : "";
      root.setAttribute("aria-label", what);
      root.hidden = where !== "here" && !sentence;
      place.hidden = where !== "here";
      bar.hidden = !sentence;
      if (status.textContent !== sentence) status.textContent = sentence;
      bring.hidden = where !== "away";
      onWhere(where);
    },
  };
  const attachment = { onAttached: () => tell(view, "attached"), onDetaching: () => tell(view, "detaching") };
  const begin = () => void follow(model, view.id, el, attachment, life.signal).catch(() => undefined);
  // A model has its id only when it has been opened: an older anywidget renders it before it hears of that.
  if (view.id) begin();
  else model.on("change:_view_id", begin);
  return {
    view,
    remove() {
      if (life.signal.aborted) return;
      life.abort();
      model.off("change:_view_id", begin);
      tell(view, "detaching");
      style.remove();
      root.remove();
    },
  };
}

function viewId(model: Model): string {
  const id = model.get("_view_id");
  return typeof id === "string" ? id : "";
}

/** A button that stays in its place, and keeps the keyboard's focus, while it can do nothing. */
export function button(label: string, press: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "pyscript-button";
  element.textContent = label;
  element.addEventListener("click", () => element.getAttribute("aria-disabled") === "true" || press());
  return element;
}
