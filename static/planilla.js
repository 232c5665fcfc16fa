/*
 * The chip of the sheet, on the dashboard and on the wall: counts how long something waits, and
 * says a change of state to a screen reader, but not every second, nor what is over in a minute.
 */
(() => {
  const $ = (id) => document.getElementById(id);
  const MINUTE_MS = 60000;
  const two = (n) => String(n).padStart(2, "0");
  const clock = (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const minutes = Math.floor(seconds / 60);
    const rest = two(seconds % 60);
    if (minutes < 60) return `${minutes}:${rest}`;
    return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
  };
  let said = $("planilla").dataset.dicho;
  const tick = () => {
    const chip = $("planilla");
    const box = chip.querySelector("[data-hace]");
    const waited = window.ahora() - Number(box?.dataset.hace ?? 0);
    if (box && box.textContent !== clock(waited)) box.textContent = clock(waited);
    const { dicho } = chip.dataset;
    if (dicho === said || (box && waited < MINUTE_MS)) return;
    said = dicho;
    $("planilla-voz").textContent = dicho;
  };
  // By then live.js, which has the server's clock, is there too.
  addEventListener("DOMContentLoaded", tick);
  setInterval(tick, 1000);
  document.addEventListener("htmx:oobAfterSwap", tick);
})();
