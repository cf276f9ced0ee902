/**
 * OpenRLHF writes no rollouts: curves, and one sample per logged step as a text in TensorBoard.
 * Source: openrlhf/utils/logging_utils.py.
 */
import { eventFileRuns, EventFilesSession } from '../../sinks/eventFiles.js';
import { isTfEventsName, TfEventsTail, type TfEvent } from '../../files/tfevents.js';
import { groupOf } from '../../foreignGroups.js';
import type { ImportItem, Importer } from '../../importer.js';

const samplesTag = 'train/generated_samples';
/** torch's and tensorboardX's `add_text` write this behind the tag. */
const bareTag = (tag: string): string => tag.replace(/\/text_summary$/, '');
/** Tags that only OpenRLHF writes. */
const own = new Set([
  samplesTag,
  'train/rollout/reward_mean',
  'train/vllm_kl',
  'train/ppo_clip_ratio',
  'train/dynamic_filtering_pass_rate',
]);
const looked = 512 * 1024;

export const openrlhf: Importer = {
  id: 'openrlhf',
  title: 'OpenRLHF (TensorBoard: curves and one sample a step)',
  several: eventFileRuns,

  async detect(source) {
    const files = (await source.list()).filter((file) => isTfEventsName(file.name));
    for (const file of files.slice(0, 3)) {
      const tag = await ownTag(new TfEventsTail(file));
      if (tag !== null) return { confidence: 0.9, why: `${file.name} with the tag ${tag}` };
    }
    return null;
  },

  open: (source) => new EventFilesSession(source, { trainer: 'openrlhf', onText: sampleOf }),
};

async function ownTag(tail: TfEventsTail): Promise<string | null> {
  try {
    for await (const event of tail.read(AbortSignal.timeout(2000))) {
      if (own.has(bareTag(event.tag))) return event.tag;
      if (tail.bytesRead > looked) break;
    }
  } catch {
    return null; // damaged, or no event file: not ours to say here
  }
  return null;
}

/** `Sample:\n<text>\n\nReward: 0.0000`, where each `\n` around the text is a backslash and an n. */
const layout = /^Sample:(?:\\n|\n)([\s\S]*?)(?:(?:\\n|\n){2})Reward:\s*([-+.\deE]+|-?inf|nan)\s*$/;

function* sampleOf(event: Extract<TfEvent, { text: string }>): Generator<ImportItem> {
  if (bareTag(event.tag) !== samplesTag || event.step < 0) return;
  const [, text, reward] = layout.exec(event.text) ?? [undefined, event.text, 'nan'];
  const value = reward.endsWith('inf') ? (reward.startsWith('-') ? -Infinity : Infinity) : Number(reward);
  yield {
    kind: 'event',
    event: groupOf({
      step: event.step,
      group: 0,
      question: '',
      questionId: `sample of step ${event.step}`,
      solutions: [{ text, reward: value }],
      info: { source: samplesTag, text: 'prompt and response, not told apart' },
    }),
  };
  yield {
    kind: 'note',
    note: {
      id: 'openrlhf:samples',
      level: 'info',
      message:
        'OpenRLHF keeps no rollouts: each group is the one sample that it logs per step, its prompt and response in one text. No advantage, no group statistics.',
    },
  };
}
