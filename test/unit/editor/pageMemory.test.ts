import { expect, test } from 'vitest';
import { PageMemory } from '../../../src/editor/pages/pageMemory.js';

/** VS Code's storage, as far as it goes here: it gives back what was put in, as JSON. */
function storage(initial?: unknown) {
  let text: string | undefined = initial === undefined ? undefined : JSON.stringify(initial);
  return {
    keys: () => ['pages'],
    get: (): unknown => (text === undefined ? undefined : JSON.parse(text)),
    update: (_: string, value: unknown) => {
      text = JSON.stringify(value);
      return Promise.resolve();
    },
  } as ConstructorParameters<typeof PageMemory>[0];
}

const at = (step: number) => ({ run: 'a', step });

test('a tab is known by its kind and title, also in the next window', async () => {
  const kept = storage();
  await new PageMemory(kept).remember('grpoLab.groups', 'Step 3 · a', at(3));
  expect(new PageMemory(kept).find('grpoLab.groups', 'Step 3 · a')).toEqual(at(3));
  expect(new PageMemory(kept).find('grpoLab.group', 'Step 3 · a')).toBeUndefined();
});

test('the newest address of a title counts, and old tabs are forgotten', async () => {
  const memory = new PageMemory(storage());
  for (let i = 0; i < 100; i++) await memory.remember('grpoLab.groups', `Step ${i}`, at(i));
  await memory.remember('grpoLab.groups', 'Step 99', at(7));
  expect(memory.find('grpoLab.groups', 'Step 99')).toEqual(at(7));
  expect(memory.find('grpoLab.groups', 'Step 3')).toBeUndefined();
});

test('storage of another version is no obstacle', async () => {
  const memory = new PageMemory(storage({ old: true }));
  expect(memory.find('grpoLab.groups', 'Step 1')).toBeUndefined();
  await memory.remember('grpoLab.groups', 'Step 1', at(1));
  expect(memory.find('grpoLab.groups', 'Step 1')).toEqual(at(1));
});
