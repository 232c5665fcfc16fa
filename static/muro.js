/*
 * The wall: turns its pages by itself, tells the time, keeps the screen awake. The rows and the
 * connection are live.js's.
 */
(() => {
  const doc = document;
  const $ = (id) => doc.getElementById(id);
  const PAGE_MS = 12000; // a page of a dozen rows is read in less
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // --- pages: the list scrolls by whole rows ---

  const frame = $("ventana");
  const rows = () => [...doc.querySelectorAll("#ocupados > .fila")];

  /** Where each page begins and, at last, where the list ends, in pixels. */
  const edges = () => {
    frame.style.maxHeight = "";
    const height = frame.clientHeight; // all that the page leaves for it
    const out = [];
    let end = 0;
    for (const row of rows()) {
      const top = row.offsetTop;
      end = top + row.offsetHeight;
      if (out.length === 0 || end - out.at(-1) > height) out.push(top);
    }
    return [...out, end];
  };

  const say = (number, of) => {
    const text = of > 1 ? `Página ${number} de ${of}` : "";
    const box = $("pagina");
    if (box.textContent !== text) box.textContent = text;
  };

  let at = 0;
  const show = () => {
    const all = edges();
    const count = all.length - 1;
    if (at >= count) at = 0;
    const [top = 0, end = 0] = all.slice(at);
    // Whole rows only: half a row at the edge can't be read.
    if (count > 0) frame.style.maxHeight = `${end - top}px`;
    frame.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
    say(at + 1, count);
  };
  setInterval(() => {
    at++;
    show();
  }, PAGE_MS);
  addEventListener("resize", show);

  // --- the time in the shop, by the server's clock ---

  const clock = $("reloj");
  const bornMs = Number(doc.body.dataset.ahora) - performance.now();
  const format = new Intl.DateTimeFormat("es-CL", {
    timeZone: clock.dataset.zona,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const tick = () => {
    const text = format.format(bornMs + performance.now());
    if (clock.textContent !== text) clock.textContent = text;
  };
  setInterval(tick, 1000);
  tick();
  show(); // after the time, which takes its own room

  // --- the screen stays on where the browser allows; a lock ends when the page is hidden ---

  const wake = async () => {
    if (doc.hidden || !navigator.wakeLock) return;
    try {
      await navigator.wakeLock.request("screen");
    } catch {
      // Refused (battery, policy): the screen's own settings decide.
    }
  };
  doc.addEventListener("visibilitychange", wake);
  wake();
})();
