/** A page as a parser sees it: elements, attributes, forms, text. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Form extends Element {
  /** Hidden and other inputs, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Values of its submit buttons. */
  readonly buttons: readonly string[];
}

export interface Parsed {
  readonly elements: readonly Element[];
  readonly forms: readonly Form[];
  /** All text, white space as it stands. */
  readonly text: string;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Character references as the standard reads them; the parser below leaves them as they are. */
const decoded = (raw: string): string =>
  raw.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (all, hex, dec, name) =>
    name
      ? (NAMED[name.toLowerCase()] ?? all)
      : String.fromCodePoint(Number.parseInt(hex ?? dec, hex ? 16 : 10)),
  );

/** What a browser makes of the bytes before it reads tags: one kind of line break, no NUL. */
const preprocessed = (html: string): string =>
  html.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");

export function parsePage(html: string): Parsed {
  const elements: Element[] = [];
  const forms: (Form & { fields: Record<string, string>; buttons: string[] })[] = [];
  let text = "";
  new HTMLRewriter()
    .on("*", {
      element(element) {
        const pairs = [...element.attributes].map(([name, raw]) => [name, decoded(raw)] as const);
        const attributes = Object.fromEntries(pairs);
        const name = element.tagName;
        elements.push({ name, attributes });
        const form = forms.at(-1);
        const { name: field = "", value = "" } = attributes;
        if (name === "form") forms.push({ name, attributes, fields: {}, buttons: [] });
        if (name === "input" && form && field) form.fields[field] = value;
        if (name === "button" && form && field) form.buttons.push(value);
      },
      text(chunk) {
        text += chunk.text;
      },
    })
    .transform(preprocessed(html));
  return { elements, forms, text: decoded(text) };
}

/** What is the same for any text: the names of elements and of their attributes. */
export const skeleton = (html: string): string[] =>
  parsePage(html).elements.map(
    ({ name, attributes }) => `${name} ${Object.keys(attributes).join(" ")}`,
  );

/** What htmx does to a text before it parses it (htmx.js, makeFragment). */
export const htmxRewritten = (text: string): string =>
  text
    .replace(/<hx-([a-z]+)((?:\s[^>]*)?)>/gi, '<template hx type="$1"$2>')
    .replace(/<\/hx-[a-z]+>/gi, "</template>");

/** The tag that a form's fields name once a browser has sent them and the server has read them. */
export function tagOf({ fields }: Form): string | undefined {
  const { tag_spool, tag_uri } = fields;
  if (tag_uri !== undefined) return decodeURIComponent(tag_uri);
  // Line breaks are sent as CR LF (HTML Living Standard, 4.10.22.8).
  return tag_spool?.replace(/\r\n?|\n/g, "\r\n");
}
