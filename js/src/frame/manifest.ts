// The manifest of built files, which the server puts into the frame's page.

export interface Manifest {
  package: string;
  digest: string;
  /** By path below the assets: bytes before compression, and the SHA-256 in hex. */
  files: Record<string, { size: number; sha256: string }>;
  interpreters: Record<string, { version: string; entry: string; files: string[]; snapshot?: string | null }>;
}

/** Read the page's own manifest; throws with a sentence where there is none. */
export function readManifest(document: Document): Manifest {
  const text = document.getElementById("manifest")?.textContent;
  if (!text) {
    throw new Error("The frame's page has no asset manifest: the server extension and its files do not fit together.");
  }
  return JSON.parse(text) as Manifest;
}
