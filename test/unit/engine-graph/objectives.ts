import { sft as sftMethod } from '../../../src/engine/methods/sft.js';

export { grpoObjective as grpo } from '../../../src/engine/methods/grpo.js';
export const sft = sftMethod({ name: 'sft', batch_size: 1 }).objective;
