import { beforeEach, expect, test } from 'vitest';
import { experimentInFront, textInFront } from '../../../src/editor/experiment/inFront.js';
import { fake, TabInputText, Uri } from '../../builders/fakeVscode.js';

const experiment = Uri.file('/lab/arith.experiment.yaml');
const notes = Uri.file('/lab/notes.md');
const inFront = (input: unknown): void => {
  fake.tabGroups = [{ viewColumn: 1, tabs: [{ label: '', input, isPinned: false, isActive: true }] }];
};
beforeEach(() => fake.reset());

test('a file is in front as soon as its tab is there, before its editor is', () => {
  inFront(new TabInputText(experiment));
  expect(experimentInFront()).toBe(experiment);
});

test('the editor that is still the active one while another tab comes to the front is not asked', () => {
  fake.activeTextEditor = { document: { uri: experiment } };
  inFront(new TabInputText(notes));
  expect(experimentInFront()).toBeUndefined();
});

test('in a diff, the side that is edited', () => {
  fake.activeTextEditor = { document: { uri: experiment } };
  inFront({ original: notes, modified: experiment });
  expect(experimentInFront()).toBe(experiment);
});

test('what an experiment was when it was launched is none to launch or plan', () => {
  inFront(new TabInputText(Uri.from({ scheme: 'grpo-lab', path: experiment.path })));
  expect(experimentInFront()).toBeUndefined();
});

test('the column beside which a dashboard is opened is that of the tab', () => {
  inFront(new TabInputText(experiment));
  expect(textInFront()?.column).toBe(1);
  inFront(undefined);
  expect(textInFront()).toBeUndefined();
});
