/**
 * What comes from outside as an attribute's value. JSX escapes only quotes there, and htmx rewrites
 * `<hx-…>` anywhere in a swapped text, attributes included: `<`, `>` and `&` must not stand raw.
 * Numbers of a record too: whoever can write to Redis can put a text there (test/views/lies).
 */
import { escapeHtml } from "@kitajs/html";

export const attr = (value: string | number): string => escapeHtml(String(value));
