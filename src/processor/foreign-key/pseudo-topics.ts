/** The topics that serdes of a foreign-key join are told, though nothing is ever written to them: a schema registry sees their names. */

/** Of primary keys, foreign keys, and left values to be fingerprinted; `registration` is the registration topic without application id. */
export interface PseudoTopics {
  readonly primaryKey: string;
  readonly foreignKey: string;
  readonly fingerprint: string;
}

export function pseudoTopics(applicationId: string, registration: string): PseudoTopics {
  const topic = `${applicationId}-${registration}`;
  return { primaryKey: `${topic}-pk`, foreignKey: `${topic}-fk`, fingerprint: `${topic}-vh` };
}
