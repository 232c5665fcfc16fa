/** A tag as a QR code: on paper beside the spool, and on the screen when it is asked for. */
import { encode } from "uqr";
import { attr } from "./attr.ts";

/** Quiet zone that readers need, in modules (ISO/IEC 18004). */
const QUIET = 4;

/** Dark modules of each row as one path: `M4 4h7v1h-7z…`. */
function pathOf(data: readonly (readonly boolean[])[]): string {
  let path = "";
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      const width = x - from + 1;
      path += `M${from} ${y}h${width}v1h-${width}z`;
    }
  }
  return path;
}

/** What a code holds at most, in bytes, at the weakest correction (version 40-L). */
const BYTES_MAX = 2_953;

/**
 * @param text what a scanner types; longer than a code holds gives nothing
 * @param etiqueta what it is, for whoever can't see it
 */
export function Qr({ text, etiqueta = "Código QR del tag" }: { text: string; etiqueta?: string }) {
  if (new TextEncoder().encode(text).length > BYTES_MAX) return null;
  const { size, data } = encode(text, { border: QUIET });
  return (
    <figure id="qr" class="qr">
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={attr(etiqueta)}
        shape-rendering="crispEdges"
      >
        <rect width={size} height={size} fill="#fff" />
        <path d={pathOf(data)} fill="#000" />
      </svg>
      <figcaption safe>{text}</figcaption>
    </figure>
  );
}
