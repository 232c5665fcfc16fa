/*
 * Getting in (spec 8): the PIN's pad, a password that can be looked at, codes that a link carries
 * behind its `#`, where no server and no log sees them. Everything works without this file.
 */
(() => {
  const doc = document;

  for (const button of doc.querySelectorAll("[data-mostrar]")) {
    const field = button.parentElement.querySelector("input");
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = shown ? "Mostrar" : "Ocultar";
      field.focus();
    });
  }

  const pad = doc.querySelector("[data-teclado]");
  if (pad) {
    const form = pad.closest("form");
    const field = form.querySelector("input[name=pin]");
    pad.hidden = false;
    form.querySelector("[data-sin-teclado]")?.remove();
    // The pad is the keyboard: the tablet's own would cover it. A real one still types.
    field.inputMode = "none";
    field.focus();
    pad.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      const digit = button?.dataset.digito;
      if (digit && field.value.length < field.maxLength) field.value += digit;
      if (button && "borrar" in button.dataset) field.value = field.value.slice(0, -1);
    });
    form.addEventListener("submit", () => {
      for (const button of pad.querySelectorAll("button")) button.disabled = true;
    });
    // Back to this page by `back`: empty, and with its buttons.
    addEventListener("pageshow", () => {
      field.value = "";
      for (const button of pad.querySelectorAll("button")) button.disabled = false;
    });
  }

  const code = doc.querySelector("input[name=codigo]");
  if (code && location.hash.length > 1) {
    // Codes need no encoding; what a browser encoded all the same is typed by hand.
    code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    code.closest("form").querySelector("[data-primero]")?.focus();
  }
})();
