/**
 * A browser that notices when a text of somebody's became more than text: a script that ran or
 * tried to (CSP reports), an element or an attribute that no view of ours writes, a request to
 * where no page of ours leads, a dialog, a window, a page that went elsewhere.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { quienPuede } from "../../src/http/access.ts";
import { SLOW_MS } from "../support/chromium.ts";

declare global {
  interface Window {
    __xss?: unknown;
    delatar?: (what: string) => void;
    mirar?: () => void;
  }
}

export interface Watched extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What was noticed so far, each once; empty when all is well. */
  readonly found: readonly string[];
  /** Opens an address of the site, lets its stream begin, looks at everything. @returns status */
  visit(path: string): Promise<number>;
  /** Sends a form from the page that is open, as a browser does; looks at what comes. */
  submit(path: string, fields: readonly (readonly [string, string])[]): Promise<void>;
  /** Looks at all that the page holds now, templates included. */
  look(): Promise<void>;
  /** Another window of the same browser. */
  tab(): Promise<Watched>;
}

/**
 * Runs in the page before anything else of it, by the debugger's way in, which no CSP forbids. It
 * must be whole in itself: it is sent as text.
 */
function watchPage(): void {
  const FORBIDDEN = new Set(
    "iframe frame object embed applet base math style marquee audio video".split(" "),
  );
  const LEADS = new Set(
    "href src action formaction srcset poster data background xlink:href hx-get hx-post".split(" "),
  );
  const tell = (what: string): void => window.delatar?.(`${location.pathname}: ${what}`);
  // A chart has its own styles.
  const isHtml = (): boolean => document.contentType === "text/html";
  const outer = (element: Element): string => element.outerHTML.slice(0, 200);

  const lookAtAttribute = (element: Element, { name, value }: Attr): void => {
    const alien =
      /^on|^hx-on|^data-hx|^data-xss$|^srcdoc$|^ping$/.test(name) ||
      // The wall's script measures its list.
      (name === "style" && !/^(max-height: \d+px;)?$/.test(value) && isHtml());
    const odd =
      (LEADS.has(name) && !/^(\/(?![/\\])|#|$)/.test(value)) ||
      (/^(hx-|sse-)/.test(name) && /\/marca\/|[<>"']/.test(value)) ||
      (name === "id" && /[<>"'\s]/.test(value));
    if (alien || odd) tell(`${name}="${value.slice(0, 100)}" in ${outer(element)}`);
  };
  const lookAtElement = (element: Element): void => {
    const { localName } = element;
    const forbidden =
      (FORBIDDEN.has(localName) && isHtml()) ||
      (localName === "meta" && element.hasAttribute("http-equiv")) ||
      (localName === "script" && !element.getAttribute("src")?.startsWith("/static/")) ||
      (localName === "link" && !element.getAttribute("href")?.startsWith("/static/"));
    if (forbidden) tell(`<${localName}>: ${outer(element)}`);
    for (const attribute of element.attributes) lookAtAttribute(element, attribute);
  };
  const lookAt = (root: Node): void => {
    const walker = document.createTreeWalker(
      root,
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT,
    );
    for (let node: Node | null = root; node; node = walker.nextNode()) {
      if (node instanceof Comment && /marca|xss/.test(node.data)) tell(`comment: ${node.data}`);
      if (node instanceof Element) lookAtElement(node);
      if (node instanceof HTMLTemplateElement) lookAt(node.content);
    }
  };
  window.mirar = () => {
    lookAt(document);
    if (window.__xss !== undefined) tell(`ran: __xss is ${String(window.__xss)}`);
  };
  document.addEventListener("securitypolicyviolation", (report) => {
    tell(`CSP ${report.effectiveDirective}: ${report.blockedURI} ${report.sample}`);
  });
  // Also what is gone again at once.
  new MutationObserver((records) => {
    for (const { addedNodes, target, type } of records) {
      if (type === "attributes" && target instanceof Element) lookAtElement(target);
      for (const node of addedNodes) lookAt(node);
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
}

/** How often a page that begins anew is looked at again. */
const LOOKS_MAX = 5;
/** What Chromium itself says of an answer that is a refusal. */
const OF_A_STATUS = /status of [45]\d\d/;

/** Tells of what is no page, file or stream of ours, seen from outside of the page. */
function watchTraffic(context: BrowserContext, url: string, tell: (what: string) => void): void {
  context.on("request", (request) => {
    const asked = new URL(request.url());
    const ours = asked.origin === url && quienPuede(request.method(), asked.pathname) !== null;
    const own = request.isNavigationRequest() && asked.origin === url;
    if (!ours && !(own && !asked.pathname.startsWith("/marca/"))) {
      tell(`${request.method()} ${request.url().slice(0, 200)}`);
    }
  });
  context.on("dialog", (dialog) => {
    tell(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("weberror", (fault) => tell(`fault: ${fault.error().message}`));
  context.on("console", (message) => {
    const kind = message.type();
    const text = message.text();
    const bad = /content.security.policy/i.test(text) || kind === "error" || kind === "warning";
    if (bad && !OF_A_STATUS.test(text)) tell(`console: ${text.slice(0, 300)}`);
  });
}

function watched(page: Page, url: string, found: Set<string>): Watched {
  const context = page.context();
  const lookOnce = async (): Promise<void> => {
    // The stream first: what it swaps in at once is looked at too.
    if ((await page.locator("body[data-ahora] [data-eventos]").count()) > 0) {
      await page.waitForSelector("body[data-conexion=Conectado]", { state: "attached" });
    }
    await page.evaluate(() => window.mirar?.());
  };
  /** Again where the page began anew meanwhile. */
  const look = async (tries = LOOKS_MAX): Promise<void> => {
    try {
      await lookOnce();
    } catch (error) {
      if (tries <= 1 || !/navigat|context was destroyed/i.test(String(error))) throw error;
      await page.waitForLoadState();
      await look(tries - 1);
    }
  };
  return {
    context,
    page,
    get found() {
      return [...found];
    },
    look: () => look(),
    async visit(path) {
      const answer = await page.goto(url + path);
      const stays = page.url();
      await look();
      if (page.url() !== stays) found.add(`${path} went on to ${page.url()}`);
      return answer?.status() ?? 0;
    },
    async submit(path, fields) {
      const coming = page.waitForEvent("load");
      await page.evaluate(
        ([action, pairs]) => {
          const form = document.createElement("form");
          form.method = "post";
          form.action = action;
          for (const [name, value] of pairs) {
            const field = document.createElement("textarea");
            field.name = name;
            field.value = value;
            form.append(field);
          }
          document.body.append(form);
          HTMLFormElement.prototype.submit.call(form);
        },
        [path, fields] as const,
      );
      await coming;
      await look();
    },
    tab: async () => watched(await context.newPage(), url, found),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/**
 * A browser of its own with these cookies (`name=value; name=value`), watched.
 * @param url the site's, without a slash at the end
 */
export async function openWatched(
  browser: Browser,
  url: string,
  cookies: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    extraHTTPHeaders: { ...headers },
  });
  context.setDefaultTimeout(SLOW_MS);
  const found = new Set<string>();
  const tell = (what: string): void => void found.add(what);
  await context.exposeFunction("delatar", tell);
  await context.addInitScript(watchPage);
  watchTraffic(context, url, tell);
  await context.addCookies(
    cookies.split("; ").flatMap((pair) => {
      const at = pair.indexOf("=");
      return at < 1 ? [] : [{ name: pair.slice(0, at), value: pair.slice(at + 1), url }];
    }),
  );
  const page = await context.newPage();
  context.on("page", (other) => {
    // Windows that a test opens itself have no opener.
    void other.opener().then((opener) => opener && tell(`window: ${other.url()}`));
  });
  return watched(page, url, found);
}

/** A text as a page's own text: one kind of line break, no NUL. */
export const asShown = (text: string): string =>
  text.replace(/\r\n?/g, "\n").replace(/[\0\uFFFD]/g, "");

/** The texts of all such elements, as `asShown` has them. */
export const shown = async (page: Page, selector: string): Promise<readonly string[]> =>
  (await page.locator(selector).allTextContents()).map(asShown);
