/** The text of a body that came in parts, of requests and of replies: mostly in one. */
export function bodyText(parts: readonly Buffer[]): string {
  const [first] = parts;
  return (parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)).toString('utf8');
}
