/** From what was sampled and judged to what a run would suffer from. Pure. */
import { largest, smallest } from '../../core/extremes.js';
import { count, percent, significant } from '../../core/format.js';
import type { MeanInterval } from '../../core/estimators.js';
import { oneLine } from '../../core/questionPreview.js';
import { junkKinds, junkNames } from './junkReplies.js';
import {
  preflightChecks,
  type JudgedJunk,
  type JunkRow,
  type Preflight,
  type PreflightCheck,
  type PreflightCheckId,
  type PreflightEvidence,
  type PreflightSettings,
} from './report.js';
import { intervalOfShares, signalRows, type SampledRewards, type SignalRow } from './signal.js';

/** Groups without a difference: as the doctor has it of a run (miles). */
const starvedAt = 0.5;
/** Before a run is paid for, the stricter of two (verl's guide; miles alarms at 0.25). */
const truncatedAt = 0.1;
/** A sum of weights that should be 0. */
const paidAbove = 1e-9;

export function preflightOf(evidence: PreflightEvidence): Preflight {
  const { settings, policy, questions, golds, notes, seconds } = evidence;
  const sampled = questions.filter((q) => q.solutions.length > 0);
  const rewards = sampled.map(({ solutions }): SampledRewards => ({
    rewards: solutions.map((s) => s.reward),
    right: solutions.filter((s) => s.verdict === 'equal').length,
  }));
  const signal = rewards.length === 0 ? [] : signalRows(rewards, settings.size, settings.seed);
  const junk = junkRows(evidence);
  const checks = [
    signalCheck(evidence, signal, rewards),
    truncatedCheck(evidence),
    goldCheck(evidence),
    junkCheck(evidence, junk),
    ...rewardCheck(evidence),
  ];
  const rank = { sick: 0, unjudged: 1, healthy: 2 };
  return {
    settings,
    policy,
    checks: checks.sort((a, b) => rank[a.state] - rank[b.state]),
    signal,
    right: rewards.length === 0 ? null : intervalOfShares(rewards.map((r) => r.right / r.rewards.length)),
    junk,
    replies: evidence.junk,
    golds,
    questions,
    solutions: sampled.reduce((n, q) => n + q.solutions.length, 0),
    notes,
    seconds,
  };
}

/** `42% (31% to 55%)` */
export const shareText = ({ mean, low, high }: MeanInterval): string => `${percent(mean)} (${percent(low)} to ${percent(high)})`;

const check = (id: PreflightCheckId) => ({ id, name: preflightChecks[id] });

function unsampled(id: PreflightCheckId, { policy, noQuestions }: PreflightEvidence): PreflightCheck {
  const why = noQuestions ?? ('because' in policy ? policy : { because: 'nothing was sampled', record: 'sample at least one question' });
  return { ...check(id), state: 'unjudged', because: why.because, record: why.record };
}

function signalCheck(evidence: PreflightEvidence, rows: readonly SignalRow[], sampled: readonly SampledRewards[]): PreflightCheck {
  const { settings } = evidence;
  if (rows.length === 0) return unsampled('signal', evidence);
  const own = rows.find((r) => r.size === settings.size);
  if (own === undefined)
    return {
      ...check('signal'),
      state: 'unjudged',
      because: `${settings.method} compares no groups of one question`,
      record: 'nothing: the table says what groups would be',
    };
  if (own.signal === null || own.allWrong === null || own.allRight === null)
    return {
      ...check('signal'),
      state: 'unjudged',
      because: `groups of ${own.size} are larger than what was sampled of a question, and no distribution of difficulty can be fitted to ${counted(sampled)}`,
      record: `take ${own.size} samples of a question at least, or more questions`,
    };
  const { size, signal, allWrong, allRight } = own;
  const lost = settings.compares ? 1 - signal.mean : allWrong.mean;
  const among = settings.compares
    ? `${percent(lost)} of the groups of ${size} are expected without a difference (${percent(1 - signal.high)} to ${percent(1 - signal.low)})`
    : `${percent(lost)} of the groups of ${size} are expected without a right solution (${percent(allWrong.low)} to ${percent(allWrong.high)})`;
  const evidenceText = `${among}: ${percent(allWrong.mean)} all wrong, ${percent(allRight)} all right; ${judgedBy(evidence)}, ${counted(sampled)}${own.by === 'counted' ? '' : ', by a Beta distribution of their success (right and wrong alone)'}; from ${percent(starvedAt)} on it is a finding`;
  if (lost < starvedAt) return { ...check('signal'), state: 'healthy', evidence: evidenceText };
  const dull = evidence.questions.flatMap((q, i) =>
    q.solutions.length > 0 && q.solutions.every((s) => s.reward === q.solutions[0].reward) ? [i] : [],
  );
  return {
    ...check('signal'),
    state: 'sick',
    evidence: evidenceText,
    advice: signalAdvice(settings, rows, own),
    questions: dull,
  };
}

/** Which group size would do, and what else there is to do. */
function signalAdvice({ compares }: PreflightSettings, rows: readonly SignalRow[], own: SignalRow): string {
  const lostAt = ({ signal, allWrong }: SignalRow): number => (compares ? (signal ? 1 - signal.mean : 1) : (allWrong?.mean ?? 1));
  const enough = rows.find((r) => r.size > own.size && lostAt(r) < starvedAt);
  // Where no model could be fitted, nothing is known of larger groups but that they have no less.
  const unknown = rows.some((r) => r.size > own.size && r.allWrong === null);
  const larger = enough
    ? `G = ${enough.size} would leave ${percent(lostAt(enough))}, for ${significant(enough.size / own.size)} times the samples`
    : unknown
      ? 'what a larger group would leave is not known from these samples'
      : `no group of up to ${rows.at(-1)!.size} would leave less than half`;
  const hard = (own.allWrong?.mean ?? 0) >= (own.allRight ?? 0);
  const data = hard ? 'take easier questions, or teach the policy first (SFT)' : 'take harder questions: these are solved';
  return `${larger}; or ${data}`;
}

/** `32 questions, 16 samples each` */
function counted(sampled: readonly SampledRewards[]): string {
  const sizes = sampled.map((s) => s.rewards.length);
  const [least, most] = [smallest(sizes), largest(sizes)];
  return `${count(sampled.length, 'question')}, ${least === most ? least : `${least} to ${most}`} samples each`;
}

/** What difference is meant where not the whole reward is known. */
function judgedBy({ settings: { terms, unknownTerms } }: PreflightEvidence): string {
  if (terms.length === 0) return 'by the built-in checker’s right and wrong alone';
  return unknownTerms.length > 0 ? `by ${terms.join(', ')} alone` : 'by the run’s reward';
}

function truncatedCheck(evidence: PreflightEvidence): PreflightCheck {
  const { cap } = evidence.settings;
  const known = evidence.questions.map((q) => q.solutions.filter((s) => s.finish !== 'other'));
  const sampled = known.filter((list) => list.length > 0);
  if (sampled.length === 0) {
    if (evidence.questions.every((q) => q.solutions.length === 0)) return unsampled('truncated', evidence);
    const record = 'ask a server that gives finish_reason';
    return { ...check('truncated'), state: 'unjudged', because: 'the sampler does not say how its solutions ended', record };
  }
  const share = intervalOfShares(sampled.map((list) => list.filter((s) => s.finish === 'length').length / list.length));
  const solutions = sampled.reduce((n, list) => n + list.length, 0);
  const lost = evidence.questions.reduce((n, q) => n + q.solutions.length, 0) - solutions;
  const unknown = lost > 0 ? `, ${count(lost, 'more')} whose end is not known` : '';
  const text = `${shareText(share)} were cut at ${count(cap, 'token')}; ${count(solutions, 'solution')} of ${count(sampled.length, 'question')}${unknown}; above ${percent(truncatedAt)} it is a finding`;
  if (share.mean <= truncatedAt) return { ...check('truncated'), state: 'healthy', evidence: text };
  return {
    ...check('truncated'),
    state: 'sick',
    evidence: text,
    advice:
      'raise sampling.max_tokens, see whether they repeat themselves or whether the end token is known, or teach shorter solutions first',
    questions: evidence.questions.flatMap((q, i) => (q.solutions.some((s) => s.finish === 'length') ? [i] : [])),
  };
}

function goldCheck({ golds: { checked, unreadable }, noQuestions, questions }: PreflightEvidence): PreflightCheck {
  if (checked === 0) {
    const { because, record } = noQuestions ?? { because: 'there is no gold answer', record: 'give questions with gold answers' };
    return { ...check('gold'), state: 'unjudged', because, record };
  }
  // A share of what was drawn, each question once.
  const share = intervalOfShares(Array.from({ length: checked }, (_, i) => (i < unreadable.length ? 1 : 0)));
  const text = `${unreadable.length.toLocaleString('en-US')} of ${count(checked, 'gold answer')}, ${shareText(share)}: no solution of these can be found right`;
  if (unreadable.length === 0)
    return {
      ...check('gold'),
      state: 'healthy',
      evidence: `none of ${count(checked, 'gold answer')} (up to ${percent(share.high)} of all)`,
    };
  const bad = new Set(unreadable.map((u) => u.question));
  return {
    ...check('gold'),
    state: 'sick',
    evidence: `${text}; the first: ${oneLine(unreadable[0].gold, 60)} (${unreadable[0].why})`,
    advice: 'leave these questions out, or write their gold answers as one number, formula or word',
    questions: questions.flatMap((q, i) => (bad.has(q.question) ? [i] : [])),
  };
}

const isPaid = ({ reward }: JudgedJunk): boolean => reward !== null && reward > paidAbove;

function junkRows({ junk }: PreflightEvidence): JunkRow[] {
  return junkKinds.flatMap((kind) => {
    const replies = junk.filter((j) => j.kind === kind && j.reward !== null);
    const paid = replies.filter(isPaid);
    return replies.length === 0
      ? []
      : [{ kind, name: junkNames[kind], replies: replies.length, paid: paid.length, example: paid.at(0) ?? null }];
  });
}

function junkCheck(evidence: PreflightEvidence, rows: readonly JunkRow[]): PreflightCheck {
  const { settings, noQuestions, questions } = evidence;
  if (settings.terms.length === 0)
    return {
      ...check('junk'),
      state: 'unjudged',
      because: settings.ownReward
        ? 'the reward is that of a program of your own, which runs only in training'
        : `${settings.unknownTerms.join(' and ')} can be called only in training`,
      record:
        'call your reward with the replies that --json lists under replies (nothing, the question, yes, a refusal, all numbers, an empty box): none may be paid',
    };
  if (rows.length === 0) {
    const { because, record } = noQuestions ?? { because: 'there is no question to reply to', record: 'give questions' };
    return { ...check('junk'), state: 'unjudged', because, record };
  }
  const [replies, paid] = [rows.reduce((n, r) => n + r.replies, 0), rows.filter((r) => r.paid > 0)];
  const whole = settings.unknownTerms.length > 0 ? `; without ${settings.unknownTerms.join(', ')}` : '';
  if (paid.length === 0)
    return {
      ...check('junk'),
      state: 'healthy',
      evidence: `none of ${count(replies, 'reply', 'replies')} of ${count(rows.length, 'kind')} is paid, on ${count(questions.length, 'question')}${whole}`,
    };
  const each = paid.map(({ name, paid: n, replies: of, example }) => {
    const share = intervalOfShares(Array.from({ length: of }, (_, i) => (i < n ? 1 : 0)));
    return `${name} ${n} of ${of} times (${percent(share.low)} to ${percent(share.high)}; ${significant(example!.reward)} each at first)`;
  });
  const shown = evidence.junk.filter(isPaid).map((j) => j.question);
  return {
    ...check('junk'),
    state: 'sick',
    evidence: `${each.join(', ')}${whole}`,
    advice: 'a policy finds what is paid for nothing: make each term that pays it depend on a right answer, or weigh it 0',
    questions: [...new Set(shown)],
  };
}

/** What of the reward is not judged here, so that a silence of the other checks is not read as a yes. */
function rewardCheck({ settings: { terms, unknownTerms, ownReward } }: PreflightEvidence): PreflightCheck[] {
  if (unknownTerms.length === 0 || terms.length === 0) return [];
  const because = ownReward
    ? 'the reward is that of a program of your own'
    : `${unknownTerms.join(' and ')} can be called only in training`;
  const record = 'look at the first steps of the run (grpo-lab doctor), or write the term as one that is known here';
  return [{ ...check('reward'), state: 'unjudged', because, record }];
}
