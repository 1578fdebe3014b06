// Checks the files of an interpreter against the manifest, and tells how far the download is.
//
// The worker loads the same URLs by itself, at the same time: from the HTTP cache, where they lie under an immutable
// URL, so that the browser can compile while it reads and keep the compiled code. `ready` waits for this check.
import type { Failure } from "../protocol/messages.ts";
import type { Manifest } from "./manifest.ts";

/** A file did not load, or is not what the manifest says. `failure` is what the kernel is told. */
export class AssetError extends Error {
  override readonly name = "AssetError";

  /** `wrong` says that a file is another one than it should be, and not merely that it did not load. */
  constructor(
    message: string,
    readonly wrong = false,
  ) {
    super(message);
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
  const { manifest, files, onProgress } = options;
  const subtle = "subtle" in options ? options.subtle : globalThis.crypto.subtle;
  if (!subtle && !warned) {
    warned = true;
    console.warn(
      "pyscript_jupyter: the interpreter's files are not checked by hash, because this browser has no crypto.subtle " +
        "here (it needs https or localhost).",
    );
  }
  const total = files.reduce((sum, path) => sum + (manifest.files[path]?.size ?? 0), 0);
  let loaded = 0;
  onProgress(loaded, total);
  const replaced = await Promise.all(
    files.map((path) =>
      checkFile(path, options, subtle, (bytes) => {
        loaded += bytes;
        onProgress(loaded, total);
      }),
    ),
  );
  return replaced.includes(true);
}

/** Whether the browser's copy had to be replaced. */
async function checkFile(
  path: string,
  { manifest, base, signal, fetch = globalThis.fetch }: CheckOptions,
  subtle: Pick<SubtleCrypto, "digest"> | undefined,
  onBytes: (count: number) => void,
): Promise<boolean> {
  const url = new URL(path, base).href;
  const wanted = manifest.files[path];
  if (!wanted) throw new AssetError(`${path} is not in the asset manifest of pyscript_jupyter ${manifest.package}. ${CURE}`);
  let response: Response;
  const chunks: Uint8Array[] = [];
  try {
    response = await fetch(url, { credentials: "same-origin", signal });
    if (response.ok && response.body) await read(response.body, chunks, onBytes);
  } catch (error) {
    signal.throwIfAborted();
    throw new AssetError(`${path} did not load from ${url}: ${String(error)}. Is the Jupyter server running? ${CURE}`);
  }
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new AssetError(`${path} did not load: ${url} answered with status ${status}, 200 was wanted. ${CURE}`);
  }
  if (!subtle) return false;
  const got = await sha256(subtle, await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  if (got === wanted.sha256) return false;
  // The wrong copy may be the browser's own, which an immutable URL keeps for ever: have it replaced, once.
  const again = await fetch(url, { credentials: "same-origin", cache: "reload", signal })
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => sha256(subtle, bytes))
    .catch(() => null);
  if (again === wanted.sha256) return true;
  throw new AssetError(
    `${path} is not the file it should be: ${url} (status ${response.status}) has SHA-256 ${got}, ` +
      `${wanted.sha256} was wanted. ${CURE}`,
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
