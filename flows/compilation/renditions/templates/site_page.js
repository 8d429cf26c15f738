"use strict";

/* A button that copies the reference; without scripts the reference is selected by hand. */
(function () {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      let done = false;
      try {
        await navigator.clipboard.writeText(source.textContent);
        done = true;
      } catch (_refused) {
        done = document.execCommand("copy");
      }
      button.textContent = done ? "Скопировано" : "Выделено: нажмите Ctrl+C";
      setTimeout(() => {
        button.textContent = words;
      }, 3000);
    });
  }
})();
