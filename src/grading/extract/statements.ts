import type { Context } from './context.js';
import { type Extraction, type ExtractionRule, joined } from './extraction.js';
import { statedAt } from './phrase.js';
import { endsSolution } from './runOn.js';

interface Marker {
  rule: ExtractionRule;
  pattern: RegExp;
}

const is = String.raw`(?:\s+(?:is|are|was|were|equals|(?:should|must|would|will) be)(?![A-Za-z])\**\s?[:：]?|\**\s*(?:[:：=]|\n))`;

/** The surest first; among those of one list the last in the text counts. */
const families: Marker[][] = [
  [
    {
      rule: '####',
      pattern:
        /####(?!#)(?=[ \t]{0,20}(?:[-+−±]?[ \t]?(?:\\?[$£€¥₹][ \t]?)?[-−]?[\d.√π∞([{\\]|[A-Za-z](?![A-Za-z])|\$))(?![ \t]*\d{1,3}[.)][ \t]+[A-Za-z*])/g,
    },
  ],
  [
    { rule: 'Final answer', pattern: new RegExp(String.raw`(?<!the )\bfinal\s+answers?\**${is}`, 'gi') },
    {
      rule: 'The answer is',
      pattern: new RegExp(String.raw`\b(?:the|our|my)\s+final\s+answers?\**(?:\s+(?:to|of|for)\s[^.\n:]{1,80}?)?${is}`, 'gi'),
    },
    { rule: '答案', pattern: /最[终后]的?(?:答案|结果)(?:应该?)?\**(?:[是为]|等于|[:：])/g },
  ],
  [
    {
      rule: 'The answer is',
      pattern: new RegExp(
        String.raw`\b(?:answers?|(?:correct|right|best)\s+(?:option|choice|one|statement))(?:\s+(?:to|of|for)\s[^.\n:]{1,80}?)?\s+(?:is|are|was|equals|(?:should|must|would|will) be)(?![A-Za-z])\**\s?[:：]?`,
        'gi',
      ),
    },
    { rule: 'Answer:', pattern: /(?:^|[\n.;])[ \t#*>]{0,8}(?:the |correct |your |my )*answers?\**[ \t]{0,4}[:：=]/gi },
    { rule: 'A:', pattern: /^[ \t*]{0,8}A\**:/gm },
    {
      rule: '答案',
      pattern: /答案\**(?:应该?)?(?:[是为选]|等于|[:：])|(?:故|应|所以|因此|正确的?)(?:本题|此题|答案)?(?:应)?选(?:择|项)?(?:[是为:：])?/g,
    },
  ],
  [
    {
      rule: '所以…是',
      pattern: /(?:所以|因此|综上|于是|即)[^。\n]{0,80}?(?:[是为有=：:]|等于|得到?|需要?|共)(?=\s{0,4}[-−+]?(?:[\d$]|\\[([]))/g,
    },
  ],
];

/** Of very many markers the last of each list are looked at. */
const tries = 16;

/** The answer that the last marker states; a marker that states none (a heading, "the answer is not …") is passed over. */
export const stated = (context: Context): Extraction | undefined => statedBy(context, families);

/** The answer behind the last `####`. */
export const hashed = (context: Context): Extraction | undefined => statedBy(context, families.slice(0, 1));

function statedBy(context: Context, among: readonly Marker[][]): Extraction | undefined {
  for (const family of among) {
    const found = family
      .flatMap(({ rule, pattern }) =>
        [...context.text.matchAll(pattern)].slice(-tries).map((m) => ({ rule, at: m.index, end: m.index + m[0].length })),
      )
      .sort((a, b) => b.end - a.end || b.at - a.at)
      .slice(0, tries);
    // GSM8K's form ends a solution; what follows an empty line answers something else.
    const ended = found.findLastIndex(({ rule, end }) => rule === '####' && endsSolution(context.text, end));
    for (const { rule, end } of ended > 0 ? [found[ended], ...found] : found) {
      const pieces = context.inProgram(end) ? undefined : statedAt(context, end);
      if (pieces) return joined(context.text, pieces, rule);
    }
  }
  return undefined;
}

/** What the last `<answer>` element holds. */
export function tagged(context: Context): Extraction | undefined {
  const { text } = context;
  const open = text.lastIndexOf('<answer>');
  if (open < 0) return undefined;
  const start = open + '<answer>'.length;
  const close = text.indexOf('</answer>', start);
  const pieces = statedAt(context, start);
  return pieces && (close < 0 || pieces[pieces.length - 1].outer[1] <= close) ? joined(text, pieces, '<answer>') : undefined;
}
