/** @returns undefined for what is no JSON; the caller says what that means */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
