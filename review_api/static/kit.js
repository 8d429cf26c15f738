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
  const clock = () => new Date().toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
  let unsaved = false;

  function fill(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const input = form.elements[name];
      if (input) input.value = value;
    }
  }
  function count() {
    for (const [key, form] of forms) {
      const asked = new Set([...form.querySelectorAll("input[type=radio]")].map((input) => input.name));
      const done = form.querySelectorAll("input[type=radio]:checked").length;
      document.querySelector(`[data-done="${key}"]`).textContent = done ? `— отвечено ${done} из ${asked.size}` : "— не начато";
    }
  }
  const kept = read();
  for (const { key, fields } of kept ? kept.answers : start.answers) if (forms.has(key)) fill(forms.get(key), fields);
  document.addEventListener("input", () => {
    unsaved = true;
    state.textContent = write(answers())
      ? `Сохранено в этом браузере в ${clock()}. Когда закончите, сохраните ответы в файл.`
      : "Браузер не хранит ответы сам: сохраните их в файл, прежде чем закрыть страницу.";
    count();
  });
  document.getElementById("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(answers())], { type: "application/json" }));
    link.download = "otvety.json";
    link.click();
    unsaved = false;
    state.textContent = `Файл ответов сохранён в ${clock()}. Загрузите его на странице «Комплект для работы без связи».`;
  });
  addEventListener("beforeunload", (event) => { if (unsaved && !read()) event.preventDefault(); });
  count();
})();
