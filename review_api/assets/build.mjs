// Builds review_api/static from app.scss and the pinned packages. Run by `make assets`.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";
import subsetFont from "subset-font";
import { purge, wordsOf } from "./purge.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "static");
const read = (...path) => readFileSync(join(modules, ...path));

// What Russian and English pages write: the rest of each subset is dead weight on a school line.
const range = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
const GLYPHS = {
  cyrillic: range(0x410, 0x44f) + "ЁёІіҐґ№",
  latin: range(0x20, 0x7e) + "\u00a0«»„“”‘’–—…·•×±−≤≥→←↑↓©°§€½‑\u2009\u202f",
};
const FEATURES = ["kern", "liga", "tnum", "lnum", "ccmp", "mark", "locl"];

async function font(script, weight) {
  const name = `golos-text-${script}-${weight}-normal.woff2`;
  const options = { targetFormat: "woff2", preserveNameIds: [0, 13, 14], featureTags: FEATURES };
  const subset = await subsetFont(read("@fontsource/golos-text/files", name), GLYPHS[script], options);
  writeFileSync(join(out, "fonts", `golos-${script}-${weight}.woff2`), subset);
}

// Templates of the components come with a Python package.
function borrowed() {
  const python = process.env.PYTHON ?? join(here, "../../.venv/bin/python");
  const where = "import govuk_frontend_jinja as it; print(it.__path__[0])";
  return join(execFileSync(python, ["-c", where], { encoding: "utf8" }).trim(), "templates/components");
}

function styles() {
  const { css } = sass.compile(join(here, "app.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
  });
  writeFileSync(join(out, "app.css"), purge(css, wordsOf(join(here, ".."), borrowed())) + "\n");
}

function htmx() {
  const code = read("htmx.org/dist/htmx.min.js").toString().replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  writeFileSync(join(out, "htmx.min.js"), code);
  const { version } = JSON.parse(read("htmx.org/package.json"));
  const digest = createHash("sha384").update(code).digest("base64");
  writeFileSync(join(out, "htmx.min.js.sha384"), `sha384-${digest}  htmx.org ${version}\n`);
}

mkdirSync(join(out, "fonts"), { recursive: true });
mkdirSync(join(out, "licences"), { recursive: true });
styles();
htmx();
for (const script of ["cyrillic", "latin"]) for (const weight of [400, 600]) await font(script, weight);
copyFileSync(join(modules, "@fontsource/golos-text/LICENSE"), join(out, "licences", "golos-text-OFL.txt"));
copyFileSync(join(modules, "htmx.org/LICENSE"), join(out, "licences", "htmx-0BSD.txt"));
const css = gzipSync(readFileSync(join(out, "app.css")), { level: 9 }).length;
console.log(`app.css ${css} bytes compressed`);
