// Lint rules, and above all the direction of imports: protocol <- everything, and interpreters, outputs <- worker, frame.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** A layer, and the layers below it that it may import. */
const LAYERS = {
  protocol: [],
  outputs: ["protocol"],
  interpreters: ["protocol"],
  worker: ["protocol", "outputs", "interpreters"],
  frame: ["protocol", "outputs", "interpreters"],
  widget: ["protocol"],
  page: ["protocol"],
};

const directions = Object.entries(LAYERS).map(([layer, below]) => {
  const above = Object.keys(LAYERS).filter((other) => other !== layer && !below.includes(other));
  return {
    files: [`js/src/${layer}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: above.map((other) => `**/${other}/**`),
              message: `js/src/${layer} may import only from ${below.join(", ") || "itself"}.`,
            },
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ["node_modules", "pyscript_jupyter/static", ".venv*", ".make", "dist", "docs", "test-results"] },
  js.configs.recommended,
  {
    files: ["js/src/**/*.ts", "js/tests/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-invalid-void-type": ["error", { allowAsThisParameter: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["js/tests/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["js/build/**/*.mjs", "eslint.config.js", "vitest.config.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", structuredClone: "readonly" },
    },
  },
  {
    files: ["benchmarks/**/*.js"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "window document performance console MutationObserver",
          "requestAnimationFrame requestIdleCallback setTimeout clearTimeout URL Worker fetch",
        ]
          .join(" ")
          .split(" ")
          .map((name) => [name, "readonly"]),
      ),
    },
  },
  ...directions,
);
