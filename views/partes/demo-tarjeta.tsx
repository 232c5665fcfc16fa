/** How to get into the demo shop; a real one has no such thing to show (spec 8). */
import type { CredencialesDemo } from "../../src/domain/demo.ts";

export const DemoTarjeta = ({
  demo: { usuario, clave, pin },
  inscrito,
}: {
  demo: CredencialesDemo;
  inscrito: boolean;
}) => (
  <section class="demo-entrada" aria-label="Credenciales de la demostración">
    {inscrito ? null : (
      <form method="post" action="/tablet/demo">
        <button class="boton lleno">Usar este navegador como tablet del taller</button>
      </form>
    )}
    <p>
      Supervisora de demostración: usuario <code safe>{usuario}</code>, clave{" "}
      <code safe>{clave}</code>; en un tablet, PIN <code safe>{pin}</code>.
    </p>
  </section>
);
