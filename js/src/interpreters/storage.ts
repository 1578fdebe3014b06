// The browser's storage as PolyScript uses it, or memory in its place where the origin is opaque and has no storage.
//
// The build puts this file where PolyScript imports `@webreflection/idb-map`, whose members it has: Pyodide's loader keeps
// its locks there, and `storage` of the `pyscript` module what people put into it. In memory it lasts as long as the
// environment.
import Stored from "idb-map-of-the-browser";

const maps = new Map<string, Map<unknown, unknown>>();

/** The members of an IDBMap, over a Map that all of one name share. */
export class MemoryMap extends EventTarget {
  readonly #entries: Map<unknown, unknown>;

  constructor(name: string, { prefix = "IDBMap" }: { prefix?: string } = {}) {
    super();
    const key = `${prefix}/${name}`;
    this.#entries = maps.get(key) ?? new Map<unknown, unknown>();
    maps.set(key, this.#entries);
  }

  get size(): Promise<number> {
    return Promise.resolve(this.#entries.size);
  }
  entries = () => Promise.resolve([...this.#entries]);
  keys = () => Promise.resolve([...this.#entries.keys()]);
  values = () => Promise.resolve([...this.#entries.values()]);
  get = (key: unknown) => Promise.resolve(this.#entries.get(key));
  has = (key: unknown) => Promise.resolve(this.#entries.has(key));
  close = () => Promise.resolve();

  set(key: unknown, value: unknown): Promise<this> {
    // As the browser's storage, which keeps a copy and refuses what cannot be copied.
    this.#entries.set(key, structuredClone(value));
    return Promise.resolve(this);
  }
  delete(key: unknown): Promise<void> {
    this.#entries.delete(key);
    return Promise.resolve();
  }
  clear(): Promise<void> {
    this.#entries.clear();
    return Promise.resolve();
  }
  async forEach(callback: (value: unknown, key: unknown, map: this) => unknown, context: unknown = this): Promise<void> {
    for (const [key, value] of this.#entries) await callback.call(context, value, key, this);
  }
}

export default globalThis.origin === "null" ? MemoryMap : Stored;
