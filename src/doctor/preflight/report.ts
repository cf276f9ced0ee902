/** What a pre-flight has found: what was sampled, what was put to the reward, and what follows from both. */
import type { MeanInterval } from '../../core/estimators.js';
import type { JunkKind } from './junkReplies.js';
import type { SignalRow } from './signal.js';

/** How many questions are sampled, and solutions of each; and the most of either. */
export const preflightDefaults = { questions: 32, samples: 16 } as const;
export const preflightMost = { questions: 1000, samples: 1024 } as const;

/** How the run would sample and reward, as far as it says. */
export interface PreflightSettings {
  experiment: string;
  method: string;
  /** G; null: the method samples no groups of one question. */
  size: number | null;
  /** What a group without a difference costs: all of it, or nothing where the method imitates what is right. */
  compares: boolean;
  temperature: number;
  /** Longest solution, tokens. */
  cap: number;
  seed: number;
  /** Names of the reward terms that are judged here; empty: none is, and right counts 1. */
  terms: readonly string[];
  /** Names of those that are not, or what stands for a reward that is not known here. */
  unknownTerms: readonly string[];
  /** The reward is that of a program of one's own. */
  ownReward: boolean;
}

/** One solution that was sampled; untrusted text. */
export interface PreflightSolution {
  text: string;
  /** Null where the sampler does not say. */
  tokens: number | null;
  finish: 'stop' | 'length' | 'other';
  verdict: 'equal' | 'different' | 'undecided';
  answer: string | null;
  /** Σ weight · term, of the terms that are judged. */
  reward: number;
  terms: Readonly<Record<string, number>>;
}

export interface PreflightQuestion {
  question: string;
  gold: string;
  solutions: readonly PreflightSolution[];
}

/** A junk reply of one question, as the reward has it. */
export interface JudgedJunk {
  /** Which of the questions. */
  question: number;
  kind: JunkKind;
  text: string;
  /** Null: the reward cannot be called here. */
  reward: number | null;
  terms: Readonly<Record<string, number>>;
}

export interface UnreadableGold {
  question: string;
  gold: string;
  why: string;
}

/** What was seen before anything is made of it. */
export interface PreflightEvidence {
  settings: PreflightSettings;
  /** What was sampled from; null: from nothing, and why. */
  policy: { label: string } | { because: string; record: string };
  /** The questions that replies were put to; with solutions where a policy was sampled. */
  questions: readonly PreflightQuestion[];
  /** Why there are no questions; null: there are. */
  noQuestions: { because: string; record: string } | null;
  junk: readonly JudgedJunk[];
  golds: { checked: number; unreadable: readonly UnreadableGold[] };
  /** What a person should know of how it was done. */
  notes: readonly string[];
  seconds: number;
}

export const preflightChecks = {
  signal: 'Groups without a difference',
  truncated: 'Truncated solutions',
  gold: 'Gold answers that nothing can read',
  junk: 'Junk replies that are paid',
  reward: 'The whole reward',
} as const;
export type PreflightCheckId = keyof typeof preflightChecks;

/** Found, not found, or not to be judged here; as the doctor answers of a run. */
export type PreflightCheck = { id: PreflightCheckId; name: string } & (
  | {
      state: 'sick';
      /** With its numbers, the threshold, the number of samples and the interval. */
      evidence: string;
      advice: string;
      /** The questions that show it, by their place. */
      questions: readonly number[];
    }
  | { state: 'healthy'; evidence: string }
  | { state: 'unjudged'; because: string; record: string }
);

/** How one kind of junk was paid. */
export interface JunkRow {
  kind: JunkKind;
  name: string;
  /** Replies that were put to the reward, and how many of them were paid. */
  replies: number;
  paid: number;
  /** The first that was paid, by its place. */
  example: JudgedJunk | null;
}

export interface Preflight {
  settings: PreflightSettings;
  policy: PreflightEvidence['policy'];
  /** The first is what the run would suffer from most. */
  checks: readonly PreflightCheck[];
  /** By group size; empty without samples. */
  signal: readonly SignalRow[];
  /** Share of right solutions; null without samples. */
  right: MeanInterval | null;
  /** By kind; empty where the reward cannot be called here. */
  junk: readonly JunkRow[];
  /** All of them. */
  replies: readonly JudgedJunk[];
  golds: PreflightEvidence['golds'];
  questions: readonly PreflightQuestion[];
  /** Solutions of all questions. */
  solutions: number;
  notes: readonly string[];
  seconds: number;
}
