/** Scripts are imported as text, so that the compiled binary carries them. */
declare module "*.lua" {
  const text: string;
  export default text;
}
