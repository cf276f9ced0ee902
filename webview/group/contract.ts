import { z } from 'zod';
import type { GroupDetail } from '../../src/store/views.js';
import { request } from '../shared/messaging.js';

const count = z.number().int().min(0);
export const openGroup = request(
  'group/open',
  z.strictObject({ run: z.string().max(128), step: count, group: count }),
)<GroupDetail | null>();
