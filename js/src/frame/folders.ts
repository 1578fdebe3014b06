// Folders of the reader's own machine, for `pyscript.fs`.
//
// A browser opens its dialogue for a folder only at a click in this very document, so a question with a button is drawn
// where nobody has just clicked. What the reader has chosen is kept in the browser's storage, where the environment's
// worker finds it too: a folder cannot be handed over as other values are. Code reaches this as `pyscriptFolders` of the
// frame's global, with text alone.
import IDBMap from "../interpreters/storage.ts";
import { opaque } from "./script.ts";

/** Where PyScript's own Python looks. */
const NAMESPACE = "@pyscript.fs";

type Mode = "read" | "readwrite";

/** A folder, with what browsers that have `showDirectoryPicker` give it. */
interface Folder {
  queryPermission: (options: { mode: Mode }) => Promise<PermissionState>;
  requestPermission: (options: { mode: Mode }) => Promise<PermissionState>;
}

interface Picker {
  id: string;
  mode: Mode;
  startIn?: string;
}

interface Realm {
  document: Document;
  navigator: Navigator;
  showDirectoryPicker?: (options: Picker) => Promise<Folder>;
}

interface Kept {
  get: (key: string) => Promise<{ handler: Folder } | undefined>;
  set: (key: string, value: { handler: Folder; options: Picker }) => Promise<unknown>;
  has: (key: string) => Promise<boolean>;
  delete: (key: string) => Promise<unknown>;
}

const Stored = IDBMap as new (name: string) => Kept;

export class Folders {
  readonly #realm: Realm;
  readonly #kept: Kept;
  /** Takes the question back that is open. */
  #withdraw: (() => void) | null = null;

  constructor(realm: Realm, kept: Kept = new Stored(NAMESPACE)) {
    this.#realm = realm;
    this.#kept = kept;
  }

  /** Why there are none here; "" where there are. */
  get missing(): string {
    if (opaque()) return "the environment's page has an opaque origin, as with --main and --sandbox, and browsers give such a page no folders";
    return this.#realm.showDirectoryPicker ? "" : "this browser has no showDirectoryPicker; Chrome and Edge have it, over https or on localhost";
  }

  /** Have the reader open a folder, or open again what is kept under this key. False where permission was not given. */
  async open(key: string, json: string): Promise<boolean> {
    const options = JSON.parse(json) as Picker;
    const { mode } = options;
    const kept = await this.#kept.get(key);
    if ((await kept?.handler.queryPermission({ mode })) === "granted") return true;
    const choose = async () => {
      const handler = kept?.handler ?? (await this.#realm.showDirectoryPicker?.(options));
      if (!handler || (await handler.requestPermission({ mode })) !== "granted") return false;
      await this.#kept.set(key, { handler, options });
      return true;
    };
    if (this.#realm.navigator.userActivation.isActive) return choose();
    return this.#ask(mode, choose);
  }

  /** Forget what is kept under a key. False where there is nothing. */
  async forget(key: string): Promise<boolean> {
    if (!(await this.#kept.has(key))) return false;
    await this.#kept.delete(key);
    return true;
  }

  #ask(mode: Mode, choose: () => Promise<boolean>): Promise<boolean> {
    const { document } = this.#realm;
    this.#withdraw?.();
    return new Promise((resolve, reject) => {
      const question = document.createElement("div");
      question.setAttribute("role", "group");
      question.setAttribute("aria-label", "A folder is asked for");
      const button = (text: string, click: () => void) => {
        const element = document.createElement("button");
        element.textContent = text;
        element.addEventListener("click", click);
        return element;
      };
      const end = (answer: boolean) => {
        question.remove();
        this.#withdraw = null;
        resolve(answer);
      };
      this.#withdraw = () => end(false);
      const fail = (error: unknown) => {
        // The dialogue was closed: the question stands.
        if (error instanceof DOMException && error.name === "AbortError") return;
        end(false);
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      question.append(
        `A cell asks to ${mode === "read" ? "read" : "read and write"} a folder of this computer. `,
        button("Choose a folder…", () => void choose().then(end, fail)),
        " ",
        button("No", () => end(false)),
      );
      document.body.append(question);
    });
  }
}
