// How the notebook looks: what a frame is told so that what is drawn in it looks like an output.
import type { Theme } from "../protocol/stage.ts";

/** JupyterLab's variables that a document may want; the frame's own style uses some of them. */
const NAMES = [
  "content-font-family",
  "content-font-size1",
  "content-line-height",
  "content-font-color1",
  "content-font-color2",
  "content-link-color",
  "code-font-family",
  "ui-font-family",
  "ui-font-size1",
  "ui-font-color1",
  "ui-font-color2",
  "layout-color0",
  "layout-color1",
  "layout-color2",
  "border-color1",
  "border-color2",
  "brand-color1",
  "accent-color1",
  "success-color1",
  "warn-color1",
  "error-color1",
];

/** Tell the theme now, and whenever it changes, until the signal ends it. */
export function followTheme(tell: (theme: Theme) => void, signal: AbortSignal): void {
  const preference = matchMedia("(prefers-color-scheme: dark)");
  const now = () => tell(readTheme(preference.matches));
  const observer = new MutationObserver(now);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  preference.addEventListener("change", now, { signal });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  now();
}

function readTheme(prefersDark: boolean): Theme {
  const { body } = document;
  const style = getComputedStyle(body);
  const variables: Record<string, string> = {};
  for (const name of NAMES) {
    const value = style.getPropertyValue(`--jp-${name}`).trim();
    if (value) variables[`--jp-${name}`] = value;
  }
  const light = body.dataset["jpThemeLight"];
  return { dark: light === undefined ? prefersDark : light === "false", variables };
}
