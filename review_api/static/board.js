// The decisions board: moves the two cut-offs over the histogram and counts again at once.
// Without this file the form under the chart asks the server, which counts the same.
(() => {
  "use strict";
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const data = JSON.parse(board.dataset.board), works = data.score.length;
  const svg = board.querySelector("figure svg[role=img]"), SVG = "http://www.w3.org/2000/svg";
  const form = board.querySelector("form[data-cuts]"), kinds = ["publication", "live"];
  const language = document.documentElement.lang;
  const words = (at) => (at / 100).toLocaleString(language, { maximumFractionDigits: 2 });
  const zones = ["z-below", "z-between", "z-above"], floor = data.top + data.plot;
  const field = Object.fromEntries(kinds.map((kind) => [kind, form.elements[kind]]));
  const range = Object.fromEntries(kinds.map((kind) => [kind, board.querySelector(`[data-range=${kind}]`)]));
  const typed = (kind) => Math.round(100 * Number(field[kind].value.replace(",", ".")));
  const cuts = Object.fromEntries(kinds.map((kind) => [kind, typed(kind)]));
  const own = Object.fromEntries(kinds.map((kind) => [kind, Math.round(100 * Number(range[kind].dataset.own))]));

  function element(name, attributes, parent = svg) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  }

  // One pass over the works: what becomes of each, by track, by municipality, in all.
  function count() {
    const found = new Map(), add = (key) => found.set(key, (found.get(key) || 0) + 1);
    const competing = data.slots.map(() => 0);
    for (let i = 0; i < works; i += 1) {
      const outcome = cuts.publication <= data.yes[i] ? "yes" : cuts.publication >= data.no[i] ? "no" : data.else[i];
      const kept = [outcome === "e" ? "extra_review" : outcome === "c" ? "council" : outcome];
      if (outcome === "e" || outcome === "c") kept.push("unsettled");
      if (data.live[i] >= 0 && data.live[i] >= cuts.live) { kept.push("higher"); competing[data.track[i]] += 1; }
      if (data.score[i] >= 0 && kinds.some((kind) => Math.abs(data.score[i] - cuts[kind]) <= data.near)) kept.push("near");
      for (const kind of kept) for (const group of ["all", `track${data.track[i]}`, `place${data.place[i]}`]) add(`${group}.${kind}`);
    }
    competing.forEach((n, track) => {
      const places = Math.min(n, data.slots[track]);
      found.set(`track${track}.places`, places);
      found.set("all.places", (found.get("all.places") || 0) + places);
    });
    return found;
  }

  function write() {
    const found = count();
    for (const cell of board.querySelectorAll("[data-count]")) cell.textContent = found.get(cell.dataset.count) || 0;
    for (const note of board.querySelectorAll("[data-near]")) {
      note.hidden = !kinds.some((kind) => Math.abs(Number(note.dataset.near) - cuts[kind]) <= data.near);
    }
    const moved = kinds.some((kind) => cuts[kind] !== own[kind]);
    for (const part of board.querySelectorAll("[data-tried]")) part.hidden = !moved;
    for (const kind of kinds) {
      const save = board.querySelector(`[data-save] [name=${kind}]`);
      if (save) save.value = cuts[kind] / 100;
    }
  }

  function paint() {
    svg.querySelectorAll(zones.map((zone) => `rect.${zone}`).join()).forEach((bar) => bar.remove());
    const bins = Array.from({ length: 100 / data.bin }, () => [0, 0, 0]);
    for (const score of data.score) {
      if (score < 0) continue;
      bins[Math.min(Math.floor(score / (100 * data.bin)), bins.length - 1)][kinds.filter((kind) => score >= cuts[kind]).length] += 1;
    }
    const most = Math.max(1, ...bins.map((bin) => bin[0] + bin[1] + bin[2]));
    const before = svg.querySelector("rect.fragile, line");
    bins.forEach((bin, index) => {
      let y = floor;
      bin.forEach((n, zone) => {
        if (!n) return;
        const height = n * data.plot / most;
        y -= height;
        const bar = element("rect", { class: zones[zone], x: `${index * data.bin + 0.25}%`, width: `${data.bin - 0.5}%`, y, height });
        element("title", {}, bar).textContent = `${index * data.bin}–${(index + 1) * data.bin}: ${n}`;
        before.before(bar);
      });
    });
    for (const kind of kinds) place(kind);
  }

  function place(kind) {
    const at = cuts[kind] / 100, left = at >= Number(range[kind].dataset.turn), line = svg.querySelector(`.cut--${kind}`), name = svg.querySelector(`.cut-name--${kind}`);
    line.setAttribute("x1", `${at}%`); line.setAttribute("x2", `${at}%`);
    svg.querySelector(`.band--${kind}`).setAttribute("x", `${at - data.near / 100}%`);
    name.setAttribute("x", `${left ? at - 0.8 : at + 0.8}%`);
    name.setAttribute("text-anchor", left ? "end" : "start");
    name.textContent = `${name.dataset.words} ${words(cuts[kind])}`;
    for (const grip of svg.querySelectorAll(`[data-grip=${kind}]`)) grip.setAttribute("cx", `${at}%`);
    range[kind].value = at;
    range[kind].setAttribute("aria-valuetext", words(cuts[kind]));
    range[kind].parentElement.querySelector("output").textContent = words(cuts[kind]);
  }

  let frame = 0;
  function move(kind, at) {
    if (!Number.isFinite(at)) return;
    cuts[kind] = Math.min(10000, Math.max(0, Math.round(at)));
    field[kind].value = words(cuts[kind]);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => { paint(); write(); });
  }
  function carry(text) {
    const address = new URL(text, location.href);
    for (const kind of kinds) {
      if (cuts[kind] === own[kind]) address.searchParams.delete(kind);
      else address.searchParams.set(kind, cuts[kind] / 100);
    }
    return address.href;
  }
  // The address keeps what is being tried, so that a view can be sent to a colleague; links that
  // sort, filter and export, and the search, take it along.
  function keep() {
    history.replaceState(null, "", carry(location.href));
    for (const link of document.querySelectorAll("main a[href]")) {
      if (link.pathname === location.pathname && !link.closest("[data-tried], .section-nav")) link.href = carry(link.href);
    }
    const search = board.querySelector("form[role=search]");
    for (const kind of kinds) {
      search.querySelector(`input[name=${kind}]`)?.remove();
      if (cuts[kind] === own[kind]) continue;
      const kept = document.createElement("input");
      kept.type = "hidden"; kept.name = kind; kept.value = cuts[kind] / 100;
      search.append(kept);
    }
  }

  function handle(kind, y) {
    const hit = element("circle", { class: "grip-hit", r: 22, cy: y, "data-grip": kind });
    element("circle", { class: "grip", r: 8, cy: y, "data-grip": kind });
    const to = ({ clientX }) => {
      const box = svg.getBoundingClientRect();
      move(kind, 50 * Math.round(200 * (clientX - box.left) / box.width));
    };
    hit.addEventListener("pointerdown", (event) => { event.preventDefault(); hit.setPointerCapture(event.pointerId); });
    hit.addEventListener("pointermove", (event) => { if (hit.hasPointerCapture(event.pointerId)) to(event); });
    hit.addEventListener("pointerup", keep);
  }

  board.classList.add("is-scripted");
  for (const kind of kinds) {
    const name = svg.querySelector(`.cut-name--${kind}`);
    name.dataset.words = name.textContent.trim().replace(/\s\S+$/, "");
    range[kind].parentElement.hidden = false;
    range[kind].addEventListener("input", () => move(kind, 100 * Number(range[kind].value)));
    range[kind].addEventListener("change", keep);
  }
  form.hidden = true;
  handle("publication", data.top + data.plot * 0.62);
  handle("live", data.top + data.plot * 0.3);
  paint();
  write();
})();

// The list of proposals: the button says how many are ticked.
(() => {
  "use strict";
  const form = document.querySelector("form[data-chosen]");
  if (!form) return;
  const button = form.querySelector("button[type=submit]"), forms = new Intl.PluralRules(document.documentElement.lang);
  const say = () => {
    const n = form.querySelectorAll("input[name=decision]:checked").length;
    button.textContent = (form.dataset[forms.select(n)] || form.dataset.many).replace(/\d+/, n);
    button.disabled = !n;
  };
  form.addEventListener("change", say);
  say();
})();
