/** Lines as trainers and evaluators write them, from made-up rollouts. */
import { BATCH, GROUP, logprobOf, perToken, questionOf, rewardOf, rowOf, textOf, tokenOf, TOKENS } from './rows.js';

/** A group a line. */
export function groupLine(first: number, answerOf = textOf): unknown {
  const rows = Array.from({ length: GROUP }, (_, i) => rowOf(first + i, answerOf(first + i)));
  const { step, question } = rows[0];
  return { step, question, gold: '1', samples: rows.map(({ output, reward }) => ({ text: output, reward })) };
}

/** verl's current trainer writes `uid` and sorts by it; the former one wrote none. */
export const verlLine = (row: number, step: number, uid?: string, output = textOf(row)): unknown => ({
  input: questionOf(row),
  output,
  gts: '1',
  score: rewardOf(row),
  step,
  ...(uid !== undefined && { uid }),
});

/** An episode of prime-rl. */
export function episodeLine(row: number): unknown {
  const userNode = {
    message: { role: 'user', content: questionOf(row) },
    sampled: false,
    token_ids: [1, 18, 9],
    mask: [false, false, false],
  };
  const assistantNode = {
    parent: 0,
    message: { role: 'assistant', content: textOf(row) },
    sampled: true,
    token_ids: perToken(row, tokenOf),
    mask: new Array<boolean>(TOKENS).fill(true),
    logprobs: perToken(row, logprobOf),
    reference_logprobs: perToken(row + 1, logprobOf),
    advantages: perToken(row, () => 0.7),
  };
  const rewards = { correct: { score: rewardOf(row), weight: 1 } };
  const traces = [{ version: 1, id: `t${row}`, rewards, is_completed: true, ok: true, nodes: [userNode, assistantNode] }];
  return { id: `e${row}`, env: { id: 'gsm8k' }, group: { id: `g${Math.floor(row / GROUP)}` }, ok: true, errors: [], traces };
}

/** NeMo-RL: everything in a batch of one. */
export const nemoLine = (row: number): unknown => ({
  content: [[questionOf(row), textOf(row)]],
  rewards: [rewardOf(row)],
  input_lengths: [TOKENS],
  // The prompt's tokens are those of its question.
  token_ids: [[...perToken(Math.floor(row / GROUP), tokenOf).slice(0, 20), ...perToken(row, tokenOf).slice(20)]],
  token_loss_mask: [Array.from({ length: TOKENS }, (_, t) => Number(t >= 20))],
  sample_loss_mask: [1],
  advantages: [perToken(row, () => 0.7)],
  generation_logprobs: [perToken(row, logprobOf)],
  prev_logprobs: [perToken(row + 1, logprobOf)],
  idx: row,
});

/** `results.jsonl` of verifiers. */
export const verifiersLine = (row: number): unknown => ({
  example_id: Math.floor(row / GROUP),
  prompt: [{ role: 'user', content: questionOf(row) }],
  completion: [{ role: 'assistant', content: textOf(row) }],
  answer: '1',
  reward: rewardOf(row),
  error: null,
  timing: {},
  is_completed: true,
  is_truncated: false,
  stop_condition: 'max_turns_reached',
  metrics: { correct_answer: rewardOf(row) },
  tool_defs: null,
  correct_answer: rewardOf(row),
  token_usage: { input_tokens: 20, output_tokens: TOKENS },
});

/** A document of lm-evaluation-harness with its samples. */
export const lmEvalLine = (first: number): unknown => ({
  doc_id: first / GROUP,
  doc: { question: questionOf(first), answer: '1' },
  target: '1',
  arguments: { gen_args_0: { arg_0: questionOf(first), arg_1: { until: ['\n\n'], max_gen_toks: 512, do_sample: true, temperature: 1 } } },
  resps: [Array.from({ length: GROUP }, (_, i) => textOf(first + i))],
  filtered_resps: [String(first % 100)],
  filter: 'strict-match',
  metrics: ['exact_match'],
  doc_hash: 'a'.repeat(64),
  prompt_hash: 'b'.repeat(64),
  target_hash: 'c'.repeat(64),
  exact_match: rewardOf(first),
});

/** A sample of an Inspect log: its answer stands in the messages, the output and the model's event. */
export function inspectSample(row: number): unknown {
  const userNode = { id: 'q', content: questionOf(row), source: 'input', role: 'user' };
  const assistantNode = { id: 'a', content: textOf(row), source: 'generate', role: 'assistant', model: 'made/up' };
  const output = {
    model: 'made/up',
    choices: [{ message: assistantNode, stop_reason: 'stop' }],
    completion: assistantNode.content,
    usage: { input_tokens: 20, output_tokens: TOKENS, total_tokens: TOKENS + 20 },
  };
  const score = { value: rewardOf(row) === 1 ? 'C' : 'I', answer: String(row % 100), explanation: assistantNode.content, history: [] };
  const event = { uuid: 'u', span_id: 's', timestamp: '2026-11-24T01:59:18+00:00', working_start: 1, event: 'model', model: 'made/up' };
  return {
    id: Math.floor(row / GROUP),
    epoch: (row % GROUP) + 1,
    input: questionOf(row),
    target: '1',
    messages: [userNode, assistantNode],
    output,
    scores: { match: score },
    metadata: {},
    store: {},
    events: [{ ...event, input: [], input_refs: [[0, 1]], tools: [], tool_choice: 'none', config: {}, output }],
    attachments: {},
  };
}

/** A trajectory of tinker-cookbook. */
export const summaryLine = (row: number, iteration: number, i: number): unknown => ({
  schema_version: 1,
  split: 'train',
  iteration,
  group_idx: Math.floor(i / GROUP),
  traj_idx: i % GROUP,
  tags: ['sums'],
  sampling_client_step: null,
  total_reward: rewardOf(row),
  final_reward: 0,
  trajectory_metrics: {},
  steps: [
    { step_idx: 0, ob_len: 20, ac_len: TOKENS, reward: rewardOf(row), episode_done: true, metrics: { correct: rewardOf(row) }, logs: {} },
  ],
  final_ob_len: 0,
});

type Node = Record<string, unknown> | string;
const node = (tag: string, ...children: Node[]): Node => ({ tag, attrs: {}, children });
const section = (level: number, heading: string, ...body: Node[]): Node =>
  node('section', node(`h${level}`, heading), node('div', ...body));
const conversation = (role: string, content: string): Node => ({
  tag: 'div',
  attrs: {},
  children: [],
  data: { type: 'conversation', messages: [{ role, content }] },
});
const table = (values: Record<string, string>): Node =>
  node(
    'table',
    node('thead', node('tr', node('th', 'key'), node('th', 'value'))),
    node('tbody', ...Object.entries(values).map((cells) => node('tr', ...cells.map((cell) => node('td', cell))))),
  );

/** The log tree of an iteration whose groups are all logged. */
export function logTree(first: number, rows: number): unknown {
  const attempt = (row: number): Node[] => [
    section(3, 'Prompt', conversation('user', questionOf(row))),
    section(3, 'Policy Response', conversation('assistant', textOf(row))),
    section(3, 'Reward', table({ reference_answer: '1', reward: rewardOf(row).toFixed(3) })),
  ];
  const episode = (row: number, i: number): Node =>
    section(
      3,
      `Trajectory ${i} Episode`,
      table({ ob_len: '20', ac_len: String(TOKENS) }),
      table({ total_return: rewardOf(row).toFixed(3) }),
    );
  const group = (start: number): Node => {
    const own = Array.from({ length: GROUP }, (_, i) => start + i);
    return section(2, 'Group Rollout', ...own.flatMap(attempt), ...own.map(episode));
  };
  const groups = Array.from({ length: rows / GROUP }, (_, i) => group(first + i * GROUP));
  return { title: 'Iteration', started_at: '2026-11-24T02:03:34', path: null, root: node('body', ...groups) };
}

/** An answer of SkyRL's evaluation. */
export const evaluationLine = (row: number): unknown => ({
  input_prompt: questionOf(row),
  output_response: textOf(row),
  score: rewardOf(row),
  stop_reason: 'stop',
  env_class: 'gsm8k',
  env_extras: { reward_spec: { ground_truth: '1' } },
  data_source: 'sums',
});

/** A rollout of NeMo Gym: what the Responses API gave, a tool called on the way. */
export function gymLine(row: number): unknown {
  const text = (content: string) => ({
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: content, annotations: [] }],
  });
  const call = { type: 'function_call', name: 'run', call_id: `c${row}`, arguments: `{"code": "print(${row})"}` };
  return {
    responses_create_params: {
      input: [
        { role: 'system', content: 'Use the tool.', type: 'message' },
        { role: 'user', content: questionOf(row), type: 'message' },
      ],
    },
    response: {
      output: [call, { type: 'function_call_output', call_id: `c${row}`, output: String(row) }, text(textOf(row))],
      usage: { input_tokens: 20, output_tokens: TOKENS },
      expected_answer: '1',
    },
    reward: rewardOf(row),
    extracted_answer: String(row % 100),
    _ng_task_index: Math.floor(row / GROUP),
    _ng_rollout_index: row % GROUP,
  };
}

/** A question of Qwen2.5-Math's evaluation with its samples. */
export function qwenMathLine(first: number): unknown {
  const rows = Array.from({ length: GROUP }, (_, i) => first + i);
  return {
    idx: first / GROUP,
    ...{ question: questionOf(first), gt_cot: 'None', gt: '1', answer: 1 },
    code: rows.map((row) => textOf(row)),
    pred: rows.map((row) => String(row % 100)),
    report: rows.map(() => null),
    finish_reason: rows.map(() => 'stop'),
    score: rows.map((row) => rewardOf(row) === 1),
  };
}

/** A sample of slime. */
export const slimeSample = (row: number): unknown => ({
  group_index: Math.floor(row / GROUP),
  index: row,
  prompt: questionOf(row),
  tokens: perToken(row, tokenOf),
  response: textOf(row),
  response_length: TOKENS,
  label: '1',
  reward: rewardOf(row),
  loss_mask: new Array<number>(TOKENS).fill(1),
  rollout_log_probs: perToken(row, logprobOf),
  status: 'completed',
  metadata: {},
  remove_sample: false,
});

/** The table of completions that TRL gives Trackio and wandb at a step. */
export const completionsOf = (step: number): Record<string, unknown>[] =>
  Array.from({ length: BATCH / GROUP }, (_, i) => {
    const row = (step * BATCH) / GROUP + i;
    return { step, prompt: questionOf(row), completion: textOf(row), correct: rewardOf(row), advantage: rewardOf(row) - 1 / 3 };
  });
