// The frame's document: what changes in it, how large its content is, how it looks in the notebook's theme.
import type { FromStage, Theme, ToStage } from "../protocol/stage.ts";
import { picture } from "./picture.ts";
import { Stage, type Picture, type Scene } from "./stage.ts";

/** What a reader does in a document, as events. */
const TOUCHES = ["click", "dblclick", "pointerdown", "pointerup", "input", "change", "keydown", "keyup", "drop"];

/** Elements with nothing to see. */
const UNSEEN = "script, style, template, link, meta, noscript, base, title";

// What the reader's theme says comes in as variables; the rest is what a notebook's output has.
const STYLE = `
:root { background: transparent; color: var(--jp-content-font-color1, CanvasText);
  font: var(--jp-content-font-size1, 14px)/var(--jp-content-line-height, 1.6) var(--jp-content-font-family, system-ui, sans-serif); }
body { margin: 0; padding: 2px; overflow-wrap: break-word; }
a { color: var(--jp-content-link-color, LinkText); }
code, pre, kbd, samp { font-family: var(--jp-code-font-family, monospace); }
button, input, select, textarea { font: inherit; }
canvas, img, svg, video { max-width: 100%; }`;

interface SceneListener {
  changed: () => void;
  touched: () => void;
  placed: (run: number) => void;
}

/** The stage of a frame, on its document. */
export function openStage(document: Document): { stage: Stage; scene: DocumentScene } {
  const scene = new DocumentScene(document, {
    changed: () => stage.changed(),
    touched: () => stage.touched(),
    placed: (run) => stage.placed(run),
  });
  const stage = new Stage({
    scene,
    now: () => performance.now(),
    later(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  return { stage, scene };
}

class DocumentScene implements Scene {
  readonly #document: Document;
  readonly #listener: SceneListener;
  readonly #observer: MutationObserver;
  readonly #theme: HTMLStyleElement;
  #changed = false;
  #height = -1;
  #tell: ((message: FromStage) => void) | null = null;
  #resized: ResizeObserver | null = null;

  constructor(document: Document, listener: SceneListener) {
    this.#document = document;
    this.#listener = listener;
    const style = document.createElement("style");
    style.textContent = STYLE;
    this.#theme = document.createElement("style");
    document.head.prepend(style, this.#theme);
    this.#observer = new MutationObserver((records) => {
      this.#note(records);
      this.#measure();
      listener.changed();
    });
    // The root, because the body may be replaced.
    this.#observer.observe(document.documentElement, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    for (const type of TOUCHES) {
      document.addEventListener(type, ({ isTrusted }) => isTrusted && listener.touched(), { capture: true, passive: true });
    }
    this.#noticeCanvases(listener);
  }

  /** Follow the page over a port: its theme comes in, sizes go out. */
  connect(port: MessagePort): void {
    port.addEventListener("message", ({ data }: MessageEvent<ToStage>) => {
      if (data.type === "place") this.#listener.placed(data.run);
      else this.#wear(data);
    });
    port.start();
    this.#tell = (message) => port.postMessage(message);
    this.#resized = new ResizeObserver(() => this.#measure());
    this.#resized.observe(this.#document.documentElement);
    this.#measure();
  }

  takeChanges(): boolean {
    this.#note(this.#observer.takeRecords());
    const changed = this.#changed;
    this.#changed = false;
    if (changed) this.#measure();
    return changed;
  }

  visible(): boolean {
    const { body } = this.#document;
    return [...body.childNodes].some((node) =>
      node instanceof Element ? !node.matches(UNSEEN) : node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim(),
    );
  }

  picture(): Picture | null {
    const height = this.#contentHeight();
    return height ? picture(this.#document, height) : null;
  }

  /** A new body, so that its listeners go too. */
  clear(): void {
    this.#document.body.replaceWith(this.#document.createElement("body"));
    this.#measure();
  }

  #note(records: MutationRecord[]): void {
    const { body } = this.#document;
    this.#changed ||= records.some(({ target }) => body.contains(target));
  }

  #wear({ dark, variables }: Theme): void {
    const lines = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
    this.#theme.textContent = `:root { color-scheme: ${dark ? "dark" : "light"}; ${lines.join(" ")} }`;
    this.#document.documentElement.dataset["jpThemeLight"] = String(!dark);
  }

  #measure(): void {
    const seen = this.visible();
    const height = seen ? this.#contentHeight() + this.#scrollbarHeight() : 0;
    // While it is being moved, a frame has no layout for a moment.
    if (height === this.#height || !this.#tell || (seen && !height)) return;
    this.#height = height;
    this.#tell({ type: "size", height });
  }

  // Not the scroll height, which is never less than the frame's own: it could only grow.
  #contentHeight(): number {
    const { documentElement: root, body } = this.#document;
    const { scrollY } = this.#document.defaultView ?? { scrollY: 0 };
    const bottoms = [...body.children].map((child) => child.getBoundingClientRect().bottom + scrollY);
    return Math.ceil(Math.max(root.getBoundingClientRect().height, ...bottoms));
  }

  // Of the bar that scrolls to the right: with no room for it the document would scroll downwards too.
  #scrollbarHeight(): number {
    const { defaultView, documentElement } = this.#document;
    return Math.max(0, (defaultView?.innerHeight ?? 0) - documentElement.clientHeight);
  }

  // Painting on a canvas that is there already changes no node; asking for its context is the sign of it.
  #noticeCanvases(listener: SceneListener): void {
    const { prototype } = HTMLCanvasElement;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the canvas it is asked of
    const original = prototype.getContext as (...args: unknown[]) => unknown;
    const noticed = (canvas: HTMLCanvasElement) => {
      if (!canvas.isConnected) return;
      this.#changed = true;
      listener.changed();
    };
    prototype.getContext = function getContext(this: HTMLCanvasElement, ...args: unknown[]) {
      noticed(this);
      return original.apply(this, args);
    } as typeof prototype.getContext;
  }
}
