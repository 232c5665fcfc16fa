/*
 * A tablet's comforts (docs/decisions/tablet.md): a lost tap is sent again, a scanner works from
 * anywhere on the page, several rows are picked, what happened is heard and felt. Each action works
 * without this file; live.js keeps the page true.
 */
(() => {
  const doc = document;
  const body = doc.body;
  const $ = (id) => doc.getElementById(id);
  const on = (target, types, listener, options) => {
    for (const type of types.split(" ")) target.addEventListener(type, listener, options);
  };
  const make = (name, properties, ...children) => {
    const element = Object.assign(doc.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const say = (id, text) => {
    const box = $(id);
    if (box && box.textContent !== text) box.textContent = text;
  };
  const refuse = (text) =>
    $("rechazo").replaceChildren(
      make("p", {}, text),
      Object.assign(make("button", { type: "button", className: "boton" }, "Entendido"), {
        onclick: () => $("rechazo").replaceChildren(),
      }),
    );

  // --- who is here: touches keep them signed in, a page learns that they no longer are ---

  const TOUCH_SAID_MS = 60000;
  let touchSaidAt = performance.now();

  const stillHere = (quien) => {
    // When the line is down live.js says so; the next try asks again.
    const ask = (path, options) =>
      fetch(path, options).then(
        ({ status }) => status === 401 && location.reload(),
        () => {},
      );
    const look = () => doc.hidden || ask(`/sesion/viva?quien=${quien}`);
    on(doc, "pointerdown keydown", () => {
      if (performance.now() - touchSaidAt < TOUCH_SAID_MS) return;
      touchSaidAt = performance.now();
      ask("/sesion/sigo", { method: "POST" });
    });
    on(doc, "visibilitychange", look);
    on(window, "pageshow", (event) => event.persisted && look());
    setInterval(look, TOUCH_SAID_MS);
  };
  if (body.dataset.quien) stillHere(body.dataset.quien);

  // --- sound and vibration: two tones, no files; a browser lets them out after the first touch ---

  const TONES = { hecho: [880, 1320], rechazo: [220, 165] };
  const PULSES = { hecho: 40, rechazo: [90, 60, 90] };
  let audio = null;
  const loud = () => localStorage.getItem("sonido") !== "no";

  const signal = (kind) => {
    body.dataset.senal = kind;
    if (!loud()) return;
    navigator.vibrate?.(PULSES[kind]);
    if (audio?.state !== "running") return;
    for (const [index, hertz] of TONES[kind].entries()) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const at = audio.currentTime + index * 0.12;
      tone.type = kind === "hecho" ? "sine" : "square";
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.11);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.12);
    }
  };

  on(doc, "pointerdown keydown", () => {
    if (!window.AudioContext || !loud() || audio?.state === "running") return;
    // Not in the way of the tap's own answer: making it costs a slow tablet 60 ms.
    setTimeout(() => {
      audio ||= new AudioContext();
      if (audio.state === "suspended") audio.resume();
    }, 300);
  });

  const showSound = () => {
    const button = $("sonido");
    if (!button) return;
    button.hidden = false;
    button.ariaPressed = String(loud());
    button.textContent = loud() ? "Sonido y vibración: sí" : "Sonido y vibración: no";
  };

  // --- taps that got no answer: the same request with the same key, until one comes ---

  const LIMIT_MS = 30000; // issue 3
  const ATTEMPT_MS = 10000;
  const PAUSE_MAX_MS = 5000;
  const AWAY = new Set([502, 503, 504]);
  const lost = new Set(); // jobs under way
  const plainSwap = { swapStyle: "none" };

  /** Ends early when the tablet's network is back. */
  const pause = (ms) =>
    new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        window.removeEventListener("online", end);
        done();
      };
      const timer = setTimeout(end, ms);
      window.addEventListener("online", end);
    });

  /** One try. null: no answer, or none that says what became of it. */
  const ask = async (path, options, limitMs) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limitMs);
    try {
      const answer = await fetch(path, { ...options, cache: "no-store", signal: stop.signal });
      return { status: answer.status, html: await answer.text() };
    } catch {
      return null; // the line is down, or it took too long: the caller tries again
    } finally {
      clearTimeout(timer);
    }
  };

  const told = ({ status, html }) => {
    if (status === 401) location.reload();
    htmx.swap(body, html, plainSwap);
    signal(status < 400 ? "hecho" : "rechazo");
  };

  const showJobs = () => {
    const [job] = lost;
    const more = lost.size > 1 ? ` y ${lost.size - 1} más` : "";
    say("envio", job ? `Enviando ${job.label}${more}… reintento ${job.tries}` : "");
  };

  /** After the limit nothing is sent any more; what became of it is asked until it is known. */
  const clearUp = async ({ label, headers }) => {
    refuse(`Sin respuesta: ${label}. Ya no se envía; al volver la conexión se dirá si se hizo.`);
    signal("rechazo");
    for (;;) {
      await pause(PAUSE_MAX_MS);
      const answer = await ask("/acciones/hecha", { headers }, ATTEMPT_MS);
      if (answer?.status === 200) return told(answer);
      if (answer?.status === 401) return location.reload();
      if (answer?.status === 404) {
        refuse(`No se hizo: ${label}. Tócalo otra vez si todavía hace falta.`);
        return signal("rechazo");
      }
    }
  };

  const again = async (job) => {
    lost.add(job);
    const rest = () => LIMIT_MS - (performance.now() - job.since);
    let answer = null;
    while (!answer && rest() > 0) {
      job.tries++;
      showJobs();
      await pause(Math.min(1000 * 2 ** (job.tries - 1), PAUSE_MAX_MS, rest()));
      if (rest() <= 0) break;
      const { path, headers, form } = job;
      answer = await ask(
        path,
        { method: "POST", headers, body: form },
        Math.min(ATTEMPT_MS, rest()),
      );
      if (AWAY.has(answer?.status)) answer = null;
    }
    lost.delete(job);
    job.form_element.ariaBusy = null;
    showJobs();
    if (answer) told(answer);
    else clearUp(job);
  };

  on(body, "htmx:beforeSend", ({ detail: { xhr, requestConfig, elt } }) => {
    if (requestConfig.verb !== "post") return;
    const { path, headers, formData, triggeringEvent } = requestConfig;
    const button = triggeringEvent?.submitter;
    const job = {
      path,
      headers: { ...headers },
      form: new URLSearchParams(formData),
      form_element: elt,
      label: button?.ariaLabel || button?.textContent || "la acción",
      tag: formData.get("tag_spool") ?? formData.get("tag_uri"),
      since: performance.now(),
      tries: 0,
    };
    const retry = () => {
      elt.ariaBusy = "true";
      again(job);
    };
    // On the request itself: the row may be gone by then, and with it htmx's own events.
    on(xhr, "error timeout", retry);
    on(xhr, "load", () => {
      if (AWAY.has(xhr.status)) retry();
      else signal(xhr.status < 400 ? "hecho" : "rechazo");
    });
  });
  // Caught on the way down, before live.js: such an answer is no answer.
  const hide = ({ detail }) => {
    const { verb } = detail.requestConfig;
    if (verb === "post" && AWAY.has(detail.xhr.status)) detail.shouldSwap = false;
  };
  on(doc, "htmx:beforeSwap", hide, true);
  on(body, "htmx:confirm", (event) => {
    const form = event.detail.elt;
    if (event.detail.verb !== "post" || !(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const tag = data.get("tag_spool") ?? data.get("tag_uri");
    if ([...lost].some((job) => job.tag === tag)) event.preventDefault();
  });

  // --- several at once: what is picked is kept by row, so that a swapped row stays picked ---

  const BATCH_MAX = 50;
  const picked = new Map(); // list's id to a map of row id to [field, tag]
  const picks = (ul) => {
    if (!picked.has(ul)) picked.set(ul, new Map());
    return picked.get(ul);
  };
  const boxOf = (id) => $(id)?.querySelector(".elegir input");

  /** Ticks the boxes of what is picked, also in rows that were swapped. @returns how many are gone. */
  const tick = (rows) => {
    let gone = 0;
    for (const id of rows.keys()) {
      const box = boxOf(id);
      if (box) box.checked ||= true;
      else gone++;
    }
    return gone;
  };
  const countText = (size, gone) =>
    [
      size === 0 && "Marca los carretes",
      size > 0 && `${size} ${size > 1 ? "elegidos" : "elegido"}`,
      size > BATCH_MAX && `el máximo es ${BATCH_MAX}`,
      gone > 0 && `${gone} fuera de la lista`,
    ]
      .filter(Boolean)
      .join(" · ");

  const showPicks = (ul) => {
    const bar = $(`lote-${ul}`);
    if (!bar) return;
    const rows = picks(ul);
    const text = countText(rows.size, tick(rows));
    const output = bar.querySelector("output");
    if (output.textContent !== text) output.textContent = text;
    const idle = rows.size === 0 || rows.size > BATCH_MAX;
    for (const button of bar.querySelectorAll("button")) button.disabled = idle;
  };
  const showAllPicks = () => ["mios", "disponibles"].forEach(showPicks);

  const dropPicks = (ul) => {
    for (const id of picks(ul).keys()) {
      const box = boxOf(id);
      if (box) box.checked = false;
    }
    picks(ul).clear();
    showPicks(ul);
  };

  on(body, "change", ({ target }) => {
    if (target.matches(".varios input") && !target.checked) dropPicks(target.id.slice(7));
    if (!target.matches(".elegir input")) return;
    const row = target.closest("li");
    const ul = row.parentElement.id;
    if (target.checked) picks(ul).set(row.id, [target.name, target.value]);
    else picks(ul).delete(row.id);
    showPicks(ul);
  });
  on(body, "htmx:configRequest", ({ detail }) => {
    if (!detail.elt.id.startsWith("lote-")) return;
    for (const [id, [field, tag]] of picks(detail.elt.id.slice(5))) {
      if (!boxOf(id)) detail.formData.append(field, tag);
    }
  });
  on(body, "htmx:afterRequest", ({ detail: { elt, xhr, requestConfig } }) => {
    if (requestConfig.verb !== "post" || !(xhr.status >= 200 && xhr.status < 300)) return;
    if (elt.id.startsWith("lote-")) {
      const ul = elt.id.slice(5);
      dropPicks(ul);
      $(`varios-${ul}`).checked = false;
    }
    if (elt.matches("[data-limpiar]")) elt.reset();
  });

  // --- the scanner: it types wherever the focus is; Enter asks, a second Enter takes ---

  const CONFIRM_MS = 5000;
  const KEPT = "escaneo"; // a search on another page goes on where it was
  const WRITES = "input:not([type=checkbox]),textarea,select";
  const VERB = { TOMAR: "Tomar", APROBAR: "Aprobar" };
  let armed = null;
  let disarming = 0;
  let wanted = null; // the text whose result Enter waits for
  let fresh = false; // the next key begins a new text

  const results = () => $("disponibles") || $("encontrados");

  const disarm = (text = "") => {
    clearTimeout(disarming);
    doc.querySelector(".fila.confirmar")?.classList.remove("confirmar");
    armed = null;
    say("escaneo", text);
    $("escaneo")?.classList.remove("mal");
  };
  const missed = (text) => {
    disarm(text);
    $("escaneo").classList.add("mal");
    signal("rechazo");
  };

  const textOf = (row) => row.querySelector(".tag b").textContent;
  const visible = (element) => element.getClientRects().length > 0;
  const mainButtons = (row) =>
    [...row.querySelectorAll("button.lleno[name=accion]")].filter(visible);

  const arm = (row, button) => {
    disarm();
    armed = { id: row.id, accion: button.value };
    row.classList.add("confirmar");
    row.scrollIntoView({ block: "nearest" });
    const words = button.textContent.trim().replace(/\s+/g, " ");
    say("escaneo", `${VERB[button.value] ?? words} ${textOf(row)}: Enter otra vez`);
    disarming = setTimeout(() => disarm("Pasaron 5 segundos: no se tomó nada."), CONFIRM_MS);
  };

  const same = (text) => (row) => textOf(row).toLowerCase() === text.toLowerCase();

  /** Nothing to take is called so: perhaps I hold it, or it stands elsewhere in the shop. */
  const nothing = (text) => {
    const mine = [...doc.querySelectorAll("#mios > .fila")].find(same(text));
    mine?.scrollIntoView({ block: "center" });
    missed(mine ? `Ya tienes ${text}.` : `No está disponible aquí: ${text}.`);
    if (mine || results().id === "encontrados") return;
    const href = `/buscar?q=${encodeURIComponent(text)}`;
    $("escaneo").append(" ", make("a", { className: "boton", href }, "Buscar en el taller"));
  };

  /** The one row that a text means: the only one found, or the only one of exactly this tag. */
  const judge = (text) => {
    const list = results();
    const rows = [...list.querySelectorAll(":scope > .fila")];
    const exact = rows.filter(same(text));
    const [row, other] = exact.length === 1 ? exact : rows;
    if (!row) return nothing(text);
    if (other) return missed(`Hay ${$(`n-${list.id}`).textContent} que coinciden: escribe más.`);
    const [button, second] = mainButtons(row);
    if (!button) return missed(`${textOf(row)} no se puede tomar.`);
    if (second) return missed(`${textOf(row)}: elige la operación.`);
    arm(row, button);
  };

  const take = () => {
    const { id, accion } = armed;
    const row = $(id);
    const button = row && mainButtons(row).find((one) => one.value === accion);
    disarm();
    // A click, not requestSubmit: htmx learns from it which button it was.
    if (button) {
      button.click();
      $("q").value = ""; // the list is whole again for the next one
      $("q").dispatchEvent(new Event("search"));
    } else missed("Ese carrete ya no está disponible.");
  };

  const entered = (event, field) => {
    fresh = true;
    if (armed) {
      event.preventDefault();
      return take();
    }
    if (field.value.trim() === "") return event.preventDefault();
    if (field.form.hasAttribute("hx-get")) wanted = field.value.trim();
    else sessionStorage.setItem(KEPT, "1");
  };

  /** A character goes to the search field, wherever it was typed; a new text replaces the old. */
  const typed = (key, target, field) => {
    if (target !== field) {
      // A space presses the button that has the focus; no tag begins with one.
      if (key === " " || target.matches(WRITES)) return;
      field.focus({ preventScroll: true });
      fresh = true;
    }
    if (fresh) field.select();
    fresh = false;
    if (armed || $("escaneo").textContent) disarm();
  };

  on(doc, "keydown", (event) => {
    const field = $("q");
    const { key, target } = event;
    const command = event.ctrlKey || event.altKey || event.metaKey;
    if (!field || command || doc.querySelector("dialog[open]")) return;
    const asks = key === "Enter" && (target === field || (armed && target === body));
    if (asks) entered(event, field);
    else if (key === "Escape") disarm();
    else if (key.length === 1) typed(key, target, field);
  });
  // Settled, not swapped: only then are the rows' forms htmx's.
  on(body, "htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id !== "resultado") return;
    const text = wanted;
    if (text === null || $("q").value.trim() !== text) return;
    wanted = null;
    judge(text);
  });
  on(body, "htmx:sendError htmx:timeout", ({ detail }) => {
    if (detail.requestConfig.verb !== "get" || wanted === null) return;
    wanted = null;
    missed("Sin conexión: no se pudo buscar.");
  });

  // --- the camera, where the browser can read codes ---

  const LOOK_MS = 150;

  const found = (text) => {
    const field = $("q");
    field.value = text.trim();
    wanted = field.value;
    fresh = true;
    if (!field.form.hasAttribute("hx-get")) sessionStorage.setItem(KEPT, "1");
    field.form.requestSubmit();
  };

  const look = async () => {
    const video = make("video", { playsInline: true, muted: true });
    const cancel = make("button", { type: "button", className: "boton" }, "Cancelar");
    const box = make("dialog", { className: "camara" }, video, cancel);
    let stream = null;
    const close = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      box.remove();
    };
    on(box, "close", close);
    cancel.onclick = () => box.close();
    body.append(box);
    box.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!box.open) return close();
      video.srcObject = stream;
      await video.play();
      const detector = new BarcodeDetector();
      while (box.open) {
        const [code] = await detector.detect(video);
        if (code) {
          box.close();
          return found(code.rawValue);
        }
        await pause(LOOK_MS);
      }
    } catch {
      // No permission, no camera, or none that gives pictures: said, and typing still works.
      box.close();
      missed("La cámara no se puede usar.");
    }
  };

  // --- what was done may be undone for a while; other news goes by itself ---

  const NEWS_MS = 8000;
  let fading = 0;

  const showNews = () => {
    clearTimeout(fading);
    const box = $("aviso");
    if (!box.hasChildNodes()) return;
    const until = box.querySelector("[data-hasta]")?.dataset.hasta;
    const ms = until === undefined ? NEWS_MS : Number(until) - window.ahora();
    fading = setTimeout(() => box.replaceChildren(), Math.max(0, ms));
  };

  // --- the screen: awake while it is looked at, and how old what it shows is ---

  const stayAwake = async () => {
    if (doc.hidden) return;
    try {
      await navigator.wakeLock?.request("screen");
    } catch {
      // A low battery may forbid it; the screen then sleeps as the tablet is set.
    }
  };
  on(doc, "visibilitychange", stayAwake);

  const showAge = () => {
    const box = $("rancio");
    const age = box?.querySelector(".lapso");
    if (!age) return;
    if (box.hidden) {
      delete age.dataset.desde;
      age.textContent = "0 min";
    } else if (!age.dataset.desde) age.dataset.desde = String(window.ahora());
  };

  const showScreen = () => {
    const button = $("pantalla");
    if (button && doc.fullscreenEnabled) button.hidden = false;
  };

  on(body, "click", ({ target }) => {
    const { id } = target;
    if (id === "sonido") {
      localStorage.setItem("sonido", loud() ? "no" : "si");
      showSound();
      signal("hecho");
    }
    if (id === "pantalla") {
      if (doc.fullscreenElement) doc.exitFullscreen();
      else doc.documentElement.requestFullscreen();
    }
    if (id === "camara") look();
  });

  const keepMarks = () => {
    showAllPicks();
    if (armed) $(armed.id)?.classList.add("confirmar");
  };
  new MutationObserver(keepMarks).observe($("zona"), { childList: true, subtree: true });
  new MutationObserver(showNews).observe($("aviso"), { childList: true });
  new MutationObserver(showAge).observe($("rancio"), { attributeFilter: ["hidden"] });
  if (window.BarcodeDetector && navigator.mediaDevices && $("camara")) $("camara").hidden = false;
  showSound();
  showScreen();
  showAllPicks();
  stayAwake();
  if (sessionStorage.getItem(KEPT) && $("encontrados")) {
    sessionStorage.removeItem(KEPT);
    fresh = true;
    judge($("q").value.trim());
  }
})();
