import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { templates } from '../../../src/editor/experiment/templates.js';
import { chainOf } from '../../../src/experiment/lineage.js';
import { method } from '../../../src/experiment/methodSchema.js';
import { originsOf } from '../../../src/experiment/origins.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { runCommands } from '../../../src/contracts/everyPage.js';
import { pageActions, pageKinds, type PageAction, type PageKind } from '../../../src/contracts/pageKinds.js';

const { contributes } = manifest;
const declared = new Set(contributes.commands.map((c) => c.command));
const sources = globSync('src/{extension.ts,editor/**/*.ts}').map((f) => readFileSync(f, 'utf8'));

/** What a page says that it does on keys. */
function actionsOf(kind: PageKind): PageAction[] {
  const code = globSync(`webview/${kind}/{page,index}.ts`).map((f) => readFileSync(f, 'utf8'));
  return pageActions.filter((action) => code.some((c) => new RegExp(`^ {4}${action}: \\{`, 'm').test(c)));
}

/** Whether a key asks for the action while such a page has the focus. */
const isBound = (action: PageAction, kind: PageKind): boolean =>
  contributes.keybindings.some(({ args, when }) => {
    const only = /grpoLab\.page (?:== (\w+)|=~ \/(\S+)\/)/.exec(when);
    return args?.action === action && (only === null || new RegExp(only[2] || `^${only[1]}$`).test(kind));
  });

describe('the manifest says what the code does', () => {
  test('every command that menus, keys, welcome views and the walkthrough name is declared', () => {
    const menus = Object.values(contributes.menus).flatMap((items) => items.map((i) => i.command));
    const keys = contributes.keybindings.map((k) => k.command);
    const texts = [...contributes.viewsWelcome.map((w) => w.contents), ...contributes.walkthroughs[0].steps.map((s) => s.description)];
    const links = texts.flatMap((t) => [...t.matchAll(/command:(grpoLab\.[\w.]+)/g)].map((m) => m[1]));
    for (const command of [...menus, ...keys, ...links]) expect(declared).toContain(command);
  });

  test('every declared command is registered, and none is registered in secret', () => {
    const named = sources.flatMap((s) => [...s.matchAll(/'(grpoLab\.[\w.]+)'/g)].map((m) => m[1]));
    const runs = sources.flatMap((s) => [...s.matchAll(/^ {2}add\('(\w+)'/gm)].map((m) => `grpoLab.run.${m[1]}`));
    for (const command of declared) expect([...named, ...runs]).toContain(command);
    for (const command of runs) expect(declared).toContain(command);
  });

  test('every command a page may ask for exists', () => {
    for (const command of runCommands) expect(declared).toContain(`grpoLab.run.${command}`);
  });

  test('every setting is read', () => {
    const settings = readFileSync('src/editor/settings.ts', 'utf8');
    for (const key of Object.keys(contributes.configuration.properties)) expect(settings).toContain(`'${key.replace('grpoLab.', '')}'`);
  });

  test('every key that a page lists reaches it', () => {
    for (const kind of pageKinds) for (const action of actionsOf(kind)) expect(isBound(action, kind), `${action} on ${kind}`).toBe(true);
  });

  test('the key that goes back leads out of a text that a page has opened, too', () => {
    const [page, text] = ['grpoLab.page.back', 'grpoLab.text.back'].map((id) => contributes.keybindings.find((k) => k.command === id));
    expect(text?.key).toBe(page?.key);
    expect(text?.when).toContain('resourceScheme == grpo-lab');
  });

  test('a step, a group and a solution can be marked, as the walkthrough and the list of bookmarks say', () => {
    for (const kind of ['groups', 'group', 'solution'] as const) expect(actionsOf(kind), kind).toContain('bookmark');
  });

  test('pictures of the walkthrough are drawn in colours that can be read on every ground', () => {
    // In light themes VS Code's orange for charts is a highlight that one looks through.
    const pictures = contributes.walkthroughs[0].steps.map((s) => s.media.svg);
    for (const picture of pictures) expect(readFileSync(picture, 'utf8'), picture).not.toContain('--vscode-charts-orange');
  });

  test('every file it names is there', () => {
    const media = contributes.walkthroughs[0].steps.map((s) => s.media.svg);
    const icons = pageKinds.flatMap((k) => [`media/pages/${k}-light.svg`, `media/pages/${k}-dark.svg`]);
    const files = [manifest.icon, contributes.viewsContainers.activitybar[0].icon, contributes.yamlValidation[0].url, ...media, ...icons];
    for (const file of files) expect(existsSync(file), file).toBe(true);
  });

  test('starting and deleting need a trusted workspace', () => {
    const guarded = contributes.commands.filter((c) => c.enablement === 'isWorkspaceTrusted').map((c) => c.command);
    for (const command of ['launch', 'run.stop', 'run.resume', 'run.launchAgain', 'run.delete'])
      expect(guarded).toContain(`grpoLab.${command}`);
  });
});

test.each(templates.map((t) => t.file))('the template %s is a valid experiment without warnings', (file) => {
  const { experiment, problems } = parseExperiment(readFileSync(`media/templates/${file}`, 'utf8'));
  expect(problems).toEqual([]);
  expect(experiment?.name).toBe(`my-${file.replace('.yaml', '')}`);
});

describe('the templates', () => {
  const parsed = templates.map((t) => parseExperiment(readFileSync(`media/templates/${t.file}`, 'utf8')).experiment!);

  test('are all offered, under headings of their own', () => {
    expect(templates.map((t) => t.file).sort()).toEqual(readdirSync('media/templates').sort());
    const headings = templates.map((t) => t.group).filter((g, i, all) => g !== all[i - 1]);
    expect(new Set(headings).size).toBe(headings.length);
  });

  test('have one for every method', () => {
    const methods = method.options.map((o) => o.shape.name.value);
    expect(methods.filter((name) => !parsed.some((e) => e.method.name === name))).toEqual([]);
  });

  test('build on each other, and on nothing else', () => {
    const files = parsed.map((experiment) => ({ path: experiment.name, experiment }));
    for (const file of files) {
      expect(chainOf(file, files).ok).toBe(true);
      for (const { from, methods } of originsOf(file.experiment)) {
        const provider = parsed.find((e) => e.name === from)?.method.name;
        expect(methods ?? ['sft'], `${file.path} from ${from}`).toContain(provider);
      }
    }
  });
});
