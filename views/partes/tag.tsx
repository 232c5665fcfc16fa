/** What names a spool and its operation in every row. */
import type { Operacion, Spool } from "../../src/domain/spool.ts";
import { carreteUrl, nvOt, OPERACION } from "../textos.ts";
import { attr } from "./attr.ts";

/** The way to the spool's own page. */
export const Tag = ({ spool }: { spool: Spool }) => (
  <a class="tag" href={attr(carreteUrl(spool.tag))}>
    <b safe>{spool.tag}</b>
    <small safe>{nvOt(spool)}</small>
  </a>
);

export const Marca = ({ operacion }: { operacion: Operacion }) => (
  <span class={attr(`marca ${operacion}`)} safe>
    {OPERACION[operacion]}
  </span>
);
