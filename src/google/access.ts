/**
 * Which spreadsheet, and as who (spec 9). Pure, and apart from what uses it, so that a bad value
 * stops the start without Google's client being loaded.
 */
import { createPrivateKey } from "node:crypto";

export interface Access {
  readonly sheetId: string;
  readonly account: { readonly email: string; readonly privateKey: string } | null;
  /** Where there is no account: a JSON file. Neither: what the machine itself has. */
  readonly credentialsFile: string | null;
  /** Null = Google's. */
  readonly apiRoot: string | null;
  readonly tokenUrl: string | null;
}

/** A spreadsheet's id, or its address as the browser shows it; `/d/e/…` is a published copy's. */
export function sheetId(text: string): string | null {
  const before = /^https:\/\/docs\.google\.com\/spreadsheets\/(u\/\d+\/)?d\//;
  const id = before.test(text) ? text.replace(before, "").replace(/[/?#].*$/s, "") : text;
  return /^[\w-]{2,200}$/.test(id) ? id : null;
}

/** A PEM key as files hold it, or in one line with `\n` as the cloud's forms and .env files do. */
export function privateKey(text: string): string | null {
  const pem = text.replaceAll("\\n", "\n").replaceAll(/["']/g, "").trim();
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa" ? `${pem}\n` : null;
  } catch {
    return null;
  }
}

/**
 * Link-local addresses, and where clouds tell a machine who it is: never the Sheets API, and what
 * answers there would be given a token. (The library asks the machine's metadata by itself, where
 * there is no other credential.)
 */
const OWN_MACHINE =
  /^(169\.254\..*|\[::ffff:a9fe:.*|\[fe[89ab].*|\[fd00:ec2:.*|metadata(\.google\.internal)?\.?)$/;

/**
 * An address without user, password, query; `path` = whether it may have one. It is the operator's
 * own word: private and local ones are right, for a private endpoint or the emulator.
 */
export const address = (path: boolean) => (text: string) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return null;
  // URL has made one form of all that name the same address.
  if (OWN_MACHINE.test(url.hostname)) return null;
  return !url.search && !url.hash && (path || url.pathname === "/") ? url.href : null;
};
