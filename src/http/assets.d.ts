/** Files imported `with { type: "text" }`: Bun embeds their text, also in the compiled binary. */
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.svg" {
  const text: string;
  export default text;
}
declare module "*.webmanifest" {
  const text: string;
  export default text;
}
declare module "*/static/live.js" {
  const text: string;
  export default text;
}
declare module "*/static/tablet.js" {
  const text: string;
  export default text;
}
/** Files imported `with { type: "file" }`: Bun embeds their bytes, this is where they are found. */
declare module "*.png" {
  const path: string;
  export default path;
}
declare module "*/static/tablero.js" {
  const text: string;
  export default text;
}
declare module "*/static/muro.js" {
  const text: string;
  export default text;
}
declare module "*/static/entrada.js" {
  const text: string;
  export default text;
}
declare module "*/static/planilla.js" {
  const text: string;
  export default text;
}
declare module "htmx.org/dist/htmx.min.js" {
  const text: string;
  export default text;
}
declare module "htmx-ext-sse/dist/sse.min.js" {
  const text: string;
  export default text;
}
