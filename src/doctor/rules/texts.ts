/** Checks that read texts: of every step where a run is small, otherwise of pairs of successive steps. */
import { hash64 } from '../../core/hash.js';
import { percent, significant } from '../../core/format.js';
import { repetitionShare } from '../../core/repetition.js';
import { healthy, unjudged, type Door } from '../judgement.js';
import type { Rule } from '../rule.js';
import { Baseline, Recent, RecentShare, Spell } from '../windows.js';

const noTexts = unjudged('texts of solutions are not recorded', '`text` of each solution');
/** Texts of one step that are remembered. */
const mostRemembered = 4096;

/** Texts of a step that stood at the step before. Source: the project's table (a package saw one batch 33 times). */
const mostRepeated = 0.5;
/** Fewer texts are repeated by chance. Ours. */
const leastTexts = 8;

/** The same questions and texts at successive steps. */
export const stuckBatch: Rule = {
  id: 'stuck-batch',
  name: 'Stuck batch',
  needs: 'texts of solutions at successive steps',
  keeps: `hashes of ${mostRemembered} texts of the step before, 5 addresses`,
  consequences: ['stale-samples', 'entropy-collapse', 'template-collapse'],
  begin: () => {
    let [before, here] = [new Set<string>(), new Map<string, Door>()];
    const spell = new Spell();
    let [repeated, texts, highest] = [0, 0, 0];
    return {
      group: ({ group, questionId, solutions }, step) => {
        for (const [solution, { text }] of solutions.entries())
          if (text !== undefined && here.size < mostRemembered)
            here.set(hash64(`${questionId}\n${solution}\n${text}`).join(), { step, group, solution });
      },
      step: ({ step }) => {
        if (here.size >= leastTexts && before.size >= leastTexts) {
          const again = [...here].filter(([hash]) => before.has(hash));
          const share = again.length / here.size;
          texts += here.size;
          repeated += again.length;
          highest = Math.max(highest, share);
          if (share > mostRepeated) for (const [, door] of again.slice(0, 2)) spell.examples.add(door);
          spell.see(step, share > mostRepeated);
        }
        before = new Set(here.keys());
        here = new Map();
      },
      judgement: () => {
        if (texts === 0) return before.size > 0 ? unjudged('it takes two successive steps with texts') : noTexts;
        if (spell.onset === null)
          return healthy(`at most ${percent(highest)} of the texts stood at the step before (threshold ${percent(mostRepeated)})`);
        const share = repeated / texts;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `up to ${percent(highest)} of a step’s texts stood, letter for letter and in the same place, at the step before`,
          cost: { share, text: `${percent(share)} of the solutions were learned from again` },
          advice:
            'The data loader or the sampler’s cache hands out one batch again: look at the sampler’s seed per step, the iterator after a resume, and caching of requests.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

/** Of the base. Source: the project's table, after RAGEN-2 (arXiv 2604.06268). */
const lostShare = 0.5;
/** Groups of a step that are told apart, and fewer say nothing. Ours. */
const mostQuestions = 32;
const leastQuestions = 4;

/** Solutions no longer depend on their question: it cannot be found again from them by common words. */
export const templateCollapse: Rule = {
  id: 'template-collapse',
  name: 'Template collapse',
  needs: 'texts of questions and solutions, four questions at a step',
  keeps: `words of ${mostQuestions} questions of one step, 5 values, a base`,
  begin: () => {
    let here: { group: number; question: Set<string>; solution: Set<string> }[] = [];
    const base = new Baseline();
    const recent = new Recent(5);
    const spell = new Spell(3);
    let [seen, lowest] = [0, 1];
    return {
      group: ({ group, question, solutions }) => {
        const text = solutions.find((s) => s.text !== undefined)?.text;
        if (question === undefined || text === undefined || here.length >= mostQuestions) return;
        here.push({ group, question: wordsOf(question), solution: wordsOf(text) });
      },
      step: ({ step }) => {
        const groups = distinct(here);
        here = [];
        if (groups.length < leastQuestions) return;
        const found = groups.filter((g) => bestMatch(g.solution, groups) === g);
        const share = found.length / groups.length;
        seen++;
        base.add(share);
        recent.add(step, share);
        if (base.value === null || !recent.full) return;
        lowest = Math.min(lowest, recent.mean);
        const isSo = recent.mean < lostShare * base.value;
        if (isSo)
          for (const g of groups.filter((one) => !found.includes(one)).slice(0, 2))
            spell.examples.add({ step, group: g.group, solution: 0 });
        // Where a question could hardly be found from the start, nothing can be lost.
        if (base.value > 2 / groups.length)
          spell.see(
            step,
            isSo,
            recent.since((x) => x < lostShare * base.value!),
          );
      },
      judgement: () => {
        if (seen === 0) return unjudged('there are no four questions with texts at a step', 'texts of questions and solutions');
        if (spell.judged === 0)
          return unjudged(
            base.value === null
              ? 'it takes 25 steps with texts'
              : 'from the start solutions share no words with their questions by which they could be told',
          );
        if (spell.onset === null)
          return healthy(`the question is found again from ${percent(lowest)} of the solutions or more (base ${percent(base.value)})`);
        const share = spell.steps / seen;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `the question could be found again from ${percent(base.value)} of the solutions at first, and from ${percent(lowest)} later`,
          cost: { share, text: `in ${percent(share)} of the steps solutions hardly depend on what was asked` },
          advice: 'A reward that the question must be read for; more different questions; a larger β.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
/** Without the words that half of the questions have, and without a question that is there twice. */
function distinct<G extends { question: Set<string> }>(groups: readonly G[]): G[] {
  const counts = new Map<string, number>();
  for (const { question } of groups) for (const word of question) counts.set(word, (counts.get(word) ?? 0) + 1);
  const seen = new Set<string>();
  return groups
    .map((g) => ({ ...g, question: new Set([...g.question].filter((word) => counts.get(word)! <= groups.length / 2)) }))
    .filter(({ question }) => {
      const key = [...question].sort().join(' ');
      return key !== '' && !seen.has(key) && seen.add(key);
    });
}
/** Share of the question's words that stand in the solution; of equals none, where nothing stands there. */
function bestMatch<G extends { question: Set<string> }>(solution: ReadonlySet<string>, groups: readonly G[]): G | null {
  let best: G | null = null;
  let most = 0;
  for (const group of groups) {
    const common = [...group.question].filter((word) => solution.has(word)).length / group.question.size;
    if (common > most) [best, most] = [group, common];
  }
  return best;
}

/** Words, numbers and signs of a text's end that repeat earlier ones in fours; miles alarms at a compression of 10 on 10,000 characters. */
const mostRepetition = 0.8;
const ngram = 4;
/** Shorter texts repeat by chance. Ours. */
const leastCharacters = 100;
const mostRepeating = 0.05;

/** Texts that go round in circles. */
export const repetition: Rule = {
  id: 'repetition',
  name: 'Repetition',
  needs: 'texts of solutions of 100 characters or more',
  keeps: '5 sums, 5 addresses',
  begin: () => {
    const recent = new RecentShare(5);
    const spell = new Spell();
    let [here, long, circling, all] = [0, 0, 0, 0];
    let texts = 0;
    return {
      group: ({ group, solutions }, step) => {
        for (const [solution, { text }] of solutions.entries()) {
          if (text === undefined) continue;
          texts++;
          if (text.length < leastCharacters) continue;
          long++;
          if (repetitionShare(text, ngram) <= mostRepetition) continue;
          here++;
          spell.examples.add({ step, group, solution });
        }
      },
      step: ({ step }) => {
        if (long > 0) {
          recent.add(step, here, long);
          if (recent.of >= leastTexts) spell.see(step, recent.share > mostRepeating, recent.firstBeyond(mostRepeating));
        }
        circling += here;
        all += long;
        here = long = 0;
      },
      judgement: () => {
        if (texts === 0) return noTexts;
        if (all < leastTexts) return unjudged(`solutions are shorter than ${leastCharacters} characters`);
        const share = circling / all;
        if (spell.onset === null)
          return healthy(`${percent(share)} of the texts go round in circles (threshold ${percent(mostRepeating)})`);
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `${percent(share)} of the longer texts repeat themselves: more than ${significant(mostRepetition * 100)}% of their ${ngram}-grams stood before`,
          cost: { share, text: `${percent(share)} of the solutions go round in circles` },
          advice: 'A repetition penalty in the reward, a lower cap, or a checkpoint before the onset with a larger β.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};
