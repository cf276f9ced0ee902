/**
 * Parses JSON.
 * @returns undefined when the text is not JSON
 */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
