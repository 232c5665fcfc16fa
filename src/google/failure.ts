/**
 * What a request to Google Sheets came to when it came to nothing, by what it means for the caller:
 *
 * - `denied`: refused for good. Somebody must do something; the sentence says what.
 * - `busy`: refused for now, or not even sent. The same request may succeed later.
 * - `lost`: no whole answer. A write may have been applied: read again before sending it again
 *   (field notes).
 * - `stopped`: the process ends; nothing was sent.
 *
 * Told apart by `kind` and `reason`, never by class: minified builds lose class names.
 */
export type DeniedReason =
  /** The sheet is not shared with the account, or only to read. */
  | "unshared"
  | "readonly"
  /** No sheet has this id. */
  | "missing"
  /** The key was revoked, the account deleted or disabled. */
  | "credential"
  /** The file or the machine's identity that should hold the credential. */
  | "no-credential"
  /** This machine's clock is wrong: Google takes no signature from another hour. */
  | "clock"
  /** The Sheets API is not enabled in the account's project. */
  | "api-off"
  /** The credential was issued without the right to spreadsheets. */
  | "scope"
  /** A cell that the account may not edit. */
  | "protected"
  /** A range of a tab that is not there. */
  | "tab"
  /** A range beyond the tab's last row or column. */
  | "grid"
  /** The workbook has its 10 million cells. */
  | "full"
  /** An Excel file in Drive, not a Google sheet. */
  | "office"
  /** A tab of that title is there already. */
  | "exists"
  /** Anything else that Google finds wrong with the request: a mistake of ours. */
  | "request";

export type Fault =
  | { readonly kind: "denied"; readonly reason: DeniedReason }
  /** `bucket` is Google's name of the quota, e.g. `ReadRequestsPerMinutePerUser`. */
  | {
      readonly kind: "busy";
      readonly reason: "quota";
      readonly bucket: string | null;
      readonly retryAfterMs: number;
    }
  /** 5xx, also as HTML of a gateway; a gateway can't tell whether a write was applied. */
  | {
      readonly kind: "busy";
      readonly reason: "server";
      readonly status: number;
      readonly retryAfterMs: number;
    }
  /** No connection, so nothing was sent; or no token to send with. */
  | { readonly kind: "busy"; readonly reason: "unreachable" }
  /** An access token that Google no longer takes; the next request gets a new one. */
  | { readonly kind: "busy"; readonly reason: "token" }
  /** Our own budget or backoff would take longer than the caller waits; nothing was sent. */
  | { readonly kind: "busy"; readonly reason: "waiting"; readonly waitMs: number }
  | { readonly kind: "lost"; readonly reason: "timeout" | "cut" | "stopped" }
  | { readonly kind: "stopped" };

const DENIED: Readonly<Record<DeniedReason, (account: string) => string>> = {
  unshared: (account) =>
    `La planilla no está compartida con ${account}: ábrela y compártela como Editor`,
  readonly: (account) =>
    `${account} no puede escribir en la planilla: compártela con esa cuenta como Editor`,
  missing: () => "No hay una planilla con ese id: revisa GOOGLE_SHEET_ID",
  credential: (account) =>
    `Google ya no acepta la credencial de ${account}: crea otra clave y ponla en la configuración`,
  "no-credential": () =>
    "No hay credencial de Google que sirva: pon GOOGLE_APPLICATION_CREDENTIALS, " +
    "o GOOGLE_SERVICE_ACCOUNT_EMAIL y GOOGLE_PRIVATE_KEY",
  clock: () => "Google no acepta la firma porque el reloj de este equipo está mal: ponlo en hora",
  "api-off": (account) =>
    `La API de Google Sheets está apagada en el proyecto de ${account}: actívala en su consola`,
  scope: () =>
    "La credencial de Google no da acceso a planillas: hace falta el permiso spreadsheets",
  protected: (account) =>
    `Hay celdas protegidas que ${account} no puede escribir: dale permiso o quita la protección`,
  tab: () => "Falta una pestaña de la planilla, o cambió de nombre: vuelve a ponerle el suyo",
  grid: () => "A una pestaña le faltan filas o columnas para lo que hay que escribir",
  full: () => "La planilla llegó a los 10 millones de celdas: borra filas o pestañas que no uses",
  office: () => "El archivo es un Excel: ábrelo en Drive y guárdalo como Hoja de cálculo de Google",
  exists: () => "Ya hay una pestaña con ese nombre",
  request: () => "Google no aceptó lo que ZEUES le pidió: avisa a quien mantiene ZEUES",
};

const LOST = {
  timeout: "Google no respondió a tiempo",
  cut: "Se cortó la respuesta de Google",
  stopped: "ZEUES se detuvo antes de que Google respondiera",
} as const;

/** One line for people, without a full stop: it stands in chips, lists and logs. */
function sentenceOf(fault: Fault, account: string): string {
  if (fault.kind === "denied") return DENIED[fault.reason](account);
  if (fault.kind === "lost") return `${LOST[fault.reason]}: se vuelve a leer antes de seguir`;
  if (fault.kind === "stopped") return "ZEUES se está deteniendo";
  switch (fault.reason) {
    case "quota":
      return "Google pide esperar, se llenó el cupo por minuto: se sigue solo";
    case "server":
      return `Google está fallando (${fault.status}): se sigue solo`;
    case "unreachable":
      return "Sin conexión con Google: se sigue solo";
    case "token":
      return "Google pidió identificarse otra vez: se sigue solo";
    case "waiting":
      return "Se espera el turno con Google: se sigue solo";
  }
}

export interface SheetsErrorMore {
  /** Who talks to Google: the service account's address, null when it isn't known. */
  readonly account?: string | null;
  /** Google's own words, for the log; without secrets. */
  readonly detail?: string;
  /** Whether a write may have been applied all the same. */
  readonly mayBeApplied?: boolean;
}

/**
 * A request that came to nothing; its message is for people. It carries no `cause`: the client's
 * errors hold the whole request, its token and the shop's cells.
 */
export class SheetsError extends Error {
  override readonly name = "SheetsError";
  readonly fault: Fault;
  readonly detail: string;
  /** Then a fresh read comes before the next write (field notes). Never true of a read. */
  readonly mayBeApplied: boolean;

  constructor(fault: Fault, { account, detail = "", mayBeApplied = false }: SheetsErrorMore = {}) {
    super(sentenceOf(fault, account ?? "la cuenta con que corre ZEUES"));
    this.fault = fault;
    this.detail = detail;
    this.mayBeApplied = mayBeApplied;
  }

  get kind(): Fault["kind"] {
    return this.fault.kind;
  }
}

export const stopped = (): SheetsError => new SheetsError({ kind: "stopped" });
