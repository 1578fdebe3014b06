// The outputs of one cell: what nbformat has of them, and how they look.
//
// Everything is shown as text or by elements that cannot run anything; HTML goes through a sanitizer.
import { AnsiUp } from "ansi_up";
import DOMPurify from "dompurify";
import type { Display, Failure, Result, Stream } from "../protocol/messages.ts";

type Bundle = Record<string, unknown>;

/** An output as nbformat 4 has it. */
export type Output =
  | { output_type: "stream"; name: Stream["name"]; text: string }
  | { output_type: "display_data"; data: Bundle; metadata: Bundle }
  | { output_type: "execute_result"; data: Bundle; metadata: Bundle; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** What is shown of a bundle: the first of these that it has. */
const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Where a display is that can be updated. */
interface Place {
  outputs: Outputs;
  index: number;
}

/** The displays of a page that have an id. */
export type Places = Map<string, Place[]>;

export class Outputs {
  readonly #element: HTMLElement;
  readonly #places: Places;
  #outputs: Output[] = [];
  /** All goes when the next thing comes. */
  #clearing = false;

  constructor(element: HTMLElement, places: Places) {
    this.#element = element;
    this.#places = places;
  }

  /** What the cell shows now. */
  get list(): Output[] {
    return this.#outputs;
  }

  /** Take everything away. */
  reset(): void {
    this.#clearing = false;
    this.#outputs = [];
    this.#element.replaceChildren();
    for (const [id, places] of this.#places) this.#places.set(id, places.filter(({ outputs }) => outputs !== this));
  }

  clear(wait: boolean): void {
    if (wait) this.#clearing = true;
    else this.reset();
  }

  stream(name: Stream["name"], text: string): void {
    if (this.#clearing) this.reset();
    const last = this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) {
      last.text = overwrite(last.text + text);
      this.#draw(this.#outputs.length - 1);
    } else this.#add({ output_type: "stream", name, text: overwrite(text) });
  }

  display({ data, metadata, display_id: id = "", update = false }: Pick<Display, "data" | "metadata" | "display_id" | "update">) {
    if (update) {
      for (const { outputs, index } of this.#places.get(id) ?? []) outputs.#update(index, data, metadata);
      return;
    }
    const index = this.#add({ output_type: "display_data", data, metadata });
    if (id) this.#places.set(id, [...(this.#places.get(id) ?? []), { outputs: this, index }]);
  }

  result({ data, metadata }: Pick<Result, "data" | "metadata">, count: number): void {
    this.#add({ output_type: "execute_result", data, metadata, execution_count: count });
  }

  error({ name, message, text = "" }: Failure): void {
    const traceback = text ? text.trimEnd().split("\n") : [`${name}: ${message}`];
    this.#add({ output_type: "error", ename: name, evalue: message, traceback });
  }

  #add(output: Output): number {
    if (this.#clearing) this.reset();
    this.#outputs.push(output);
    this.#element.append(document.createElement("div"));
    return this.#draw(this.#outputs.length - 1);
  }

  #update(index: number, data: Bundle, metadata: Bundle): void {
    const output = this.#outputs[index];
    if (!output || !("data" in output)) return;
    Object.assign(output, { data, metadata });
    this.#draw(index);
  }

  #draw(index: number): number {
    const output = this.#outputs[index];
    if (output) this.#element.children[index]?.replaceWith(present(output));
    return index;
  }
}

/** An output as an element, of the same classes as those that the exporter writes. */
export function present(output: Output): HTMLElement {
  if (output.output_type === "stream") return terminal(`output-stream output-${output.name}`, output.text);
  if (output.output_type === "error") return terminal("output-error", output.traceback.join("\n"));
  const element = content(output.data);
  if (output.output_type === "execute_result") element.classList.add("output-result");
  return element;
}

function content(data: Bundle): HTMLElement {
  const text = (type: string) => (type in data ? lines(data[type]) : null);
  const html = text("text/html");
  if (html !== null) {
    const element = block("output-html");
    element.innerHTML = DOMPurify.sanitize(html, { FORBID_TAGS: ["form", "style"] });
    return element;
  }
  const plain = text("text/plain");
  const svg = text("image/svg+xml");
  // As an image it runs nothing and loads nothing.
  if (svg !== null) return image(`data:image/svg+xml,${encodeURIComponent(svg)}`, plain, "on-white");
  for (const type of IMAGES) {
    const base64 = text(type);
    if (base64 !== null) return image(`data:${type};base64,${base64.replaceAll("\n", "")}`, plain);
  }
  const [words] = ["text/markdown", "text/latex", "text/plain"].flatMap((type) => text(type) ?? []);
  if (words !== undefined) return terminal("output-text", words);
  if ("application/json" in data) return terminal("output-json", JSON.stringify(data["application/json"], null, 2));
  const element = block("output-absent");
  const sentence = document.createElement("p");
  sentence.className = "absent";
  sentence.textContent = `Nothing that this page can show: ${Object.keys(data).join(", ")}.`;
  element.append(sentence);
  return element;
}

function block(kind: string): HTMLElement {
  const element = document.createElement("div");
  element.className = `output ${kind}`;
  return element;
}

function image(url: string, alternative: string | null, className = ""): HTMLElement {
  const element = block("output-image");
  const picture = document.createElement("img");
  picture.src = url;
  picture.alt = alternative ?? "An image that the cell has drawn";
  picture.className = className;
  element.append(picture);
  return element;
}

function terminal(kind: string, text: string): HTMLElement {
  const element = block(kind);
  const pre = document.createElement("pre");
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  // It escapes what it is given.
  pre.innerHTML = ansi.ansi_to_html(text);
  element.append(pre);
  return element;
}

function lines(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value);
}

/** A terminal's carriage return: what comes after it takes the place of the line. */
function overwrite(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/^.*\r(?=.)/gm, "");
}
