// What an interpreter starts sooner from, loaded as soon as it is known which one is wanted and kept for the next start:
// its WebAssembly, compiled, and the memory of one that has started.
//
// All of it is an extra: where a part of it does not load, the interpreter starts the ordinary way. The snapshot is what
// the manifest says, or it is not used. The WebAssembly is checked with the interpreter's other files.
import type { Materials } from "../protocol/port.ts";
import { AssetError, loadAsset } from "./assets.ts";
import type { Manifest } from "./manifest.ts";

export interface MaterialsOptions {
  manifest: Manifest;
  interpreter: string;
  /** The URL below which the files are, with a slash at its end. */
  base: string;
  signal: AbortSignal;
  fetch?: typeof fetch;
  subtle?: Pick<SubtleCrypto, "digest"> | undefined;
  compile?: (response: Promise<Response>) => Promise<WebAssembly.Module>;
}

export class MaterialsStore {
  readonly #options: MaterialsOptions;
  readonly #snapshot: string | null;
  #loading: Promise<Materials> | null = null;
  #bytes = 0;
  #onBytes: ((count: number) => void) | null = null;

  constructor(options: MaterialsOptions) {
    this.#options = options;
    this.#snapshot = options.manifest.interpreters[options.interpreter]?.snapshot ?? null;
  }

  /** The materials; never throws. */
  get(): Promise<Materials> {
    return (this.#loading ??= this.#load());
  }

  /** For `checkAssets`: what there is to be read of files that it does not check itself. */
  get beside() {
    const size = this.#snapshot ? (this.#options.manifest.files[this.#snapshot]?.size ?? 0) : 0;
    return {
      size,
      load: (onBytes: (count: number) => void) => {
        this.#onBytes = onBytes;
        onBytes(this.#bytes);
        return this.get();
      },
    };
  }

  /** Load everything anew the next time: a file was wrong. */
  forget(): void {
    this.#loading = null;
    this.#bytes = 0;
  }

  async #load(): Promise<Materials> {
    const [wasm, snapshot] = await Promise.all([this.#compile(), this.#loadSnapshot()]);
    return { wasm, ...snapshot };
  }

  async #compile(): Promise<WebAssembly.Module | null> {
    const { manifest, interpreter, base, signal, fetch = globalThis.fetch, compile } = this.#options;
    const path = manifest.interpreters[interpreter]?.files.find((file) => file.endsWith(".wasm"));
    if (!path) return null;
    const response = fetch(new URL(path, base).href, { credentials: "same-origin", signal });
    try {
      return await (compile ?? WebAssembly.compileStreaming)(response);
    } catch {
      // Whatever it is, the interpreter or the check of the files says it better.
      return null;
    }
  }

  async #loadSnapshot(): Promise<Pick<Materials, "snapshot" | "trouble">> {
    if (!this.#snapshot) return { snapshot: null, trouble: null };
    try {
      const { bytes } = await loadAsset(this.#snapshot, {
        subtle: globalThis.crypto.subtle,
        ...this.#options,
        onBytes: (count) => {
          this.#bytes += count;
          this.#onBytes?.(count);
        },
      });
      return { snapshot: bytes, trouble: null };
    } catch (error) {
      return { snapshot: null, trouble: error instanceof AssetError ? error.what : String(error) };
    }
  }
}
