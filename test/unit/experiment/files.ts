/** Texts for the tests of this folder. */
export const grpoFile = `# My run
name: arith-grpo   # what it is called
policy: { from: arith-sft }
method:
  name: grpo
  # keep it close
  beta: 0.04
data:
  generator: arithmetic
  levels: [1, 2]
steps: 100
`;

export const sftFile = `name: arith-sft
policy: { preset: tiny-2l }
method: { name: sft }
data: { generator: arithmetic }
steps: 400
`;
