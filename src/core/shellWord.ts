/**
 * A text as one word of a POSIX shell, whatever is in it: as it stands where that is plain, else in single quotes, in which a shell
 * interprets nothing.
 * @throws for a text with a NUL character, which no shell can take
 */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new Error('A text with a NUL character cannot be given to a shell.');
  return /^[\w@%+=:,./…-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
