/**
 * Text from outside as an attribute's value. JSX escapes only quotes there, and htmx rewrites
 * `<hx-…>` anywhere in a swapped text, attributes included: `<`, `>` and `&` must not stand raw.
 */
import { escapeHtml } from "@kitajs/html";

export const attr = (text: string): string => escapeHtml(text);
