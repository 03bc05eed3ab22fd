/** The header by which instances show each other that they are of one application. @param token null: they show nothing */
export function bearer(token: string | null): Readonly<Record<string, string>> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
