// What the page carries beside the notebook: scripts and the files of interpreters, each a block of text in the document.
//
// A block is gzip in base64. Nothing of it is read before it is needed: a page that is only read unpacks no interpreter.

/** One part of the page could not be read: it was cut off or changed on its way. */
export class PartError extends Error {
  override readonly name = "PartError";
}

export class Parts {
  readonly #root: ParentNode;
  readonly #read = new Map<string, Promise<Blob>>();

  constructor(root: ParentNode) {
    this.#root = root;
  }

  /** A part by its name; the same each time. Throws PartError. */
  get(name: string): Promise<Blob> {
    let part = this.#read.get(name);
    if (!part) this.#read.set(name, (part = this.#load(name)));
    return part;
  }

  async #load(name: string): Promise<Blob> {
    const block = this.#root.querySelector(`script[data-part="${CSS.escape(name)}"]`);
    if (!block) throw new PartError(`This page lacks its part ${name}: get a new copy of it.`);
    const text = block.textContent.trim();
    try {
      return await unpack(text);
    } catch (error) {
      throw new PartError(`The part ${name} of this page cannot be read (${String(error)}): get a new copy of the page.`);
    }
  }
}

/** Undo gzip and base64. */
export async function unpack(text: string): Promise<Blob> {
  const packed = await fetch(`data:application/octet-stream;base64,${text}`);
  if (!packed.body) throw new Error("it is empty");
  return new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).blob();
}
