import { describe, expect, test } from 'vitest';
import { diffSides, diffTitle, type DiffSide } from '../../../src/editor/solutionDiff.js';

const right: DiffSide = { index: 5, correct: true, advantage: 1.29, reward: 1 };
const wrong: DiffSide = { index: 2, correct: false, advantage: -0.775, reward: 0 };
const place = { step: 500, group: 9, runName: 'arith-grpo-1' };
const at = (side: DiffSide, of = place) => ({ ...side, ...of });

describe('the diff of two solutions', () => {
  test('has what is reinforced more on the green side, whichever one comes from', () => {
    expect(diffSides(right, wrong)).toEqual({ left: wrong, right, by: 'advantage' });
    expect(diffSides(wrong, right)).toEqual({ left: wrong, right, by: 'advantage' });
  });

  test('without advantages, or with equal ones, the reward decides; nothing does between equals', () => {
    expect(diffSides({ ...right, advantage: null }, wrong)).toMatchObject({ left: wrong, by: 'reward' });
    expect(diffSides({ ...right, advantage: 0 }, { ...wrong, advantage: 0 })).toMatchObject({ left: { index: 2 }, by: 'reward' });
    expect(diffSides(right, { ...right, index: 7 })).toMatchObject({ left: { index: 5 }, by: null });
  });

  test('says of both sides the verdict, the advantage and the reward, and where they are', () => {
    expect(diffTitle(at(right), at(wrong))).toBe(
      'red: solution 3 ✕ Â −0.775, reward 0 ↔ green: solution 6 ✓ Â +1.29, reward 1 (more advantage) · group 10 · step 500 · arith-grpo-1',
    );
  });

  test('says of each side where it is, where the two are of different steps', () => {
    expect(diffTitle(at(right), at(wrong, { ...place, step: 2, group: 0 }))).toBe(
      'red: solution 3 ✕ Â −0.775, reward 0 (group 1 · step 2) ↔ green: solution 6 ✓ Â +1.29, reward 1 (group 10 · step 500) (more advantage) · arith-grpo-1',
    );
  });

  test('says of each side of which run it is, where there are two', () => {
    expect(diffTitle(at(right), at(wrong, { ...place, runName: 'arith-grpo-2' }))).toBe(
      'red: solution 3 ✕ Â −0.775, reward 0 (group 10 · step 500 · arith-grpo-2) ↔ green: solution 6 ✓ Â +1.29, reward 1 (group 10 · step 500 · arith-grpo-1) (more advantage)',
    );
  });

  test('says nothing of what is not known', () => {
    const unknown = { index: 0, correct: null, advantage: null, reward: null };
    expect(diffTitle(at(unknown), at({ ...unknown, index: 1 }))).toBe(
      'red: solution 1 ↔ green: solution 2 (neither did better) · group 10 · step 500 · arith-grpo-1',
    );
  });
});
