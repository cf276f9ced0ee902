import type { MethodSettings } from '../../experiment/schema.js';
import { grpo } from './grpo.js';
import type { Method } from './method.js';
import { sft } from './sft.js';

export function methodOf(settings: MethodSettings): Method {
  switch (settings.name) {
    case 'sft':
      return sft(settings);
    case 'grpo':
      return grpo(settings);
  }
}
