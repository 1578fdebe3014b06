// SHA-256 for the guard: its worker is no secure context in a frame of an opaque origin, and so has no `crypto.subtle`.
// The main thread, which has it, reckons the hashes over a port.

type Digest = Pick<SubtleCrypto, "digest">;

interface Question {
  id: number;
  bytes: BufferSource;
}

interface Answer {
  id: number;
  digest: ArrayBuffer | null;
}

/** On the main thread: answer the other end of the port. */
export function serveHashes(port: MessagePort, subtle: Digest = crypto.subtle): void {
  port.addEventListener("message", ({ data: { id, bytes } }: MessageEvent<Question>) => {
    const answer = (digest: ArrayBuffer | null) => port.postMessage({ id, digest } satisfies Answer);
    subtle.digest("SHA-256", bytes).then(answer, () => answer(null));
  });
  port.start();
}

/** In the guard: what `crypto.subtle` is elsewhere, for SHA-256 alone. */
export function remoteHashes(port: MessagePort): Digest {
  const waiting = new Map<number, (digest: ArrayBuffer | null) => void>();
  let last = 0;
  port.addEventListener("message", ({ data: { id, digest } }: MessageEvent<Answer>) => {
    waiting.get(id)?.(digest);
    waiting.delete(id);
  });
  port.start();
  return {
    digest: (_, bytes) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, (digest) => {
          if (digest) resolve(digest);
          else reject(new Error("The main thread could not reckon a hash."));
        });
        port.postMessage({ id: last, bytes } satisfies Question);
      }),
  };
}
