// An esbuild plugin that bundles PolyScript's own worker template, `polyscript/esm/worker/_template.js`.
//
// The file is not among the package's exports, so it is found by its path. What the template loads lazily from beside
// itself has no place here: our configurations name no packages and are no TOML, and nothing may ask a CDN.
import { join } from "node:path";
import { MODULES } from "./paths.mjs";

const TEMPLATE = join(MODULES, "polyscript/esm/worker/_template.js");

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
      build.onResolve({ filter: /^polyscript-worker-template$/ }, () => ({ path: TEMPLATE }));
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
