import { window } from 'vscode';

/** @returns undefined when it is dismissed */
export async function askGroupSize(now: number | undefined): Promise<number | undefined> {
  const text = await window.showInputBox({
    ignoreFocusOut: true,
    title: 'Group size',
    prompt: 'Solutions per question. The run is imported again with it.',
    value: now === undefined ? '' : String(now),
    validateInput: (value) => (/^[1-9]\d{0,4}$/.test(value.trim()) ? undefined : 'A whole number from 1.'),
  });
  return text === undefined ? undefined : Number(text);
}
