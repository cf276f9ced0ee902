/** The message of a caught value, whether or not it is an Error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
