// Checks the files of an interpreter against the manifest, and tells how far the download is.
//
// The worker loads the same URLs by itself, at the same time: from the HTTP cache, where they lie under an immutable
// URL, so that the browser can compile while it reads and keep the compiled code. `ready` waits for this check.
import type { Failure } from "../protocol/messages.ts";
import type { Manifest } from "./manifest.ts";

/** A file did not load, or is not what the manifest says. `failure` is what the kernel is told. */
export class AssetError extends Error {
  override readonly name = "AssetError";

  /**
   * `what` is what happened, to which the message adds what to do. `wrong` says that a file is another one than it should
   * be, and not merely that it did not load.
   */
  constructor(
    readonly what: string,
    readonly wrong = false,
  ) {
    super(`${what} ${CURE}`);
  }

  get failure(): Failure {
    return { kind: "asset", name: this.name, message: this.message, frames: [], text: "", offset: 0 };
  }
}

export interface CheckOptions {
  manifest: Manifest;
  /** Paths in the manifest. */
  files: string[];
  /** The URL below which the files are, with a slash at its end. */
  base: string;
  onProgress: (loaded: number, total: number) => void;
  signal: AbortSignal;
  /** What is loaded at the same time for another purpose, and counts for `onProgress`. It never throws. */
  beside?: { size: number; load: (onBytes: (count: number) => void) => Promise<unknown> };
  fetch?: typeof fetch;
  /** Missing on plain http from another host: then the hashes are not checked, and the console says so once. */
  subtle?: Pick<SubtleCrypto, "digest"> | undefined;
}

const CURE =
  "Run the cell again; if that does not help, reload the page, then clear the browser's cache, and then install " +
  "pyscript-jupyter anew (pip install --force-reinstall pyscript-jupyter).";

let warned = false;

/**
 * Settles when every file is there and right; throws AssetError for the first that is not.
 *
 * True says that the browser kept a wrong copy of one, which has been replaced: what was started from it has to go.
 */
export async function checkAssets(options: CheckOptions): Promise<boolean> {
  const { manifest, files, onProgress, beside } = options;
  const subtle = "subtle" in options ? options.subtle : globalThis.crypto.subtle;
  if (!subtle && !warned) {
    warned = true;
    console.warn(
      "pyscript_jupyter: the interpreter's files are not checked by hash, because this browser has no crypto.subtle " +
        "here (it needs https or localhost).",
    );
  }
  const total = files.reduce((sum, path) => sum + (manifest.files[path]?.size ?? 0), beside?.size ?? 0);
  let loaded = 0;
  const onBytes = (bytes: number) => {
    loaded += bytes;
    onProgress(loaded, total);
  };
  onBytes(0);
  const [replaced] = await Promise.all([
    Promise.all(files.map(async (path) => (await loadAsset(path, { ...options, subtle, onBytes })).replaced)),
    beside?.load(onBytes),
  ]);
  return replaced.includes(true);
}

export type LoadOptions = Pick<CheckOptions, "manifest" | "base" | "signal" | "fetch" | "subtle"> & {
  onBytes: (count: number) => void;
};

/** The bytes of one file that is right, and whether the browser's copy had to be replaced; throws AssetError. */
export async function loadAsset(
  path: string,
  { manifest, base, signal, fetch = globalThis.fetch, subtle, onBytes }: LoadOptions,
): Promise<{ bytes: ArrayBuffer; replaced: boolean }> {
  const url = new URL(path, base).href;
  const wanted = manifest.files[path];
  if (!wanted) throw new AssetError(`${path} is not in the asset manifest of pyscript_jupyter ${manifest.package}.`);
  let response: Response;
  const chunks: Uint8Array[] = [];
  try {
    response = await fetch(url, { credentials: "same-origin", signal });
    if (response.ok && response.body) await read(response.body, chunks, onBytes);
  } catch (error) {
    signal.throwIfAborted();
    throw new AssetError(`${path} did not load from ${url}: ${String(error)}. Is the Jupyter server running?`);
  }
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new AssetError(`${path} did not load: ${url} answered with status ${status}, 200 was wanted.`);
  }
  const bytes = await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer();
  if (!subtle) return { bytes, replaced: false };
  const got = await sha256(subtle, bytes);
  if (got === wanted.sha256) return { bytes, replaced: false };
  // The wrong copy may be the browser's own, which an immutable URL keeps for ever: have it replaced, once.
  const again = await fetch(url, { credentials: "same-origin", cache: "reload", signal })
    .then((answer) => answer.arrayBuffer())
    .catch(() => null);
  if (again && (await sha256(subtle, again)) === wanted.sha256) return { bytes: again, replaced: true };
  throw new AssetError(
    `${path} is not the file it should be: ${url} (status ${response.status}) has SHA-256 ${got}, ` +
      `${wanted.sha256} was wanted.`,
    true,
  );
}

async function sha256(subtle: Pick<SubtleCrypto, "digest">, bytes: ArrayBuffer): Promise<string> {
  const digest = await subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function read(
  body: ReadableStream<Uint8Array>,
  chunks: Uint8Array[],
  onBytes: (count: number) => void,
): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    chunks.push(value);
    onBytes(value.length);
  }
}
