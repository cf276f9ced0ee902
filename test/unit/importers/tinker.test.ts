import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { tinker } from '../../../src/importers/formats/tinker/tinker.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const sums = join(importFixtures, 'tinker/sums');
const summary = 'iteration_000000/train_rollout_summaries.jsonl';

test('groups with texts where they were logged, and without where not, as a note says', async () => {
  const { events, notes, run } = await importOf(tinker, sums);
  const groups = events.filter((event) => event.type === 'group');
  const rows = readFileSync(join(sums, summary), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { total_reward: number; steps: [{ ac_len: number; metrics: { correct: number } }] });
  expect(groups.map(({ step, group, solutions }) => [step, group, solutions.length])).toEqual([
    [0, 0, 3],
    [0, 1, 3],
    [1, 0, 3],
    [1, 1, 3],
  ]);
  expect(groups[0]).toMatchObject({ question: '2 + 2 =', gold: '4', info: { tags: 'sums' } });
  expect(groups[0].solutions.map(({ reward, tokens, correct }) => [reward, tokens, correct])).toEqual(
    rows.slice(0, 3).map(({ total_reward, steps: [{ ac_len, metrics }] }) => [total_reward, ac_len, metrics.correct === 1]),
  );
  for (const { text, correct } of groups[0].solutions) expect(text.trim() === '4').toBe(correct);
  expect(groups[1]).toMatchObject({ question: '', question_id: 'iteration 0, group 1', info: { text: 'not written by tinker-cookbook' } });
  expect(groups[1].solutions.every(({ text }) => text === '')).toBe(true);
  expect(notes.find(({ id }) => id === 'tinker:texts')?.message).toContain('num_groups_to_log');
  const stands = standing(events);
  expect(stands.get('0 metric reward/mean')).toBeCloseTo(0.26666666, 7);
  expect(stands.get('1 metric accuracy/train')).toBeCloseTo(1 / 6, 12);
  expect(run).toMatchObject({ name: 'sums', config: { group_size: 3 } });
});

test('chats of a log tree are conversations: prompts with a system message, answers that reason', async () => {
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  const file = join(folder, 'iteration_000000/train_logtree.json');
  const system = '{"role":"system","content":"Add."},';
  const prompt = '"messages":[{"role":"user","content":"2 + 2 ="}]';
  const answer = '{"role":"assistant","content":"4"}';
  const thinking = '{"role":"assistant","content":[{"type":"thinking","thinking":"two and two"},{"type":"text","text":"4"}]}';
  const tree = readFileSync(file, 'utf8');
  expect(tree).toContain(answer);
  writeFileSync(file, tree.replaceAll(prompt, prompt.replace('[', `[${system}`)).replaceAll(answer, thinking));
  const { events } = await importOf(tinker, folder);
  const group = events.find((event) => event.type === 'group')!;
  expect(group).toMatchObject({ question: 'system: Add.\n\nuser: 2 + 2 =', question_turns: [{ role: 'system' }, { role: 'user' }] });
  const reasoned = group.solutions.find(({ text }) => text.endsWith('4'));
  expect(reasoned?.turns?.map(({ kind }) => kind)).toEqual(['reasoning', 'text']);
});

test('it is detected by its rows', async () => {
  expect(await tinker.detect(folderSource(sums))).toMatchObject({
    confidence: 0.95,
    why: `${summary} with group_idx, traj_idx and total_reward`,
  });
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  for (const i of [0, 1]) writeFileSync(join(folder, `iteration_00000${i}/train_rollout_summaries.jsonl`), '{"a": 1}\n');
  expect(await tinker.detect(folderSource(folder))).toBeNull();
});

test('files that come in any order and grow come to the same as the whole', async () => {
  const files = (await folderSource(sums).list()).map(({ name }) => name);
  const whole = standing((await importOf(tinker, sums)).events);
  const folder = scratch();
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(files, { minLength: files.length }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (order, share) => {
        rmSync(folder, { recursive: true, force: true });
        cpSync(sums, folder, { recursive: true });
        for (const name of files) rmSync(join(folder, name));
        const session = tinker.open(folderSource(folder), {});
        const events = [];
        for (const name of order) {
          const bytes = readFileSync(join(sums, name));
          if (name.endsWith('.jsonl')) {
            writeFileSync(join(folder, name), bytes.subarray(0, Math.floor(share * bytes.length)));
            events.push(...(await look(session)).events);
          }
          writeFileSync(join(folder, name), bytes);
          events.push(...(await look(session)).events);
        }
        expect(standing(events)).toEqual(whole);
        expect((await look(session)).events).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});

test('metrics that are cut, as when training goes on from a checkpoint, are taken back; groups that are still there stand', async () => {
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  const session = tinker.open(folderSource(folder), {});
  const events = [...(await look(session)).events];
  const file = join(folder, 'metrics.jsonl');
  writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n`);
  events.push(...(await look(session)).events);
  const stands = standing(events);
  expect(stands.has('0 metric reward/mean')).toBe(true);
  expect(stands.has('1 metric reward/mean')).toBe(false);
  expect(stands.get('1 group 1')).toBeDefined();
  expect((await look(session)).events).toEqual([]);
});

test('a group that grows finds its texts when it is whole, and keeps them when it is told once more', async () => {
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  const file = join(folder, summary);
  const rows = readFileSync(file, 'utf8').trim().split('\n');
  const session = tinker.open(folderSource(folder), {});
  const texts = async (): Promise<string | undefined> =>
    (await look(session)).events
      .flatMap((event) => (event.type === 'group' && event.step === 0 && event.group === 0 ? [event.question] : []))
      .at(-1);
  writeFileSync(file, `${rows.slice(0, 2).join('\n')}\n`);
  expect(await texts()).toBe('');
  writeFileSync(file, `${rows.slice(0, 3).join('\n')}\n`);
  expect(await texts()).toBe('2 + 2 =');
  // A row of the same group behind those of the next one: it is told with four rows, which the log tree does not have.
  writeFileSync(file, `${[...rows, rows[0]].join('\n')}\n`);
  expect(await texts()).toBe('');
  writeFileSync(file, `${rows.join('\n')}\n`);
  expect(await texts()).toBe('2 + 2 =');
});

test('evaluations are benchmarks where the environment says what is right', async () => {
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  cpSync(join(folder, summary), join(folder, 'iteration_000001/eval_gsm8k_rollout_summaries.jsonl'));
  const { events } = await importOf(tinker, folder);
  expect(standing(events).get('1 benchmark gsm8k sampled')).toMatchObject({ value: 2 / 6, n: 6 });
});

test.each([
  [summary, '{"group_idx": 0}\n', /train_rollout_summaries\.jsonl, line 1: no rollout summary/],
  [summary, '{"group_idx": 0, \n', /train_rollout_summaries\.jsonl, line 1: not JSON/],
  [summary, Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), /line 1: bytes that are not UTF-8/],
  ['iteration_000000/train_logtree.json', '{"root": ', /train_logtree\.json: not JSON/],
  ['metrics.jsonl', '{"step": 0}\n{"loss": 1}\n', /metrics\.jsonl, line 2: no metrics/],
])('%s holding %j is refused with file and line', async (name, content, message) => {
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  writeFileSync(join(folder, name), content);
  await expect(importOf(tinker, folder)).rejects.toThrow(message);
});

test('a log tree nested without end is passed over', async () => {
  const folder = scratch();
  cpSync(sums, folder, { recursive: true });
  const tree = `${'{"tag":"div","children":['.repeat(5000)}${']}'.repeat(5000)}`;
  writeFileSync(join(folder, 'iteration_000000/train_logtree.json'), `{"root":${tree}}`);
  const { events } = await importOf(tinker, folder);
  expect(standing(events).get('0 group 0')).toMatchObject({ question: '' });
});
