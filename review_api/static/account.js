// A password can be looked at while it is typed; without this file it simply stays hidden.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-password]")) {
    const input = box.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary password__toggle";
    button.setAttribute("aria-controls", input.id);
    const say = () => { button.textContent = input.type === "password" ? box.dataset.show : box.dataset.hide; };
    button.addEventListener("click", () => { input.type = input.type === "password" ? "text" : "password"; say(); });
    // What is seen on the screen must not be remembered as ordinary text by the browser.
    input.form.addEventListener("submit", () => { input.type = "password"; });
    say();
    input.after(button);
  }
})();
