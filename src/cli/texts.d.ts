/** Files imported `with { type: "text" }`: Bun embeds their text, also in the compiled binary. */
declare module "*.txt" {
  const text: string;
  export default text;
}
declare module "*/LICENSE" {
  const text: string;
  export default text;
}
