/** Conversations as people have them: a run of tool calls, walked by keys to the call that failed, and a run whose questions are pictures. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VsCode, type RunRow } from './vscode.js';

/** Three questions with two episodes each; a tool fails in the second episode of the second question. */
function episodes(): string {
  const row = (question: number, episode: number): string => {
    const failed = question === 1 && episode === 1;
    return JSON.stringify({
      asked: [{ role: 'user', content: `What is 2^${10 * (question + 1)}?` }],
      said: [
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'A program knows.',
          tool_calls: [{ id: 'c', function: { name: 'python', arguments: `{"code":"2**${10 * (question + 1)}"}` } }],
        },
        { role: 'tool', tool_call_id: 'c', name: 'python', content: failed ? 'TimeoutError: too late' : '1024', is_error: failed },
        { role: 'assistant', content: failed ? 'I do not know.' : 'It is that.' },
      ],
      points: failed ? 0 : 1,
    });
  };
  return [0, 1, 2].flatMap((question) => [0, 1].map((episode) => `${row(question, episode)}\n`)).join('');
}

/** A picture of one pixel. */
const dot = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const picture = { type: 'image_url', image_url: { url: dot } };
const seen = JSON.stringify({
  asked: [{ role: 'user', content: [{ type: 'text', text: 'What colour is it?' }, picture] }],
  said: 'It is transparent.',
  points: 1,
});

describe('imported conversations', () => {
  let folder: string;
  let code: VsCode;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-conversations-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'tools.jsonl'), episodes());
    writeFileSync(join(folder, 'data', 'vision.jsonl'), `${seen}\n`);
    code = await VsCode.open({ workspace: folder });
  });
  afterAll(async () => {
    await code.screenshot('conversations-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Imports a table, as another user of the same workspace, and opens a place of it. */
  const open = async (name: string, place: string): Promise<string> => {
    code.cli('import', join('data', `${name}.jsonl`), '--map', 'question=asked,solution=said,reward=points');
    const [{ id }] = code.cli<RunRow[]>('ls');
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.page.locator('.quick-input-widget input').first().fill(`/runs/${id}/${place}`);
    await code.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await code.page.keyboard.press('Enter');
    return id;
  };

  test('the tool call that failed is found with a condition and keys', async () => {
    const id = await open('tools', 'step 1');
    const groups = await code.frameWith('groups-page tbody tr.group');
    const condition = groups.getByRole('button', { name: /^tool failures 1$/ });
    await condition.focus();
    await code.page.keyboard.press('Enter');
    await expect.poll(() => groups.locator('tbody tr.group').count()).toBe(1);
    expect(code.cli<{ group: number }[]>('show', id, '--step', '1', '--only', 'tool-failures').map((g) => g.group)).toEqual([1]);
    await code.screenshot('conversations-failing');

    await groups.locator('tbody tr.group [data-group="1"]').focus();
    await code.page.keyboard.press('Enter');
    const group = await code.frameWith('group-page .card');
    expect(await group.locator('.card[data-solution="1"]').innerText()).toMatch(/4 turns · 1 call \(1 failed\)/);
    await group.locator('.card[data-solution="0"]').focus();
    await code.page.keyboard.press('Enter');
    const solution = await code.frameWith('solution-page conversation-view.rendered');
    expect(await solution.locator('.codicon-error').count()).toBe(0);
    await solution.locator('.facts').click();
    await code.page.keyboard.press('j');
    await expect.poll(() => solution.locator('header').innerText()).toContain('Solution 2 of 2');
    await expect.poll(() => solution.locator('.turn-result').innerText()).toMatch(/failed[^]*TimeoutError: too late/);
    // A label by the keyboard alone, which the command line finds.
    await code.page.keyboard.press('Shift+L');
    await solution.locator('label-field input:focus').waitFor();
    await code.page.keyboard.type('tool broke');
    await code.page.keyboard.press('Enter');
    await solution.getByRole('button', { name: 'Take the label tool broke away' }).waitFor();
    expect(code.cli<{ matched: number }>('find', 'label:"tool broke"').matched).toBe(1);
    await code.screenshotsInAllThemes('conversations-failed-call');
  });

  test('the picture of a question is shown from the run’s own folder', async () => {
    const id = await open('vision', 'step 1/group 1');
    const group = await code.frameWith('group-page run-picture img');
    await expect
      .poll(() => group.locator('run-picture img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
      .toBe(1);
    expect(readdirSync(join(code.workspace, '.grpo-lab', 'runs', id, 'media'))).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.gif$/)]);
    await code.screenshot('conversations-picture');
  });
});
