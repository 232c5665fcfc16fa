/*
 * The dashboard's own: marks what is occupied for longer than the threshold, asks for a reason in
 * place, keeps the worker filter's loads current. Everything works without it, but for the mark.
 */
(() => {
  const doc = document;
  const $ = (id) => doc.getElementById(id);
  const HOUR_MS = 3600000;
  const MARK_MS = 10000;
  const FIRST_MS = 300; // live.js has put the swapped rows in their place by then

  // --- the mark: the longest come first, so that the late rows stand at the top ---

  const bornMs = Number(doc.body.dataset.ahora) - performance.now();
  const isLate = (row, limit) => {
    const since = row.querySelector(".lapso")?.dataset.desde;
    return since !== undefined && Number(since) <= limit;
  };
  const say = (late, more, hours) => {
    const count = `${more ? "Más de " : ""}${late.toLocaleString("es-CL")}`;
    const text = late ? `${count} sobre ${hours} h` : "";
    const box = $("tardes");
    if (box.textContent !== text) box.textContent = text;
  };
  let markedFor = 0;
  const mark = () => {
    const hours = Number($("umbral")?.dataset.horas);
    if (!hours) return;
    const limit = bornMs + performance.now() - hours * HOUR_MS;
    // A row is drawn anew without its mark, and only a new threshold takes marks away.
    if (hours !== markedFor) {
      for (const row of doc.querySelectorAll("#ocupados > .tarde")) row.classList.remove("tarde");
    }
    markedFor = hours;
    const rows = [...doc.querySelectorAll("#ocupados > .fila")];
    let late = 0;
    for (const row of rows) {
      if (!isLate(row, limit)) break;
      row.classList.add("tarde");
      late++;
    }
    const hidden = doc.querySelector("#ocupados > [data-mas]") !== null;
    say(late, hidden && late === rows.length, hours);
  };
  setInterval(mark, MARK_MS);
  let soon = 0;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(mark, FIRST_MS);
  };
  doc.body.addEventListener("htmx:afterSwap", later);
  doc.body.addEventListener("htmx:processTemplate", later);
  mark();

  // --- a reason, asked for in place ---

  const dialog = $("motivo");
  doc.body.addEventListener("click", (event) => {
    if (event.target.closest("[data-cerrar-motivo]")) dialog.close();
    const link = event.target.closest("a[data-motivo]");
    if (!link || !dialog?.showModal || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const tag = new URL(link.href).searchParams.get("tag");
    const form = dialog.querySelector("form");
    const button = form.elements.namedItem("accion");
    form.reset();
    form.elements.namedItem("tag_uri").value = encodeURIComponent(tag);
    $("motivo-titulo").textContent = link.getAttribute("aria-label");
    button.value = link.dataset.motivo;
    button.textContent = link.textContent.replace("…", "");
    dialog.showModal();
  });
  // What came of it stands above the list, refusals included.
  dialog?.addEventListener("htmx:afterRequest", () => dialog.close());
  dialog?.addEventListener("htmx:sendError", () => dialog.close());

  // --- the worker filter's loads ---

  const select = $("f-trabajador");
  const loads = () => {
    for (const option of select.options) {
      const link = $(`carga-${option.value}`);
      const [name] = option.textContent.split(" · ");
      const load = link?.querySelector("b").textContent ?? "0";
      const text = option.value === "" ? name : `${name} · ${load}`;
      if (option.textContent !== text) option.textContent = text;
    }
  };
  if (select) doc.body.addEventListener("htmx:oobAfterSwap", loads);
})();
