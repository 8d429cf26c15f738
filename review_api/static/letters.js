// The editor of letters: a placeholder clicked in the list goes into the text, where the cursor is.
const text = document.getElementById("text");
if (text) {
  for (const code of document.querySelectorAll("[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "letter-insert";
    button.textContent = code.textContent;
    button.addEventListener("click", () => {
      text.setRangeText(code.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.focus();
    });
    code.replaceWith(button);
  }
}
