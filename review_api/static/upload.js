// Files in parts on bad lines: <form data-uploads="/my/1/uploads">. Without this file the form sends the file whole.
(() => {
  "use strict";
  const PAUSES = [1, 2, 4, 8, 15, 30];
  const one = (selector, root = document) => root.querySelector(selector);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const wait = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
  const back = () => navigator.onLine ? Promise.resolve() : new Promise((done) => addEventListener("online", done, { once: true }));

  class Refused extends Error {}

  // The server's answer, however long the line takes; only a refusal ends the trying.
  async function ask(address, options, lost) {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
        const json = answer.headers.get("Content-Type")?.includes("json");
        if (answer.ok && json && !answer.redirected) return { status: 200, body: await answer.json() };
        if (answer.status === 409 && json) return { status: 409, body: await answer.json() };
        if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) throw new Refused((json && (await answer.json()).detail) || "");
        if (answer.status === 507) throw new Refused((json && (await answer.json()).detail) || "");
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      lost();
      await back();
      await wait(PAUSES[Math.min(tries, PAUSES.length - 1)]);
    }
  }

  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Whether the parts that have arrived are of this very file; where the browser cannot tell, the name and size decide.
  async function isSame(file, upload) {
    if (!window.crypto?.subtle) return true;
    for (const index of new Set([0, upload.parts.length - 1])) {
      if (index < 0 || !upload.parts[index]) continue;
      const part = await file.slice(index * upload.part, (index + 1) * upload.part).arrayBuffer();
      if (hex(await crypto.subtle.digest("SHA-256", part)) !== upload.parts[index]) return false;
    }
    return true;
  }

  function start(form) {
    const input = one("input[type=file]", form), zone = one("[data-drop]", form), bar = one("[data-upload-progress]", form);
    const state = one("[data-upload-state]", form), stop = one("[data-upload-stop]", form), base = form.dataset.uploads;
    const language = document.documentElement.lang, units = language === "ru" ? ["КБ", "МБ"] : ["KB", "MB"];
    let running = 0;
    // While a file is on its way the only button is the one that stops it.
    const show = (going) => { bar.hidden = stop.hidden = !going; for (const button of form.querySelectorAll("[type=submit]")) button.hidden = going; };
    // A picked file is what the form sends next, and the way on comes after its check.
    const pick = (picked) => {
      const on = one("#file-way-on", form), send = one("#file-send [type=submit]", form);
      if (on) on.hidden = picked;
      if (send && picked) send.classList.remove("govuk-button--secondary");
    };
    const size = (bytes) => {
      const small = bytes < 1048576;
      return `${(bytes / (small ? 1024 : 1048576)).toLocaleString(language, { maximumFractionDigits: small ? 0 : 1 })}\u00a0${units[small ? 0 : 1]}`;
    };
    const say = (name, values = {}) => { state.dataset.now = name in state.dataset ? name : "refused"; state.textContent = fill(state.dataset[name] || name, values); };
    const percent = (upload) => `${Math.floor(100 * upload.received / upload.size)}\u00a0%`;
    const words = () => ({ name: input.files[0].name, size: size(input.files[0].size), most: size(Number(state.dataset.most)) });

    function fault(file) {
      if (file.size > Number(state.dataset.most)) return "large";
      if (!file.size) return "empty";
      return input.accept.split(",").some((kind) => file.name.toLowerCase().endsWith(kind)) ? "" : "kind";
    }
    function choose() {
      if (!input.files[0]) return;
      running += 1; show(false);
      pick(!fault(input.files[0]));
      say(fault(input.files[0]) || "chosen", words());
    }
    const lost = () => say("lost");

    async function begin(file) {
      const data = JSON.stringify({ name: file.name, size: file.size });
      const options = { method: "POST", body: data, headers: { "Content-Type": "application/json" } };
      const answer = await ask(base, options, lost);
      if (answer.status === 409) throw new Refused(answer.body.detail);
      if (await isSame(file, answer.body)) return answer.body;
      await fetch(`${base}/${answer.body.id}/cancel`, { method: "POST" });
      return (await ask(base, options, lost)).body;
    }
    // One part after another; the server's word on how far it is always wins.
    async function send(file, upload, mine) {
      while (upload.received < upload.size) {
        if (mine !== running) return null;
        progress(upload);
        const body = file.slice(upload.received, upload.received + upload.part);
        const answer = await ask(`${base}/${upload.id}?offset=${upload.received}`, { method: "PUT", body, headers: { "Content-Type": "application/octet-stream" } }, lost);
        if (answer.status === 200) { upload = answer.body; continue; }
        if (!answer.body.type.endsWith("/wrong_offset")) throw new Refused(answer.body.detail);
        upload = (await ask(`${base}/${upload.id}`, {}, lost)).body;
        if (!upload.id) throw new Refused(upload.detail || "");
      }
      progress(upload);
      return upload;
    }
    function progress(upload) {
      one("progress", bar).value = 100 * upload.received / upload.size;
      say(upload.received < upload.size ? "sending" : "checking", { percent: percent(upload) });
    }
    async function run(file) {
      const mine = running += 1;
      show(true);
      try {
        const upload = await begin(file);
        stop.onclick = async () => {
          running += 1; show(false);
          try { await fetch(`${base}/${upload.id}/cancel`, { method: "POST" }); } catch { /* swept in two days */ }
          input.value = ""; pick(false); say("stopped");
        };
        const whole = await send(file, upload, mine);
        if (!whole || mine !== running) return;
        const answer = await ask(`${base}/${whole.id}/finish`, { method: "POST" }, lost);
        if (answer.status === 409) throw new Refused(answer.body.detail);
        location.assign(answer.body.address);
      } catch (error) {
        if (mine !== running) return;
        running += 1; show(false);
        if (error.message) say(error.message); else say("failed");
      }
    }

    input.addEventListener("change", choose);
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; choose(); }
    });
    form.addEventListener("submit", (event) => {
      const file = input.files[0];
      if (!file) return;
      event.preventDefault();
      if (fault(file)) return choose();
      if (bar.hidden) run(file);
    });
  }

  document.querySelectorAll("form[data-uploads]").forEach(start);
})();
