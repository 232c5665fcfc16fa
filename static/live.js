/*
 * ZEUES in the browser (spec 6): owns the stream's connection, puts rows in their place, keeps the
 * finger's row still, says how the connection is. htmx and its SSE extension do all the rest;
 * what a tablet has beyond that is in tablet.js.
 */
(() => {
  const doc = document;
  const body = doc.body;
  const $ = (id) => doc.getElementById(id);
  const on = (target, types, listener) => {
    for (const type of types.split(" ")) target.addEventListener(type, listener);
  };

  // --- the stream: a facade that never changes over EventSources that come and go ---

  const SILENCE_MS = 35000; // a ping comes every 15 s: two missed ones and some
  const HOLD_MS = 350; // a row must not move between a finger's down and the click after its up
  const listeners = {};
  const held = [];
  let source = null;
  let timer = 0;
  let tries = 0;
  let shown = -1; // the seq that this page shows
  let heardAt = 0;
  let finger = false;
  let letGo = 0;
  let leaving = false;

  const zona = () => doc.querySelector("#resultado[data-eventos]") || $("zona");

  const say = (state) => {
    const box = $("conexion");
    if (!box) return;
    body.dataset.conexion = state;
    const words = box.querySelector("span");
    if (words.textContent !== state) words.textContent = state;
    box.querySelector("button").hidden = state === "Conectado";
    $("rancio").hidden = state !== "Desconectado";
  };

  const deliver = (event) => {
    for (const listener of listeners[event.type] || []) listener(event);
    shown = Math.max(shown, Number(event.lastEventId) || 0);
  };

  const release = () => {
    finger = false;
    for (const act of held.splice(0)) act();
  };

  const close = () => {
    clearTimeout(timer);
    timer = 0;
    if (source) source.close();
    source = null;
  };

  const later = (ms) => {
    close();
    timer = setTimeout(open, ms);
  };

  const failed = () => {
    const wait = Math.min(30, 2 ** tries++) * 1000;
    say(tries > 3 || !navigator.onLine ? "Desconectado" : "Reconectando");
    later(wait * (0.8 + Math.random() * 0.4));
    // An EventSource does not tell a 401 from a broken line: ask once, and sign in again.
    fetch(`/sesion/viva?quien=${body.dataset.quien || ""}`, { cache: "no-store" })
      .then((answer) => answer.status === 401 && location.reload())
      .catch(() => {}); // the line is down: the timer tries again
  };

  function open() {
    close();
    if (doc.hidden || leaving || !zona()?.dataset.eventos) return;
    if (shown < 0) shown = Number(zona().dataset.desde);
    if (tries === 0) say("Reconectando");
    heardAt = performance.now();
    const mine = new EventSource(
      `${zona().dataset.eventos}&desde=${shown}&quien=${body.dataset.quien || ""}`,
    );
    source = mine;
    const hear = (type, act) =>
      mine.addEventListener(type, (event) => {
        if (source !== mine) return;
        heardAt = performance.now();
        act(event);
      });
    hear("ping", (event) => {
      tries = 0;
      clock(Number(event.data));
      say("Conectado");
      if (held.length === 0) shown = Math.max(shown, Number(event.lastEventId));
    });
    hear("spool_update", (event) => {
      if (finger) held.push(() => deliver(event));
      else deliver(event);
    });
    hear("resincronizar", () => location.reload());
    hear("volver", (event) => {
      say("Reconectando");
      later(Number(event.data));
    });
    mine.onerror = () => source === mine && failed();
  }

  const restart = () => {
    tries = 0;
    open();
  };

  htmx.createEventSource = () => ({
    addEventListener: (type, listener) => {
      listeners[type] ||= [];
      listeners[type].push(listener);
    },
    removeEventListener: (type, listener) => {
      listeners[type] = (listeners[type] || []).filter((known) => known !== listener);
    },
    close() {},
  });

  on(doc, "visibilitychange", () => (doc.hidden ? close() : restart()));
  const leave = () => {
    leaving = true;
    close();
  };
  on(window, "pagehide", leave);
  // Salir ends the stream too: without this the page would ask to come back to where it was.
  on(body, "submit", ({ target }) => target.matches(".yo") && leave());
  on(window, "pageshow", (event) => {
    leaving = false;
    if (event.persisted) restart();
  });
  on(window, "online", restart);
  on(window, "offline", () => {
    close();
    say("Desconectado");
  });
  setInterval(() => {
    if (source && performance.now() - heardAt > SILENCE_MS) failed();
  }, 5000);

  on(doc, "pointerdown", () => {
    clearTimeout(letGo);
    finger = true;
  });
  on(doc, "pointerup pointercancel", () => {
    clearTimeout(letGo);
    letGo = setTimeout(release, HOLD_MS);
  });

  // --- rows: each in its sorted place, an older version never over a newer one ---

  const SEEN_MAX = 500; // answers and pages overtake the stream by seconds, not by more events
  const seen = new Map(); // row id to the newest version told, also of rows that are gone

  const placeFor = (list, key) => {
    const rows = list.children;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].dataset.k < key) low = middle + 1;
      else high = middle;
    }
    return rows[low] || null;
  };

  const put = (list, row, old) => {
    const focused = old?.contains(doc.activeElement) && doc.activeElement;
    const at = focused ? [...old.querySelectorAll("a,button,input")].indexOf(focused) : -1;
    old?.remove();
    const next = placeFor(list, row.dataset.k);
    // "Mostrar más" stands at the last row's key: rows beyond it come when they are asked for.
    if (!next && list.lastElementChild?.matches("[data-mas]")) return;
    list.insertBefore(row, next);
    htmx.process(row);
    if (focused) row.querySelectorAll("a,button,input")[at]?.focus({ preventScroll: true });
  };

  on(body, "htmx:processTemplate", ({ detail: { type, template } }) => {
    if (type !== "fila") return;
    const { id } = template;
    const { ul, v } = template.dataset;
    const list = $(ul);
    const old = $(id);
    const version = Number(v);
    const known = old ? Number(old.dataset.v) : (seen.get(id) ?? -1);
    if (!list || version <= known) return;
    seen.delete(id);
    seen.set(id, version);
    // The oldest told is the least likely to be told again.
    if (seen.size > SEEN_MAX) seen.delete(seen.keys().next().value);
    const row = template.content.firstElementChild;
    if (row) put(list, row, old);
    else old?.remove();
    if (row) ticks(row);
  });

  on(body, "htmx:load", ({ target }) => {
    // Rows of "Mostrar más" that the stream has overtaken on the way.
    if (seen.get(target.id) > Number(target.dataset.v)) target.remove();
    else ticks(target);
  });

  // --- time: counted from the server's clock, a tablet's own may be days off ---

  let offset = 0;
  function clock(serverMs) {
    offset = serverMs - performance.now();
  }
  window.ahora = () => performance.now() + offset; // tablet.js counts by it too
  const lapse = (ms) => {
    const minutes = Math.max(0, Math.floor(ms / 60000));
    const hours = Math.floor(minutes / 60);
    if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
    return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
  };
  function ticks(root) {
    const now = window.ahora();
    for (const box of root.querySelectorAll("[data-desde].lapso")) {
      const text = lapse(now - box.dataset.desde);
      if (box.textContent !== text) box.textContent = text;
    }
  }
  clock(Number(body.dataset.ahora));
  ticks(doc);
  setInterval(ticks, 10000, doc);

  // --- actions: one POST per tap, each with a key of its own ---

  on(body, "htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "post") return;
    const bits = crypto.getRandomValues(new Uint32Array(4));
    detail.headers["Idempotency-Key"] = Array.from(bits, (n) => n.toString(36)).join("-");
    detail.headers["X-Vista"] = zona().dataset.eventos || "";
  });
  on(body, "htmx:beforeSwap", ({ detail }) => {
    // An answer moves rows as the stream does: it waits for the finger too.
    if (!finger || detail.requestConfig.verb !== "post" || !detail.shouldSwap) return;
    detail.shouldSwap = false;
    held.push(() => htmx.swap(body, detail.serverResponse, { swapStyle: "none" }));
  });
  on(body, "htmx:confirm", (event) => {
    if (event.target.ariaBusy === "true") event.preventDefault();
  });
  on(body, "htmx:beforeSend", ({ target }) => {
    target.ariaBusy = "true";
  });
  on(body, "htmx:afterRequest", ({ target, detail }) => {
    target.ariaBusy = null;
    if (detail.xhr.status === 401) location.reload();
  });
  on(body, "htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id !== "resultado") return;
    ticks(doc);
    // A search shows another slice at another seq: its stream begins there.
    shown = Number(zona().dataset.desde);
    restart();
  });
  on(body, "click", ({ target }) => {
    if (target.closest("[data-cerrar]")) $("rechazo").replaceChildren();
    if (target.closest("#conexion button")) restart();
  });

  open();
})();
