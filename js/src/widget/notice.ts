// A line at the edge of the page on what keeps a notebook's cells from running in it, with a button that mends it. It is
// ours alone, in any front end: nothing of the host is asked for. JupyterLab's notebooks get room below their last cell,
// so that it can be scrolled out from under the line.

const STYLE = `
.pyscript-notices { position: fixed; right: 1em; bottom: 2.5em; z-index: 1000; display: flex; flex-direction: column;
  gap: .5em; max-width: min(26em, calc(100vw - 2em)); }
.pyscript-notice { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .6em; padding: .7em .9em;
  border: 1px solid var(--jp-border-color2, GrayText); border-radius: var(--jp-border-radius, 3px);
  font: var(--jp-ui-font-size1, 13px)/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  color: var(--jp-ui-font-color1, CanvasText); background: var(--jp-layout-color1, Canvas);
  box-shadow: 0 1px 6px rgb(0 0 0 / 25%); }
.pyscript-notice span { flex: 1 1 100%; }
.pyscript-notice button { padding: .2em .7em; border: 1px solid var(--jp-border-color1, GrayText); cursor: pointer;
  border-radius: var(--jp-border-radius, 3px); font: inherit; color: inherit; background: var(--jp-layout-color2, Canvas); }
.jp-NotebookPanel .jp-WindowedPanel-outer { padding-bottom: 160px; }`;

export interface NoticeOptions {
  text: string;
  /** What the button says, and does. */
  action: string;
  onAction: () => void;
}

/** Show a notice; the function that it returns takes it away. Safe to call twice. */
export function showNotice({ text: sentences, action, onAction }: NoticeOptions): () => void {
  const notice = document.createElement("div");
  notice.className = "pyscript-notice";
  const text = document.createElement("span");
  text.textContent = sentences;
  notice.append(text, button(action, onAction), button("Not now", () => remove()));
  const place = notices();
  place.append(notice);

  const remove = () => {
    notice.remove();
    if (!place.querySelector(".pyscript-notice")) place.remove();
  };
  return remove;
}

/** Where the notices of all notebooks in the page are. */
function notices(): Element {
  const there = document.querySelector(".pyscript-notices");
  if (there) return there;
  const place = document.createElement("div");
  place.className = "pyscript-notices";
  place.setAttribute("role", "status");
  place.setAttribute("aria-live", "polite");
  const style = document.createElement("style");
  style.textContent = STYLE;
  place.append(style);
  document.body.append(place);
  return place;
}

function button(label: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", onClick);
  return element;
}
