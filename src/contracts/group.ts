import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { GroupDetail } from '../store/views.js';
import { request } from './messaging.js';

export const openGroup = request(
  'group/open',
  z.strictObject({ run: z.string().max(128), step: count, group: count }),
)<GroupDetail | null>();
