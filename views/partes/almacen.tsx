/** What is wrong with the store, on every page; empty while nothing is. */
import { Icono } from "./icono.tsx";

/** @param swap for the stream: the fragment that replaces the one on the page */
export const Almacen = ({ aviso, swap = false }: { aviso: string | null; swap?: boolean }) => (
  <div id="almacen" class="almacen" role="status" {...(swap ? { "hx-swap-oob": "true" } : {})}>
    {aviso === null ? null : (
      <p>
        <Icono nombre="aviso" /> <span safe>{aviso}</span>
      </p>
    )}
  </div>
);
