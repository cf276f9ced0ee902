/** What the groups of a step have, and so which columns they get. Pure. */
import { stripReach } from '../shared/advantageStrip.js';
import { temperatureText } from '../../src/core/logpTemperature.js';
import type { GroupsView } from '../../src/contracts/groups.js';

export interface GroupColumns {
  /** They are there to learn from: equal rewards mean something. */
  signal: boolean;
  advantages: boolean;
  /** The temperature that they are at, in words; null without KL. */
  kl: string | null;
  gold: boolean;
  /** Some rows are an evaluation's and others are not. */
  mixedSplits: boolean;
  /** |Â| of a full bar, the same for all rows. */
  reach: number;
  /** Letters of the longest question: what short ones leave over goes to the advantages. */
  letters: number;
}

export const groupColumns = ({ groups, suite, logpTemperatures }: GroupsView): GroupColumns => ({
  signal: suite === null,
  advantages: groups.some((g) => g.advantages.some((a) => a !== null)),
  kl: groups.some((g) => g.klMean !== null) ? temperatureText(logpTemperatures.trainer) : null,
  gold: groups.some((g) => g.gold !== null && g.gold.trim() !== ''),
  mixedSplits: new Set(groups.map((g) => g.split === null)).size > 1,
  reach: stripReach(groups.map((g) => g.advantages)),
  letters: groups.reduce((most, g) => Math.max(most, g.questionPreview.text.length), 0),
});
