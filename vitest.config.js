// Unit tests run under Node; the interpreter tests load the real MicroPython and Pyodide, once a file.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { ALIASES } from "./js/build/polyscript-plugin.mjs";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  // As the build's plugin for PolyScript resolves them.
  resolve: { alias: ALIASES },
  plugins: [
    {
      // As esbuild's text loader does in the build.
      name: "python-as-text",
      enforce: "pre",
      load(id) {
        return id.endsWith(".py") ? `export default ${JSON.stringify(readFileSync(id, "utf8"))}` : undefined;
      },
    },
  ],
  test: {
    include: ["js/tests/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
