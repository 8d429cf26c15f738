// Everything works without this file; it saves, counts, remembers and shortens the way.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const later = (work, wait) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(work, wait); }; };
  const memory = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* private mode */ } },
  };

  // Autosave. <form data-autosave="/address" data-draft-key="review-117"><input type="hidden" name="version">
  // POST answers {"saved_at": "14:32", "version": 8}; 409 = changed elsewhere; 401 or 403 = sign in again.
  function autosave(form) {
    const key = `draft:${form.dataset.draftKey}`;
    const state = one("[data-save-state]", form) || one("[data-save-state]");
    const version = one("[name=version]", form);
    let dirty = false, busy = false, blocked = false, leaving = null;
    const say = (name, values = {}) => { state.dataset.state = name; state.textContent = fill(state.dataset[name], values); };
    const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "version");
    const stored = memory.get(key);
    let earlier = null;  // kept here, differs from what the page shows: waits for the person's choice
    const keep = (submitted = false) => memory.set(key, { version: version.value, fields: fields(), submitted, earlier });
    const forget = () => earlier ? memory.set(key, { fields: earlier }) : memory.drop(key);
    // The other window signs in and shows this page; coming back here goes on by itself.
    const signIn = () => {
      const link = Object.assign(document.createElement("a"), { href: `/login?next=${encodeURIComponent(location.pathname + location.search)}`, target: "_blank", className: "govuk-link", textContent: state.dataset.signIn });
      state.append(" ", link);
    };
    // Leaving a field is a change too: the link stays where the pointer is going to press it.
    const awaySigningIn = () => one("a", state) !== null;
    async function send() {
      if (busy || blocked || !dirty) return;
      busy = true; dirty = false;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
        if (answer.ok && !answer.redirected) {
          const saved = await answer.json();
          version.value = saved.version;
          form.dispatchEvent(new CustomEvent("saved", { detail: saved }));
          if (!dirty) { forget(); say("saved", { time: saved.saved_at }); }
        } else {
          dirty = true; blocked = answer.status === 409;
          if (answer.status !== 401 || !awaySigningIn()) say(blocked ? "conflict" : answer.status >= 500 ? "offline" : "refused");
          const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
          if (answer.status === 401) awaySigningIn() || signIn();
          else if (state.dataset.state === "refused" && said.detail) state.textContent = said.detail;
        }
      } catch { dirty = true; say("offline"); }
      busy = false;
      if (leaving) return form.requestSubmit(leaving.button);
      if (dirty && state.dataset.state === "saved") soon();
    }
    const soon = later(send, 1200);
    const changed = () => { dirty = true; keep(); if (!blocked && state.dataset.state !== "offline" && !awaySigningIn()) say("typing"); soon(); };
    // The answer to the last save was lost, or another window went on: nothing is put in or thrown
    // away unasked. What a button has sent was read by the server already.
    function offer(kept) {
      const box = Object.assign(document.createElement("div"), { className: "notice notice--warning", role: "status" });
      const words = Object.assign(document.createElement("p"), { textContent: state.dataset.later });
      const choice = (label, act) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button govuk-button--secondary", textContent: label });
        button.addEventListener("click", () => { earlier = null; box.remove(); forget(); act(); });
        return button;
      };
      earlier = kept;
      const row = Object.assign(document.createElement("p"), { className: "pills" });
      row.append(choice(state.dataset.putIn, () => { restore(form, kept); form.dispatchEvent(new Event("change")); }), choice(state.dataset.leave, () => dirty && keep()));
      box.append(words, row);
      form.prepend(box);
    }
    if (stored && stored.version && stored.version === version.value) {
      restore(form, stored.fields); dirty = true; say("restored"); soon();
      if (stored.earlier) offer(stored.earlier);
    } else if (stored) {
      const kept = stored.earlier || stored.fields;
      if ((stored.submitted && !stored.earlier) || same(form, kept, fields())) memory.drop(key);
      else offer(kept);
    }
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    // A draft on its way would make the version stale: the form leaves after its answer.
    form.addEventListener("submit", (event) => {
      // Without a line the browser would put its own page in place of what is typed.
      if (!navigator.onLine) { event.preventDefault(); dirty = true; keep(); leaving = null; return say("offline"); }
      if (dirty) keep(true);
      dirty = false;
      if (busy) { event.preventDefault(); leaving = { button: event.submitter }; }
    });
    addEventListener("online", send);
    document.addEventListener("visibilitychange", () => document.hidden || send());
    setInterval(() => { if (state.dataset.state === "offline") send(); }, 15000);
    addEventListener("beforeunload", (event) => { if (dirty && !memory.get(key)) event.preventDefault(); });
  }

  // Whether two lists of fields say the same to a reader; the server may have trimmed a line.
  function same(form, one, other) {
    const seen = new Set([...form.elements].filter(({ type }) => type !== "hidden").map(({ name }) => name));
    const said = (list) => JSON.stringify(list.filter(([name, value]) => seen.has(name) && value.trim()).map(([name, value]) => [name, value.trim().replace(/\s+/g, " ")]));
    return said(one) === said(other);
  }

  function restore(form, fields) {
    const names = new Set(fields.map(([name]) => name));
    for (const input of form.elements) {
      if (!input.name || input.type === "hidden" || input.type === "file" || input.type === "submit") continue;
      const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
      else if (names.has(input.name)) input.value = values[0];
    }
  }

  // Scoring: live sum, digits choose a level in the criterion at hand, Ctrl+Enter sends.
  function scoring(form) {
    const criteria = all(".criterion", form);
    const levels = (criterion) => all("input[type=radio]", criterion);
    const chosen = (criterion) => levels(criterion).find((level) => level.checked);
    function count() {
      let sum = 0, most = 0, answered = 0;
      for (const criterion of criteria) {
        const weight = Number(criterion.dataset.weight), pick = chosen(criterion);
        most += weight * Math.max(...levels(criterion).map((level) => Number(level.value)));
        if (pick) { sum += weight * Number(pick.value); answered += 1; }
      }
      const score = one("[data-score]", form), done = one("[data-answered]", form);
      if (score) score.textContent = (Math.round(1000 * sum / most) / 10).toLocaleString(document.documentElement.lang);
      if (done) done.textContent = answered;
    }
    // A low level asks for words: their place opens by itself.
    function explain() {
      for (const place of all("[data-explain-up-to]", form)) {
        const pick = chosen(document.getElementById(place.dataset.explains));
        if (pick && Number(pick.value) <= Number(place.dataset.explainUpTo)) place.open = true;
      }
    }
    form.addEventListener("change", count);
    form.addEventListener("change", explain);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit(one("[data-send]", form));
      if (!/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target.matches("textarea, select, input:not([type=radio])")) return;
      const at = document.activeElement.closest(".criterion") || criteria.find((criterion) => !chosen(criterion));
      const level = at && levels(at).find((input) => input.value === event.key);
      if (!level) return;
      level.click();
      const next = criteria[criteria.indexOf(at) + 1];
      const target = next && (chosen(next) || levels(next)[0]);
      (target || level).focus();
      (target ? next : at).scrollIntoView({ block: "nearest" });
    });
    count();
  }

  function tabs(box) {
    const list = one("[role=tablist]", box), buttons = all("[role=tab]", list);
    const panels = buttons.map((button) => document.getElementById(button.getAttribute("aria-controls")));
    box.classList.add("is-scripted");
    function show(index, focus) {
      buttons.forEach((button, i) => { button.setAttribute("aria-selected", i === index); button.tabIndex = i === index ? 0 : -1; });
      panels.forEach((panel, i) => { panel.hidden = i !== index; });
      if (focus) buttons[index].focus();
    }
    panels.forEach((panel) => panel.setAttribute("role", "tabpanel"));
    buttons.forEach((button, index) => {
      button.addEventListener("click", () => show(index));
      button.addEventListener("keydown", ({ key }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (step) show((index + step + buttons.length) % buttons.length, true);
      });
    });
    const hash = panels.findIndex((panel) => location.hash && one(location.hash.replace(/[^#\w-]/g, ""), panel));
    const broken = panels.findIndex((panel) => one(".govuk-error-message", panel));
    const phone = innerWidth < 1000 ? panels.findIndex((panel) => panel.id === box.dataset.onPhone) : -1;
    show(hash >= 0 ? hash : broken >= 0 ? broken : Math.max(phone, 0));
  }

  function counter(note) {
    const text = document.getElementById(note.dataset.counterFor);
    const say = () => {
      const left = Number(note.dataset.limit) - text.value.length;
      note.classList.toggle("is-over", left < 0);
      note.textContent = fill(left < 0 ? note.dataset.over : note.dataset.left, { n: Math.abs(left).toLocaleString(document.documentElement.lang) });
    };
    text.addEventListener("input", say);
    say();
  }

  function searchable(select) {
    const find = document.createElement("input"), options = [...select.options];
    const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
    find.type = "search"; find.className = "govuk-input finder"; find.placeholder = select.dataset.searchable; find.autocomplete = "off";
    find.setAttribute("aria-label", select.dataset.searchable); find.setAttribute("aria-controls", select.id);
    select.before(find);
    find.addEventListener("input", () => {
      const words = plain(find.value).split(/\s+/);
      const fits = options.filter((option) => option.value && words.every((word) => plain(option.text).includes(word)));
      const first = fits.length ? options[0] : new Option(select.dataset.nothing, "");
      const before = select.value;
      select.replaceChildren(first, ...fits);
      select.value = fits.some((option) => option.value === before) ? before : fits.length === 1 ? fits[0].value : "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // The slash leads to the search of the header, as in every other place.
  document.addEventListener("keydown", (event) => {
    const find = one("[data-search]");
    if (event.key !== "/" || !find || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    find.focus();
  });

  function narrow(list) {
    const find = document.createElement("input"), items = all(".govuk-checkboxes__item", list);
    const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
    find.type = "search"; find.className = "govuk-input finder"; find.autocomplete = "off";
    find.setAttribute("aria-label", list.dataset.narrow); find.placeholder = list.dataset.narrow;
    list.prepend(find);
    find.addEventListener("input", () => {
      const words = plain(find.value).split(/\s+/);
      items.forEach((item) => { item.hidden = !one("input", item).checked && !words.every((word) => plain(item.textContent).includes(word)); });
    });
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  // A form whose chosen mode fills other fields: data-presets='{"mode": {"field": "value"}}'.
  function presets(form) {
    const known = JSON.parse(form.dataset.presets);
    form.addEventListener("change", ({ target }) => {
      if (target.name !== "mode") return;
      for (const [name, value] of Object.entries(known[target.value] || {})) form.elements[name].value = value;
    });
  }

  // Only pages that ask for parts of themselves load what fetches them; it starts by itself.
  const { htmx } = document.currentScript.dataset;
  if (one(":is([data-hx-get],[data-hx-post])")) document.head.append(Object.assign(document.createElement("script"), { src: htmx }));

  function start(root) {
    all("form[data-autosave]", root).forEach(autosave);
    all("form[data-scoring]", root).forEach(scoring);
    all("[data-tabs]", root).forEach(tabs);
    all("[data-counter-for]", root).forEach(counter);
    all("select[data-searchable]", root).forEach(searchable);
    all("[data-narrow]", root).forEach(narrow);
    all("form[data-presets]", root).forEach(presets);
    const summary = one("[data-error-summary]", root);
    if (summary) summary.focus();
  }

  const view = one("[data-view-switch]");
  if (view) view.addEventListener("click", (event) => {
    event.preventDefault();
    const large = document.documentElement.classList.toggle("low-vision");
    document.cookie = `view=${large ? "large" : "plain"}; path=/; max-age=31536000; samesite=lax`;
    view.textContent = large ? view.dataset.plain : view.dataset.large;
  });
  document.addEventListener("click", ({ target }) => all("details.menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; }));
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; }); });
  one(".section-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  start(document);
})();
