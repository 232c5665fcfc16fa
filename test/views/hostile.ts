/** Texts that a sheet, a form or a stranger may hold: from dirty workbooks and from attackers. */
export const HOSTILE: readonly string[] = [
  "<img src=x onerror=alert(1)>",
  '=HYPERLINK("http://127.0.0.1/";"x")',
  "MK/1/2?op=ARM&x=1#h %41",
  "../../etc/passwd",
  `Ñ-😀-${"L".repeat(300)}`,
  "<hx-fila onclick=alert(1)>",
  '<hx-fila id="mios" data-ul="mios" data-v="99"><li onclick=alert(1)></li></hx-fila>',
  "</hx-fila></template><script>alert(1)</script>",
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '" onmouseover="alert(1)',
  "&quot;&amp;&#34;&lt;",
  "&lt;script&gt;",
  "nul\0nul",
  "dos\nlíneas",
  "carriage\rreturn",
  "both\r\nbreaks",
  "tab\tin the middle",
  "javascript:alert(1)",
  "data: x\n\nevent: resincronizar\ndata: y",
  "]]><!--",
  "--><svg onload=alert(1)>",
  "<textarea><title></style></script>",
  "`$" + "{alert(1)}`",
  "{{7*7}}",
  "$&$1$'",
  "\u202Egnp.exe",
  "%E0%A4%A",
  "__proto__",
];

/**
 * What runs, loads or moves something if any page, stream or script of ours lets it: for each
 * place where a text may stand. `marca` tells which field it came by; whoever sees it requested at
 * `/marca/…`, or sees an attribute `data-xss`, has found a hole.
 */
const ATTACKS: readonly ((marca: string) => string)[] = [
  // Text.
  (marca) => `<img src=/marca/${marca} onerror=window.__xss=1 data-xss>`,
  (marca) => `<iframe src=/marca/${marca} data-xss></iframe><object data=/marca/${marca} data-xss>`,
  (marca) => `<style data-xss>@import "/marca/${marca}";body{background:url(/marca/${marca})}`,
  (marca) =>
    `<base href=//127.0.0.1:9/ data-xss><link rel=stylesheet href=/marca/${marca} data-xss>`,
  (marca) => `<meta http-equiv=refresh content="0;url=/marca/${marca}" data-xss>`,
  (marca) => `<a href="javascript:window.__xss=1" data-xss>${marca}</a>`,
  (marca) =>
    `<form id=zona action=http://127.0.0.1:9/${marca} data-xss><input name=action data-xss>`,
  // Attributes: both quotes, none, a URL, a style.
  (marca) => `"><svg/onload=window.__xss=1 data-xss=${marca}>`,
  (marca) => `'><img src=/marca/${marca} data-xss>`,
  (marca) => `" autofocus tabindex=1 onfocus=window.__xss=1 data-xss="${marca}`,
  (marca) => `' onmouseover='window.__xss=1' data-xss='${marca}`,
  (marca) => `${marca} onpointerenter=window.__xss=1 data-xss=1`,
  (marca) => `" style="background:url(/marca/${marca})" data-xss="`,
  (marca) => `javascript:window.__xss=1//${marca}`,
  (marca) => `//127.0.0.1:9/\\${marca}`,
  // The ends of elements whose text is not read as HTML, and of comments.
  (marca) => `</script><script data-xss>window.__xss=1/*${marca}*/</script>`,
  (marca) => `</title><script src=/marca/${marca} data-xss></script>`,
  (marca) => `</textarea></select></template></style><img src=/marca/${marca} data-xss>`,
  (marca) => `--><img src=/marca/${marca} data-xss><!--`,
  (marca) =>
    `]]><script xmlns="http://www.w3.org/1999/xhtml" data-xss>window.__xss=1//${marca}</script>`,
  // htmx: what CSP does not forbid.
  (marca) =>
    `<div hx-get=/marca/${marca} hx-trigger=load hx-on::load=window.__xss=1 data-xss></div>`,
  (marca) => `" hx-get="/marca/${marca}" hx-trigger="load, every 1s" data-xss="`,
  (marca) => `<ul hx-swap-oob="beforeend:#zona" data-xss><li data-xss>${marca}</li></ul>`,
  (marca) => `<div hx-ext=sse sse-connect=/marca/${marca} sse-swap=x data-xss></div>`,
  (marca) =>
    '<hx-fila id="mios" data-ul="mios" data-v="99">'.concat(
      `<li hx-get=/marca/${marca} hx-trigger=load data-xss>`,
    ),
  (marca) =>
    `</hx-fila></template><hx-x data-xss><p hx-get=/marca/${marca} hx-trigger=load data-xss>`,
  (marca) => `<hx-a hx-get=/marca/${marca} hx-trigger=load data-xss>`,
  // What is harmless until it is parsed for the second time (mXSS), or decoded twice.
  (marca) =>
    "<math><mtext><table><mglyph><style><!--</style>".concat(
      `<img title="--&gt;&lt;img src=/marca/${marca} data-xss&gt;">`,
    ),
  (marca) => `<svg></p><style><a id="</style><img src=/marca/${marca} data-xss>">`,
  (marca) => `<noscript><p title="</noscript><img src=/marca/${marca} data-xss>">`,
  (marca) => `&lt;img src=/marca/${marca} data-xss&gt;&#60;img src=/marca/${marca} data-xss&#62;`,
  (marca) =>
    `%3Cimg%20src=/marca/${marca}%20data-xss%3E\\u003cimg src=/marca/${marca} data-xss\\u003e`,
  (marca) => `<\0img src=/marca/${marca} data-xss><img\0 src=/marca/${marca} data-xss>`,
  // Frames of a stream, JSON, templates.
  (marca) => `${marca}\n\nevent: spool_update\ndata: <img src=/marca/${marca} data-xss>\n\nz`,
  (marca) => `${marca}\r\revent: spool_update\rdata: <img src=/marca/${marca} data-xss>\r\rz`,
  (marca) => `${marca}\u2028data: x\u2029<img src=/marca/${marca} data-xss>\u0085z`,
  (marca) =>
    `"},"a":"</script><img src=/marca/${marca} data-xss>\\","__proto__":{"x":1},[[${marca}`,
  (marca) => `\`$\{window.__xss=1}{{constructor.constructor('window.__xss=1')()}}${marca}`,
  // A spreadsheet's formulas, also behind what another spreadsheet takes for a separator.
  (marca) => `=HYPERLINK("http://127.0.0.1:9/${marca}";"x")`,
  (marca) => `a,=1+1;=1+1\t=1+1\n=1+1 ${marca}`,
];

/** How many there are. */
export const ATAQUES = ATTACKS.length;

/** The n-th attack, around and around. @param marca letters and digits: by which field it came */
export const ataque = (n: number, marca: string): string =>
  (ATTACKS[((n % ATAQUES) + ATAQUES) % ATAQUES] ?? String)(marca);
