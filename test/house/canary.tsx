/** Known to be bad, on purpose: `npm test` is red when xss-scan does not find this line. */
export const Canary = ({ nota }: { nota: string }) => <p>{nota}</p>;
