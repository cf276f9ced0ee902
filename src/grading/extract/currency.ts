/** Words that stand in formulas as they are. */
const mathematical = /^(?:and|or|sin|cos|tan|cot|sec|csc|log|ln|exp|sqrt|pi|mod|gcd|lcm|max|min|inf|infty|deg)$/;

/** Words of two letters or more outside commands and \text{…}. */
function words(content: string): string[] {
  const bare = content
    .replace(/\\(?:text|textbf|textit|textrm|mathrm|mbox|operatorname)\s?\{[^{}]{0,200}\}/g, ' ')
    .replace(/\\[A-Za-z]+/g, ' ');
  return (bare.match(/[A-Za-z]{2,}/g) ?? []).filter((w) => !mathematical.test(w.toLowerCase()));
}

/**
 * Whether what stands between two dollars is a formula: in "costs $5 and $6" and "$5 * 3 = $15" it is the words between two
 * amounts of money. A formula's closing dollar stands behind its content, no digit follows it (Pandoc's rule), and a
 * text that begins as an amount does not go on in words.
 * @param next the character behind the closing dollar
 */
export function isMathematics(content: string, next: string | undefined): boolean {
  const body = content.trim();
  if (body === '' || body.length > 4000) return false;
  const amount = /^\d/.test(content);
  if (next !== undefined && /\d/.test(next) && (amount || /[\s=+\-*/(]$/.test(content))) return false;
  if (!amount) return body.length < 200 || words(body).length < 12;
  if (/\s$/.test(content) && /[A-Za-z]\s+$/.test(content) && !content.includes('\\')) return false;
  return words(body).length === 0;
}
