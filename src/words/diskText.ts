import type { DiskUse } from '../protocol/diskUse.js';
import { bytes } from './bytes.js';

/** `487 MB: events 401 MB, checkpoints 85 MB` */
export function diskText({ total, events, checkpoints }: DiskUse): string {
  const parts = [events > 0 ? `events ${bytes(events)}` : '', checkpoints > 0 ? `checkpoints ${bytes(checkpoints)}` : ''].filter(Boolean);
  return `${bytes(total)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}
