// Remembers which files this browser has checked before.
//
// Reading and hashing Pyodide's 13 MB beside its start takes a tenth of that start. Files that were right once are in
// the browser's cache under an immutable URL, so from then on they are checked right after the start and not before it.

/** What is remembered of one set of files. */
export interface Memory {
  known: () => boolean;
  remember: () => void;
  forget: () => void;
}

/** A memory in the browser's storage. One that refuses, as in an opaque origin, remembers nothing. */
export function storageMemory(key: string): Memory {
  const name = `pyscript-jupyter.checked.${key}`;
  const attempt = <Value>(use: () => Value, otherwise: Value): Value => {
    try {
      return use();
    } catch {
      return otherwise;
    }
  };
  return {
    known: () => attempt(() => localStorage.getItem(name) !== null, false),
    remember: () => attempt(() => localStorage.setItem(name, new Date().toISOString()), undefined),
    forget: () => attempt(() => localStorage.removeItem(name), undefined),
  };
}
