import type { MethodSettings } from '../../experiment/schema.js';
import { dpo } from './dpo.js';
import { evaluate } from './evaluate.js';
import { grpo } from './grpo.js';
import type { Method } from './method.js';
import { onlineRft } from './onlineRft.js';
import { outcomeReward } from './outcomeReward.js';
import { ppo } from './ppo.js';
import { pretrain } from './pretrain.js';
import { processReward } from './processReward.js';
import { rft } from './rft.js';
import { sft } from './sft.js';

export function methodOf(settings: MethodSettings): Method {
  switch (settings.name) {
    case 'pretrain':
      return pretrain(settings);
    case 'sft':
      return sft(settings);
    case 'rft':
      return rft(settings);
    case 'online-rft':
      return onlineRft(settings);
    case 'dpo':
      return dpo(settings);
    case 'ppo':
      return ppo(settings);
    case 'grpo':
      return grpo(settings);
    case 'outcome-reward':
      return outcomeReward(settings);
    case 'process-reward':
      return processReward(settings);
    case 'evaluate':
      return evaluate;
  }
}
