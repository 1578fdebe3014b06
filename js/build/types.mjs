// `npm run types [schema.json]`: write js/src/protocol/messages.ts from a JSON Schema, given as a file or on stdin.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { generate } from "./messages.mjs";
import { main, MESSAGES } from "./paths.mjs";

await main(async () => {
  const schema = JSON.parse(readFileSync(process.argv[2] ?? 0, "utf8"));
  await writeFile(MESSAGES, await generate(schema));
});
