// Forms that are sent by their button only: what is typed stays on this device until the button is pressed.
(() => {
  const memory = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* private mode */ } },
  };
  for (const form of document.querySelectorAll("form[data-kept]")) {
    const key = `kept:${form.dataset.kept}`, version = form.elements.version ? form.elements.version.value : "";
    const typed = () => [...form.elements].filter((input) => input.name && !["hidden", "file", "submit"].includes(input.type));
    const values = () => typed().map((input) => [input.name, input.value, input.checked]);
    const stored = memory.get(key);
    if (stored) {
      // After the button a page with the same version is one that refused: it shows the words itself.
      const lost = stored.version === version && !stored.sent && JSON.stringify(stored.values) !== JSON.stringify(values());
      if (lost && !form.querySelector(".govuk-error-message")) {
        typed().forEach((input, at) => {
          const [name, value, checked] = stored.values[at] || [];
          if (name !== input.name) return;
          if (["radio", "checkbox"].includes(input.type)) input.checked = checked; else input.value = value;
        });
        const told = Object.assign(document.createElement("p"), { className: "govuk-body muted", textContent: form.dataset.restored });
        told.setAttribute("role", "status");
        form.prepend(told);
      }
      if (!lost) memory.drop(key);
    }
    for (const name of ["input", "change"]) form.addEventListener(name, () => memory.set(key, { version, values: values() }));
    form.addEventListener("submit", () => { const kept = memory.get(key); if (kept) memory.set(key, { ...kept, sent: true }); });
  }
})();
