// The scoring page beyond app.js: steps between criteria, advice after every save, texts of the device.
(() => {
  "use strict";
  const memory = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* private mode */ } },
  };
  // Two texts that have been compared: the one of the device has had its say.
  const settled = document.querySelector("form[data-settles]");
  if (settled) settled.addEventListener("submit", () => memory.drop(`draft:${settled.dataset.settles}`));

  const form = document.querySelector("form[data-scoring]");
  if (!form) return;
  // Both panes end where the window does, whatever stands above them.
  const chip = document.querySelector(".queue [aria-current]");
  if (chip) chip.closest(".queue").scrollLeft = chip.offsetLeft - 60;
  const split = form.closest(".split");
  if (split) split.style.setProperty("--above", `${split.getBoundingClientRect().top + scrollY}px`);
  const criteria = [...form.querySelectorAll(".criterion")];
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "version");
  const same = (left, right) => JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());

  // J and K go by the place of the key, so that the Russian layout works as well.
  const isTyping = (target) => target.matches("textarea, select, input:not([type=radio])");
  function step(by) {
    const at = criteria.indexOf(document.activeElement.closest(".criterion"));
    const next = criteria[at < 0 ? (by > 0 ? 0 : criteria.length - 1) : at + by];
    if (!next) return;
    (next.querySelector("input:checked") || next.querySelector("input")).focus();
    next.scrollIntoView({ block: "nearest" });
  }
  const acts = {
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    KeyC: () => form.elements.comment.focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const keys = form.querySelector("details.keys");
    if (event.key === "?") { keys.open = !keys.open; if (keys.open) keys.scrollIntoView({ block: "nearest" }); return; }
    const act = acts[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // What the server thinks of the words comes with every saved draft.
  form.addEventListener("saved", ({ detail }) => {
    const list = form.querySelector("[data-advice] ul");
    if (!list || !detail.advice) return;
    list.replaceChildren(...detail.advice.map(({ tone, sentence }) => {
      const item = document.createElement("li");
      item.className = `is-${tone}`;
      item.textContent = sentence;
      return item;
    }));
  });

  // A text of this device that was begun from another version: shown to be compared, never thrown away.
  const compare = document.querySelector("[data-device-text]");
  const key = `draft:${form.dataset.draftKey || form.dataset.keep}`;
  const aside = `${key}:other`;
  const version = form.elements.version.value;
  const stored = memory.get(key);
  if (stored && stored.version !== version) {
    if (!same(stored.fields, fields())) memory.set(aside, stored);
    memory.drop(key);
  }
  const other = memory.get(aside);
  if (compare && other && Array.isArray(other.fields)) {
    for (const [name, value] of [["version", other.version], ...other.fields]) {
      const input = document.createElement("input");
      input.type = "hidden"; input.name = name; input.value = value;
      compare.append(input);
    }
    compare.hidden = false;
    compare.addEventListener("submit", () => memory.drop(aside));
    compare.querySelector("[data-forget]").addEventListener("click", () => { memory.drop(aside); compare.hidden = true; });
  }

  // Changing what has been sent saves nothing by itself: the device keeps it, leaving asks.
  if (!form.dataset.keep) return;
  let changed = false;
  if (stored && stored.version === version) {
    for (const [name, value] of stored.fields) {
      const input = form.elements[name];
      if (input) input.value = value;
    }
    form.dispatchEvent(new Event("change"));
  }
  for (const name of ["input", "change"]) form.addEventListener(name, (event) => {
    if (!event.isTrusted) return;
    changed = true;
    memory.set(key, { version, fields: fields() });
  });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
