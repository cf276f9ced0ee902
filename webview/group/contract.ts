import { z } from 'zod';
import { count } from '../../src/protocol/count.js';
import type { GroupDetail } from '../../src/store/views.js';
import { request } from '../shared/messaging.js';

export const openGroup = request(
  'group/open',
  z.strictObject({ run: z.string().max(128), step: count, group: count }),
)<GroupDetail | null>();
