// An esbuild plugin that bundles parts of PolyScript: its own worker template, `polyscript/esm/worker/_template.js`, and
// what loads an interpreter on a main thread; and PyScript's own Python sources, `@pyscript/core/src/stdlib/pyscript.js`.
//
// These files are not among the packages' exports, so they are found by their path. What they load lazily from beside
// themselves has no place here: our configurations name no packages and are no TOML, and nothing may ask a CDN.
import { join } from "node:path";
import { MODULES, SOURCE } from "./paths.mjs";

const POLYSCRIPT = join(MODULES, "polyscript/esm");

/** What may be imported by a name of ours. */
export const ALIASES = {
  "polyscript-worker-template": join(POLYSCRIPT, "worker/_template.js"),
  "pyscript-stdlib": join(MODULES, "@pyscript/core/src/stdlib/pyscript.js"),
  "idb-map-of-the-browser": join(MODULES, "@webreflection/idb-map/index.js"),
};

/** Lazy parts of PolyScript, and why we have none of them. */
const ABSENT = {
  "pyodide_graph.js": "the graph of Pyodide's packages on its CDN",
  "toml.js": "TOML configurations",
  "zip.js": "wheels unpacked for MicroPython",
};

export function polyscript() {
  return {
    name: "polyscript",
    setup(build) {
      for (const [name, path] of Object.entries(ALIASES)) {
        build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path }));
      }
      build.onResolve({ filter: /^polyscript-internals\// }, ({ path }) => ({
        path: join(POLYSCRIPT, path.slice(path.indexOf("/") + 1)),
      }));
      // PolyScript's storage is ours, which has the browser's behind it: see that file.
      build.onResolve({ filter: /^@webreflection\/idb-map$|^\.\/index\.js$/ }, ({ path, importer }) =>
        path.startsWith("@") || importer.includes("idb-map") ? { path: join(SOURCE, "interpreters/storage.ts") } : undefined,
      );
      build.onResolve({ filter: /\/(pyodide_graph|toml|zip)\.js$/ }, ({ path, importer }) => {
        if (!importer.includes("polyscript")) return undefined;
        return { path: path.split("/").at(-1), namespace: "absent" };
      });
      build.onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`pyscript_jupyter does not carry ${ABSENT[path]}.`)});`,
      }));
      // These two marks would leave the imports in the bundle as they are.
      build.onLoad({ filter: /polyscript\/esm\/(3rd-party|interpreter\/pyodide)\.js$/ }, async ({ path }) => {
        const { readFile } = await import("node:fs/promises");
        const text = await readFile(path, "utf8");
        return { contents: text.replaceAll("/* webpackIgnore: true */", "") };
      });
    },
  };
}
