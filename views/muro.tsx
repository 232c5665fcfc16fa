/** The wall: who has which spool, for a large screen across the shop; nobody touches it. */
import type { ListKey } from "../src/floor/lists.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { fichaUl } from "./partes/ficha-cuenta.tsx";
import type { ListaRows } from "./partes/lista.tsx";
import { type PlanillaChipProps, PlanillaLugar } from "./partes/planilla-chip.tsx";
import { Cuenta } from "./swaps.tsx";

interface MuroProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  /** All of them. */
  readonly ocupados: ListaRows;
  readonly cuentas: readonly { readonly list: ListKey; readonly total: number }[];
  readonly zone: string;
  /** How far the sheet is behind; null = none is kept in step. */
  readonly sincronia: PlanillaChipProps | null;
}

const TEXTO: Partial<Record<ListKey, string>> = {
  "en:ARM:progreso": "Armado",
  "en:SOLD:progreso": "Soldadura",
  "en:REPARACION:progreso": "Reparación",
  "en:METROLOGIA:disponible": "Por inspeccionar",
  bloqueados: "Bloqueados",
};

const claseOf = (list: ListKey): string => `casilla ${list.split(":")[1] ?? list}`;

export const MuroPage = ({ shell, ocupados, cuentas, zone, sincronia }: MuroProps) => (
  <Layout {...shell}>
    <Zona vivo={shell.vivo} clase="muro">
      <h1 class="oculto">Muro: quién tiene qué</h1>
      <div class="muro-cuentas">
        <p class="casilla">
          {Cuenta({ ul: "ocupados", total: ocupados.total }) as "safe"}
          <span>Ocupados</span>
        </p>
        {cuentas.map(({ list, total }) => (
          <p class={claseOf(list)}>
            {Cuenta({ ul: fichaUl(list), total }) as "safe"}
            <span>{(TEXTO[list] ?? list) as "safe"}</span>
          </p>
        ))}
        <time id="reloj" class="reloj" data-zona={attr(zone)} />
      </div>
      <div id="ventana" class="ventana lista">
        <ul id="ocupados">{ocupados.html as "safe"}</ul>
        <p class="vacia">Nadie tiene un carrete ahora.</p>
      </div>
      <div class="muro-pie">
        <p id="pagina" class="pagina" aria-hidden="true" />
        {sincronia ? <PlanillaLugar {...sincronia} /> : null}
      </div>
    </Zona>
  </Layout>
);
