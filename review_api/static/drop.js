// A file may be dropped on the zone of a form that sends it whole; its name and size are told at once.
(() => {
  const language = document.documentElement.lang, units = language === "ru" ? ["КБ", "МБ"] : ["KB", "MB"];
  const size = (bytes) => {
    const small = bytes < 1048576;
    return `${(bytes / (small ? 1024 : 1048576)).toLocaleString(language, { maximumFractionDigits: small ? 0 : 1 })}\u00a0${units[small ? 0 : 1]}`;
  };
  for (const zone of document.querySelectorAll("form:not([data-uploads]) [data-drop]")) {
    const input = zone.querySelector("input[type=file]"), state = zone.querySelector("[data-upload-state]");
    const tell = () => {
      const file = input.files[0];
      const words = file && (file.size ? state.dataset.chosen : state.dataset.empty);
      if (words) state.textContent = words.replace("{name}", file.name).replace("{size}", size(file.size));
    };
    input.addEventListener("change", tell);
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; tell(); }
    });
  }
})();
