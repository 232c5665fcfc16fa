/**
 * The demo shop's credentials: public, and good for nothing but the demo's own store (spec 8: a
 * demo shop shows them on its sign-in page, a real one has none to show).
 */
export interface CredencialesDemo {
  readonly usuario: string;
  readonly clave: string;
  /** Whose they are, of the demo's people. */
  readonly supervisorId: number;
  /** The supervisors' PIN on a tablet. */
  readonly pin: string;
  readonly conPin: readonly number[];
}

export const CREDENCIALES_DEMO: CredencialesDemo = {
  usuario: "rosa",
  clave: "taller-de-prueba",
  supervisorId: 11,
  pin: "2580",
  conPin: [11, 12],
};
