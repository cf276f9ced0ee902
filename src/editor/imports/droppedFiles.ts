import { Uri, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import type { TreeNode } from '../explorer/treeNode.js';

const FILES = 'text/uri-list';

/** Files and folders dropped on the experiments are imported; rows of the tree themselves cannot be dragged. */
export class DroppedFiles implements TreeDragAndDropController<TreeNode> {
  readonly dropMimeTypes = [FILES];
  readonly dragMimeTypes: readonly string[] = [];

  constructor(private readonly open: (first: Uri, all: readonly Uri[]) => unknown) {}

  async handleDrop(_target: TreeNode | undefined, data: DataTransfer): Promise<void> {
    const list = (await data.get(FILES)?.asString()) ?? '';
    // RFC 2483: one a line, lines that begin with # are comments.
    const uris = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    const files = uris.map((line) => Uri.parse(line, true)).filter(({ scheme }) => scheme === 'file');
    if (files.length > 0) await this.open(files[0], files);
  }
}
