import { Uri } from 'vscode';
import { expect, test } from 'vitest';
import { PagePanel } from '../../../src/editor/pages/pagePanel.js';
import { fake, ViewColumn, window } from '../../builders/fakeVscode.js';

test('a page that moves on stays behind the one that was opened over it; one that is to be shown comes to the front', () => {
  const panel = (): PagePanel =>
    new PagePanel(
      'dashboard',
      window.createWebviewPanel('grpoLab.dashboard', 'run', { viewColumn: ViewColumn.One }) as never,
      { run: 'a' },
      Uri.file('/x'),
      () => undefined,
    );
  fake.reset();
  const [below, above] = [panel(), panel()];
  expect([below.panel.visible, above.panel.visible]).toEqual([false, true]);
  below.moveOn({ run: 'b' });
  expect(below.address).toEqual({ run: 'b' });
  expect([below.panel.visible, above.panel.visible]).toEqual([false, true]);
  below.show({ run: 'c' });
  expect([below.panel.visible, above.panel.visible]).toEqual([true, false]);
});
