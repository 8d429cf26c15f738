// The editor of an expert sheet: its buttons change the list in place, without loading the page.
(() => {
  "use strict";
  // What is being written is kept in sight beside the editor.
  document.addEventListener("focusin", ({ target }) => {
    const part = target.closest("form[data-sheet] .sheet-part");
    const shown = document.querySelectorAll("#sheet-preview .criterion, #sheet-preview .govuk-form-group");
    const parts = [...document.querySelectorAll("form[data-sheet] .sheet-part")];
    const beside = document.querySelector(".sheet-editor__preview"), seen = part && shown[parts.indexOf(part)];
    if (seen && beside.scrollHeight > beside.clientHeight) beside.scrollTo({ top: seen.offsetTop - beside.offsetTop - 16 });
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-sheet-act]");
    if (!button) return;
    event.preventDefault();
    const form = button.form, place = scrollY;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("sheet-editor");
      if (!fresh || answer.redirected) throw new Error("no editor");
      const next = fresh.querySelector("[autofocus]");
      if (next) next.removeAttribute("autofocus");
      document.getElementById("sheet-editor").replaceWith(fresh);
      htmx.process(fresh);
      scrollTo({ top: place });
      if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
    } catch {
      button.removeAttribute("data-sheet-act");
      button.click();
    }
  });
})();
