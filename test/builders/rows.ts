import { fake } from './fakeVscode.js';

/** The rows of a view, by their labels and descriptions, asked as VS Code asks. */
export async function rowsOf(
  view: string,
  parent?: unknown,
): Promise<{ node: unknown; item: unknown; label: string; description: string }[]> {
  const provider = fake.trees.get(view)!.treeDataProvider as {
    getChildren(node?: unknown): Promise<unknown[]>;
    getTreeItem(node: unknown): Promise<{ label: string; description?: string }>;
  };
  return Promise.all(
    (await provider.getChildren(parent)).map(async (node) => {
      const item = await provider.getTreeItem(node);
      return { node, item, label: item.label, description: item.description ?? '' };
    }),
  );
}
