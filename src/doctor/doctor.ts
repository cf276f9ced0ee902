/** Examines a run as its data arrive: every rule sees every group and step once. What all of them keep together has a bound. */
import type { ExaminedGroup, ExaminedRun, ExaminedStep } from './evidence.js';
import { unjudged, type Healthy, type Judgement, type Sick, type Unjudged } from './judgement.js';
import type { Examination, Rule } from './rule.js';
import { rules as allRules } from './rules.js';
import { isSerious } from './severity.js';
import { addGroup, noSums } from './stepSums.js';
import { whereSeen, type Seen } from './whereSeen.js';
import { window } from './windows.js';

interface Named {
  /** Of the rule: programs go by it. */
  id: string;
  name: string;
}

export interface Finding extends Named, Omit<Sick, 'state'> {
  /** It goes on, and costs much. */
  serious: boolean;
  /** Where it can be seen besides its doors. */
  seen: Seen;
  /** Findings that follow from this one, the costliest first. */
  consequences: Finding[];
}

export interface Diagnosis {
  /** The costliest first; what follows from another stands under it. */
  findings: Finding[];
  /** What could not be judged and why; first what could be, were something recorded. */
  unjudged: (Named & Omit<Unjudged, 'state'>)[];
  healthy: (Named & Omit<Healthy, 'state'>)[];
  /** Steps that were seen, and the last of them; null: none. */
  steps: number;
  upTo: number | null;
}

export class Doctor {
  private readonly examinations: { rule: Rule; examination: Examination }[];
  private sums = noSums();
  private steps = 0;
  private upTo: number | null = null;

  constructor(
    run: ExaminedRun,
    private readonly rules: readonly Rule[] = allRules,
  ) {
    const barred = doesNotApply(run);
    const open: Examination = { judgement: () => barred! };
    this.examinations = rules.map((rule) => ({ rule, examination: barred && rule.anyRun !== true ? open : rule.begin(run) }));
  }

  /** A group of the step that comes next. */
  group(group: ExaminedGroup, step: number): void {
    if (group.solutions.length === 0) return;
    addGroup(this.sums, group);
    for (const { examination } of this.examinations) examination.group?.(group, step);
  }

  /** A step whose groups have all been seen. Steps come in their order. */
  step(step: ExaminedStep): void {
    for (const { examination } of this.examinations) examination.step?.(step, this.sums);
    this.sums = noSums();
    this.steps++;
    this.upTo = step.step;
  }

  /** What is to be said so far. @param now ms since 1970: for what is still open */
  diagnosis(now: number): Diagnosis {
    const all = this.examinations.map(({ rule, examination }) => ({ rule, judgement: examination.judgement(now) }));
    const sick: (Named & Omit<Sick, 'state'>)[] = [];
    const open: Diagnosis['unjudged'] = [];
    const healthy: Diagnosis['healthy'] = [];
    for (const {
      rule: { id, name },
      judgement,
    } of all) {
      if (judgement.state === 'sick') sick.push({ id, name, ...withoutState(judgement) });
      else if (judgement.state === 'unjudged') open.push({ id, name, ...withoutState(judgement) });
      else healthy.push({ id, name, ...withoutState(judgement) });
    }
    open.sort((a, b) => Number(a.record === null) - Number(b.record === null));
    return { findings: this.folded(sick), unjudged: open, healthy, steps: this.steps, upTo: this.upTo };
  }

  /** Puts each finding under the cause that it follows from: one that is found too, and did not begin later by more than a window. */
  private folded(sick: (Named & Omit<Sick, 'state'>)[]): Finding[] {
    const costlier = (a: Finding, b: Finding): number => b.cost.share - a.cost.share;
    const findings = sick
      .map((s): Finding => ({ ...s, serious: isSerious(s, this.upTo), seen: whereSeen(s.id, s.onset), consequences: [] }))
      .sort(costlier);
    const causeOf = new Map<Finding, Finding>();
    for (const finding of findings) {
      const causes = findings.filter((other) => {
        const follows = this.rules.find((r) => r.id === other.id)?.consequences?.includes(finding.id);
        return follows === true && other.onset <= finding.onset + window && !leadsTo(causeOf, other, finding);
      });
      // The one that began first; of equals the costlier.
      const cause = causes.sort((a, b) => a.onset - b.onset || costlier(a, b)).at(0);
      if (cause !== undefined) causeOf.set(finding, cause);
    }
    for (const [finding, cause] of causeOf) rootOf(causeOf, cause).consequences.push(finding);
    return findings.filter((finding) => !causeOf.has(finding));
  }
}

/** Why checks of rewards, groups and policies say nothing of a run; null: they do. */
function doesNotApply({ learns, method }: ExaminedRun): Unjudged | null {
  if (learns === 'nothing') return unjudged('it evaluates, and trains nothing');
  if (learns === 'texts') return unjudged(`${method} learns from given texts, not from rewards`);
  return learns === 'preferences' ? unjudged(`${method} trains a reward model, no policy`) : null;
}

function withoutState<J extends Judgement>(judgement: J): Omit<J, 'state'> {
  const answer: Partial<J> = { ...judgement };
  delete answer.state;
  return answer as Omit<J, 'state'>;
}

function rootOf(causeOf: ReadonlyMap<Finding, Finding>, finding: Finding): Finding {
  const cause = causeOf.get(finding);
  return cause === undefined ? finding : rootOf(causeOf, cause);
}
/** Whether `from` already follows from `to`: rules may name each other. */
const leadsTo = (causeOf: ReadonlyMap<Finding, Finding>, from: Finding, to: Finding): boolean =>
  from === to || (causeOf.has(from) && leadsTo(causeOf, causeOf.get(from)!, to));
