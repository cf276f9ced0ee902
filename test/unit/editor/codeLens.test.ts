import { Uri, type TextDocument } from 'vscode';
import { expect, test, vi } from 'vitest';
import { ExperimentLenses } from '../../../src/editor/experiment/codeLens.js';
import type { Runs } from '../../../src/editor/runs.js';
import type { RunSummary } from '../../../src/store/views.js';
import { aSummary } from '../../builders/aSummary.js';
import { EventEmitter } from '../../builders/fakeVscode.js';

/** What stands above the name of an experiment with these runs. */
const lensesOf = (...runs: RunSummary[]): Promise<{ title: string; tooltip: string }[]> => lensesAbove('name: arith-grpo\n', runs);

async function lensesAbove(text: string, runs: RunSummary[] = []): Promise<{ title: string; tooltip: string }[]> {
  const known = { onDidUpdate: new EventEmitter<unknown>().event, all: () => Promise.resolve(runs) };
  const document = { uri: Uri.file('/w/arith-grpo.experiment.yaml'), getText: () => text };
  const lenses = await new ExperimentLenses(known as unknown as Runs).provideCodeLenses(document as unknown as TextDocument);
  return lenses.map((lens) => lens.command as unknown as { title: string; tooltip: string });
}

test('a curve above the name says in its tooltip of what it is and how far it reaches', async () => {
  const [, run] = await lensesOf(aSummary());
  expect(run).toMatchObject({
    title: '$(sync~spin) run 3: 42/100 reward 0.712 ▁▃▅█',
    tooltip: 'Open the dashboard beside. Curve: reward 0 to 0.990',
  });
});

test('a pre-flight is offered beside the launch where solutions are sampled, and nowhere else', async () => {
  const titles = async (method: string): Promise<string[]> => {
    const text = `name: a\npolicy: { preset: nano-2l }\nmethod: { name: ${method} }\ndata: { generator: arithmetic }\nsteps: 1\n`;
    return (await lensesAbove(text)).map((lens) => lens.title);
  };
  expect(await titles('grpo')).toEqual(['$(play) Launch', '$(checklist) Pre-flight']);
  expect(await titles('sft')).toEqual(['$(play) Launch']);
});

test('a run without a curve has nothing to say of one', async () => {
  const [, run] = await lensesOf(aSummary({ spark: { metric: 'loss', values: [], extent: null } }));
  expect(run.tooltip).toBe('Open the dashboard beside');
});

test('of a quick run the lenses change once a second, and after its last step', () => {
  vi.useFakeTimers();
  try {
    const updated = new EventEmitter<unknown>();
    const lenses = new ExperimentLenses({ onDidUpdate: updated.event } as unknown as Runs);
    const signs: number[] = [];
    const begun = performance.now();
    lenses.onDidChangeCodeLenses(() => signs.push(performance.now() - begun));
    for (let step = 0; step <= 30; step++) {
      updated.fire([]);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(5000);
    expect(signs).toEqual([0, 1000, 2000, 3000, 4000].slice(0, signs.length));
    expect(signs.at(-1)).toBeGreaterThanOrEqual(3000);
    lenses.dispose();
  } finally {
    vi.useRealTimers();
  }
});
