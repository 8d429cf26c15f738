// The offline kit: answers live in this browser and leave as a file. Nothing here asks the network.
(() => {
  "use strict";
  const start = JSON.parse(document.getElementById("start").textContent);
  const place = `kit:${start.answers.map(({ key, version }) => `${key}.${version}`).join(",")}`;
  const read = () => { try { return JSON.parse(localStorage.getItem(place)); } catch { return null; } };
  const write = (value) => { try { localStorage.setItem(place, JSON.stringify(value)); return true; } catch { return false; } };
  const state = document.getElementById("state");
  const forms = new Map([...document.querySelectorAll("form[data-key]")].map((form) => [form.dataset.key, form]));
  const answers = () => ({ kit: start.kit, answers: start.answers.map(({ key, code, version }) => ({ key, version, fields: Object.fromEntries(new FormData(forms.get(key))) })) });
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const say = (name) => { state.textContent = fill(state.dataset[name], { time: clock() }); };
  const words = document.getElementById("works").dataset;
  let unsaved = false;

  function restore(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const input = form.elements[name];
      if (input) input.value = value;
    }
  }
  function count() {
    for (const [key, form] of forms) {
      const asked = new Set([...form.querySelectorAll("input[type=radio]")].map((input) => input.name));
      const done = form.querySelectorAll("input[type=radio]:checked").length;
      document.querySelector(`[data-done="${key}"]`).textContent = done ? fill(words.some, { done, all: asked.size }) : words.none;
    }
  }
  const kept = read();
  for (const { key, fields } of kept ? kept.answers : start.answers) if (forms.has(key)) restore(forms.get(key), fields);
  document.addEventListener("input", () => {
    unsaved = true;
    say(write(answers()) ? "saved" : "lost");
    count();
  });
  document.getElementById("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(answers())], { type: "application/json" }));
    link.download = "otvety.json";
    link.click();
    unsaved = false;
    say("file");
  });
  addEventListener("beforeunload", (event) => { if (unsaved && !read()) event.preventDefault(); });
  count();
})();
