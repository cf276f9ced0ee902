/** How many different things solutions say, as curves. Pure. */
import { count } from '../../src/core/format.js';
import { modeMeans, type ModeMeans, type ModeSums } from '../../src/core/modes.js';
import { nearMeaning } from '../../src/words/nearDuplicatesText.js';
import { styleOf, type Line, type Point } from '../shared/charts/line.js';

export interface ModeChart {
  heading: string;
  lines: Line[];
  notes: string[];
}

/** @param steps sums of steps, or of several behind each other, which stand at the first of them */
export function modeCharts(steps: readonly ModeSums[]): ModeChart[] {
  const means = steps.map((sums) => ({ step: sums.from, ...modeMeans(sums) }));
  const line = (style: number, label: string, meaning: string, value: (m: ModeMeans) => number | null): Line => {
    const points: Point[] = [];
    let gap = false;
    for (const m of means) {
      const y = value(m);
      if (y !== null) points.push({ x: m.step, y, step: m.step, ...(gap && points.length > 0 && { gap }) });
      gap = y === null;
    }
    return { label, meaning, ...styleOf(style), points };
  };
  const unanswered = steps.filter((s) => s.answered === 0).length;
  const notes = unanswered > 0 ? [`in ${count(unanswered, 'step')} no answer is recorded`] : [];
  const charts: ModeChart[] = [
    {
      heading: 'Share of solutions that repeat another one',
      lines: [
        line(0, 'near-duplicates', `Share of ${nearMeaning}`, (m) => m.near),
        line(1, 'repeated', 'Share of solutions that say letter by letter what another one of their group says', (m) => m.repeated),
      ],
      notes: [],
    },
    {
      heading: 'Distinct answers',
      lines: [line(0, 'distinct answers', 'Mean over the groups in which some solution has an answer', (m) => m.distinct)],
      notes,
    },
    {
      heading: 'Entropy of answers',
      lines: [
        line(0, 'entropy', 'In nats, over the answers of a group; mean over the groups in which at least two have one', (m) => m.entropy),
      ],
      notes,
    },
  ];
  return charts.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}
