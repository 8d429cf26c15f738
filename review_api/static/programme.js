// The programme: a talk is dragged to another place of its session; the number beside it does the same.
(() => {
  "use strict";
  let taken = null;
  const row = (node) => node.closest && node.closest("tr");
  const field = (line) => line.querySelector("form.order input[name=to]");
  const lines = [...document.querySelectorAll("form.order")].map((form) => row(form));
  for (const line of lines) { line.draggable = true; line.classList.add("js-drag"); }
  const clear = () => lines.forEach((line) => line.classList.remove("is-dragged", "is-target"));
  document.addEventListener("dragstart", (event) => {
    taken = row(event.target);
    if (!lines.includes(taken)) { taken = null; return; }
    event.dataTransfer.effectAllowed = "move";
    taken.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = row(event.target);
    if (!taken || !over || over.parentNode !== taken.parentNode) return;
    event.preventDefault();
    lines.forEach((line) => line.classList.toggle("is-target", line === over && line !== taken));
  });
  document.addEventListener("drop", (event) => {
    const over = row(event.target);
    if (!taken || !over || over === taken || over.parentNode !== taken.parentNode) return;
    event.preventDefault();
    const input = field(taken);
    input.value = field(over).value;
    input.form.requestSubmit();
  });
  document.addEventListener("dragend", () => { taken = null; clear(); });
})();
