/** Solutions as they are exported: whole texts. */
import type { Turn } from '../../protocol/turns.js';

/** Solutions of one group. */
export interface ExportedGroup {
  question: string;
  questionId: string;
  /** Who said what in the question; null where nobody said. */
  questionTurns: Turn[] | null;
  gold: string | null;
  solutions: ExportedSolution[];
}

export interface ExportedSolution {
  /** Within its group, from 0. */
  index: number;
  text: string;
  /** Who said what in the text; null where nobody said. */
  turns: Turn[] | null;
  reward: number | null;
  rewards: Record<string, number | null>;
  advantage: number | null;
  correct: boolean | null;
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  tokens: number;
  kl: number | null;
}
