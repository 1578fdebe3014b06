// An interpreter's files that a page carries in itself: there is no server, and no URL that a worker could load.
//
// A worker of an opaque origin loads no blob but those that it has made itself. So it gets the bytes, and makes the URLs.

/** What stands for the address that relative URLs go by. Nothing is ever loaded from it: no name ends like this. */
export const NOWHERE = "https://pyscript.invalid/";

export class Carried {
  readonly #files: Record<string, Blob>;
  readonly #urls = new Map<string, string>();

  constructor(files: Record<string, Blob>) {
    this.#files = files;
  }

  /** The file of this path, or whose path ends so; throws where there is none. */
  get(path: string): Blob {
    const name = path in this.#files ? path : Object.keys(this.#files).find((each) => each.endsWith(path));
    const file = name === undefined ? undefined : this.#files[name];
    if (!file) throw new Error(`The page does not carry the file ${path}: it was exported wrongly, or has been changed.`);
    return file;
  }

  /** A URL of the file that this worker may load, the same each time. */
  url(path: string): string {
    const known = this.#urls.get(path);
    if (known !== undefined) return known;
    const type = path.endsWith(".mjs") ? "text/javascript" : "application/octet-stream";
    const url = URL.createObjectURL(new Blob([this.get(path)], { type }));
    this.#urls.set(path, url);
    return url;
  }
}
