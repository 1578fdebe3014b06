// How a configuration puts files and packages into an interpreter: one `System` for each of the two Pythons.
import { installed, unpacked, type Format } from "./archives.ts";

export interface System {
  /** PolyScript's name of the interpreter. */
  readonly type: string;
  /** The interpreter itself, for hooks. */
  readonly interpreter: unknown;
  /** Write a file, with the folders that it needs. A relative path begins where the interpreter's code runs. */
  write: (path: string, bytes: Uint8Array) => void;
  read: (path: string) => Uint8Array;
  unpack: (archive: Uint8Array<ArrayBuffer>, format: Format, folder: string) => void;
  /** Install a wheel where packages are. */
  install: (wheel: Uint8Array<ArrayBuffer>, filename: string) => Promise<void>;
  /** All of it is there: what was looked for before and not found may be there now. */
  settle: () => void;
  debug: () => void;
}

/** Emscripten's file system, as far as we use it. */
interface FileSystem {
  mkdir: (path: string) => void;
  analyzePath: (path: string) => { exists: boolean };
  writeFile: (path: string, bytes: Uint8Array) => void;
  readFile: (path: string) => Uint8Array;
}

/** Pyodide's interface, as far as this needs it. */
export interface PyodideSystem {
  FS: unknown;
  runPython: (code: string) => unknown;
  setDebug: (debug: boolean) => boolean;
  unpackArchive: (archive: Uint8Array<ArrayBuffer>, format: string, options: { extractDir: string }) => void;
}

/** What Pyodide keeps to itself. It is what micropip installs with, and Pyodide is pinned. */
interface Internals {
  _api: {
    install: (wheel: Uint8Array, filename: string, folder: string, metadata: Map<string, string>) => Promise<void>;
  };
}

export function pyodideSystem(pyodide: PyodideSystem): System {
  const files = fileSystem(pyodide.FS as FileSystem);
  const packages = pyodide.runPython("import site; site.getsitepackages()[0]") as string;
  return {
    type: "pyodide",
    interpreter: pyodide,
    ...files,
    unpack(archive, format, folder) {
      files.makeFolder(folder);
      pyodide.unpackArchive(archive, format === "tar.gz" ? "gztar" : format, { extractDir: folder });
    },
    install(wheel, filename) {
      const { _api } = pyodide as unknown as Internals;
      return _api.install(wheel, filename, packages, new Map([["INSTALLER", "pyscript_jupyter"]]));
    },
    settle: () => void pyodide.runPython("import importlib; importlib.invalidate_caches()"),
    debug: () => void pyodide.setDebug(true),
  };
}

export function microPythonSystem(micropython: { FS: unknown }): System {
  const files = fileSystem(micropython.FS as FileSystem);
  const writeAll = (folder: string, all: Map<string, Uint8Array>) => {
    for (const [name, bytes] of all) files.write(`${folder}/${name}`, bytes);
  };
  return {
    type: "micropython",
    interpreter: micropython,
    ...files,
    unpack: (archive, format, folder) => writeAll(folder.replace(/\/$/, "") || "", unpacked(archive, format)),
    install(wheel) {
      writeAll("/lib", installed(wheel));
      return Promise.resolve();
    },
    settle: () => undefined,
    debug() {
      throw new Error("this build of MicroPython has no debug mode");
    },
  };
}

function fileSystem(FS: FileSystem) {
  const makeFolder = (path: string) => {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    let folder = path.startsWith("/") ? "" : ".";
    for (const part of parts) {
      folder += `/${part}`;
      if (!FS.analyzePath(folder).exists) FS.mkdir(folder);
    }
  };
  return {
    makeFolder,
    write(path: string, bytes: Uint8Array) {
      makeFolder(path.slice(0, path.lastIndexOf("/") + 1));
      FS.writeFile(path, bytes);
    },
    read: (path: string) => FS.readFile(path),
  };
}
