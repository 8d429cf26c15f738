// Leaves out of a stylesheet the rules whose classes no template, script or module of ours can write.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const WRITERS = /\.(html|py|js)$/;
const ELSEWHERE = new Set(["node_modules", "assets", "fonts", "locale", "__pycache__", "htmx.min.js"]);

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !ELSEWHERE.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));

// Words as they stand, and beginnings that are completed on the page: "progress--{{ state }}", f"h{n}".
export function wordsOf(...folders) {
  const text = folders.flatMap(files).filter((name) => WRITERS.test(name)).map((name) => readFileSync(name, "utf8")).join("\n");
  const words = new Set(text.match(/[A-Za-z_][\w-]*/g));
  const begun = [...new Set(text.match(/[a-z][\w-]*(?:-|__)(?=\{|["']\s*~|\$\{|%|["']\s*\+)/g))];
  const numbered = new Set([...text.matchAll(/f"([a-z]+)\{/g)].map(([, start]) => start));
  return (name) =>
    words.has(name) || begun.some((start) => name.startsWith(start)) || numbered.has(name.replace(/\d+$/, ""));
}

export function purge(css, isWritten) {
  const fits = (selector) =>
    (selector.replace(/:not\([^)]*\)/g, "").match(/(?<=\.)-?[A-Za-z_][\w-]*/g) || []).every(isWritten);
  let kept = "";
  for (let at = 0; at < css.length; ) {
    const open = css.indexOf("{", at), plain = css.indexOf(";", at);
    if (open < 0) return kept + css.slice(at);
    if (css[at] === "@" && plain >= 0 && plain < open) { kept += css.slice(at, plain + 1); at = plain + 1; continue; }
    const close = closing(css, open), head = css.slice(at, open), body = css.slice(open + 1, close);
    at = close + 1;
    kept += rule(head, body);
  }
  return kept;

  function rule(head, body) {
    if (/^\s*@(media|supports)/.test(head)) {
      const inside = purge(body, isWritten);
      return inside && `${head}{${inside}}`;
    }
    if (head.includes("@")) return `${head}{${body}}`;
    const left = apart(head).filter(fits);
    return left.length ? `${left.join(",")}{${body}}` : "";
  }
}

function closing(css, open) {
  let depth = 0;
  for (let at = open; ; at += 1) {
    if (css[at] === "{") depth += 1;
    else if (css[at] === "}" && (depth -= 1) === 0) return at;
  }
}

// Selectors of a list; commas inside :is(a, b) do not part them.
const apart = (head) => head.split(/,(?![^([]*[)\]])/);
