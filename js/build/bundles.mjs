// The bundles, by esbuild.
import { basename, join } from "node:path";
import { build } from "esbuild";
import { ROOT, SOURCE } from "./paths.mjs";
import { polyscript } from "./polyscript-plugin.mjs";

/** Bundle by file name below static/, and what it is in the index of licences. */
export const BUNDLES = {
  "bootstrap.js": "widget/bootstrap.ts",
  "widget.js": "widget/index.ts",
  "headless.js": "widget/headless.ts",
  "frame.js": "frame/index.ts",
  "carried.js": "frame/carried.ts",
  "page.js": "page/index.ts",
  "guard.js": "frame/guard.ts",
  "worker.js": "worker/index.ts",
  "mainthread.js": "worker/mainthread.ts",
};

/** Bundle everything into a folder; returns, for each bundle, the files of node_modules that went into it. */
export async function bundle(folder, version) {
  const used = {};
  for (const [name, entry] of Object.entries(BUNDLES)) {
    const { metafile } = await build({
      entryPoints: [join(SOURCE, entry)],
      outfile: join(folder, name),
      absWorkingDir: ROOT,
      bundle: true,
      format: "esm",
      // The first browser version with everything that is used, Safari's last: String.isWellFormed, 2023.
      target: ["chrome111", "firefox119", "safari16.4"],
      minify: true,
      charset: "utf8",
      legalComments: "none",
      loader: { ".py": "text" },
      define: { __VERSION__: JSON.stringify(version) },
      plugins: [polyscript()],
      metafile: true,
      logLevel: "warning",
    });
    const output = Object.values(metafile.outputs)[0];
    used[basename(name)] = Object.keys(output.inputs).filter((path) => path.includes("node_modules"));
  }
  return used;
}
