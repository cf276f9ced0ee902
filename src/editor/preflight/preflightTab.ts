import { commands, workspace, type Uri } from 'vscode';
import { messageOf } from '../../core/messageOf.js';
import {
  openPreflight,
  preflightChanged,
  preflightQuestion,
  startPreflight,
  stopPreflight,
  type PreflightSource,
  type PreflightView,
} from '../../contracts/preflight.js';
import { openSettings } from '../../contracts/playground.js';
import { programsIn } from '../../launch/ownPrograms.js';
import { jobsOn } from '../../launch/targets/jobsOn.js';
import { planPreflight, type PreflightPlan } from '../../preflight/plan.js';
import { preflight, type PreflightRequest } from '../../preflight/preflight.js';
import { startingPolicy, type NoPolicy, type StartingCheckpoint } from '../../preflight/startingPolicy.js';
import type { Subject } from '../../protocol/address.js';
import { Disposable } from '../disposable.js';
import type { PagePanel } from '../pages/pagePanel.js';
import type { PageSources } from '../pages/sources.js';
import { settings } from '../settings.js';
import { requireTrust } from '../trust.js';
import { PreflightSession, withoutTexts } from './preflightSession.js';

/** Questions that an endpoint is asked at the same time. */
const questionsAtOnce = 4;

/** One tab of pre-flights: what was found is kept here, so that it is there again when the tab is shown again. */
export class PreflightTab extends Disposable {
  private readonly session: PreflightSession;

  constructor(
    private readonly page: PagePanel,
    private readonly sources: PageSources,
  ) {
    super();
    this.session = new PreflightSession((type, params) => {
      if (!page.disposed) page.tell(type, params);
    });
    const tellChanged = (): void => page.tell(preflightChanged, {});
    this.register(workspace.onDidGrantWorkspaceTrust(tellChanged));
    this.register(workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('grpoLab.endpoints') && tellChanged()));
    this.register(sources.files.onDidChange(tellChanged));
    this.register({ dispose: () => this.session.stop() });
    page.panel.onDidDispose(() => this.dispose());
  }

  answer(): void {
    this.page.router
      .on(openPreflight, ({ about }) => this.view(about))
      .on(startPreflight, async ({ about, source, questions, samples }) => {
        requireTrust('nothing is sampled in it');
        const { uri, name } = await this.fileOf(about);
        const text = await textOf(uri);
        const plan = planPreflight(text, uri.fsPath);
        const policy = await this.policyOf(plan, uri, source);
        const process = await this.sources.sampling.process();
        const endpoint = typeof source === 'object' ? source.endpoint : null;
        this.session.start({ name, text }, endpoint, (control) => preflight({ plan, policy, questions, samples }, process, control));
        return null;
      })
      .on(stopPreflight, () => {
        this.session.stop();
        return null;
      })
      .on(preflightQuestion, ({ question: at }) => {
        const found = this.session.last?.found;
        const question = found?.questions.at(at);
        return question ? { question, junk: found!.replies.filter((j) => j.question === at) } : null;
      })
      .on(openSettings, async ({ action, endpoint }) => {
        if (action === 'manageTrust') await commands.executeCommand('workbench.trust.manage');
        if (action === 'openEndpoints') await commands.executeCommand('workbench.action.openSettings', 'grpoLab.endpoints');
        if (action === 'setKey') await commands.executeCommand('grpoLab.setEndpointKey', endpoint);
        return null;
      });
  }

  private async view(about: Subject): Promise<PreflightView | null> {
    const file = await this.fileOf(about).catch(() => null);
    if (!file) return null;
    const { last, running, problem } = this.session;
    const trusted = workspace.isTrusted;
    const text = await textOf(file.uri);
    const found = last?.name === file.name ? last : null;
    const shown = {
      trusted,
      experiment: file.name,
      endpoints: settings.endpoints().map(({ name, model }) => ({ name, model })),
      running,
      problem,
      found: found && withoutTexts(found.found),
      stale: found !== null && found.text !== text,
    };
    try {
      const plan = planPreflight(text, file.uri.fsPath);
      // A run is read to say what it starts from: not in a folder that nobody trusts.
      const start = trusted ? await this.startOf(plan, file.uri) : { because: 'this workspace is not trusted', record: 'trust it' };
      return { ...shown, settings: plan.settings, why: '', start: 'path' in start ? { label: start.label } : start };
    } catch (error) {
      return { ...shown, settings: null, why: messageOf(error), start: { because: '', record: '' } };
    }
  }

  /** @throws when there is no such experiment in this workspace */
  private async fileOf(about: Subject): Promise<{ uri: Uri; name: string }> {
    const name = 'experiment' in about ? about.experiment : undefined;
    const file = (await this.sources.files.all()).find((f) => f.name === name);
    if (!file) throw new Error(`There is no experiment ${name ?? ''} in this workspace any more.`);
    return file;
  }

  private async startOf({ experiment }: PreflightPlan, uri: Uri): Promise<StartingCheckpoint | NoPolicy> {
    const { labs, dist } = this.sources.imports;
    const lab = labs.labAt(uri);
    if (!lab) return { because: `${uri.fsPath} is in no folder of this window`, record: 'open its folder: runs are kept in it' };
    return startingPolicy(experiment, lab.runsDir, jobsOn(programsIn(dist)));
  }

  private async policyOf(plan: PreflightPlan, uri: Uri, source: PreflightSource): Promise<PreflightRequest['policy']> {
    const { sampling } = this.sources;
    if (source === 'nothing') return { because: 'nothing was sampled', record: 'choose what to sample from' };
    if (source === 'checkpoint') {
      const start = await this.startOf(plan, uri);
      if ('because' in start) return start;
      return { sampler: (await sampling.process()).sampler(start.path, start.generator), label: start.label, atOnce: 1 };
    }
    const endpoint = settings.endpoints().find((e) => e.name === source.endpoint);
    if (!endpoint) throw new Error(`There is no endpoint ${source.endpoint} in the setting grpoLab.endpoints any more.`);
    const [process, key] = await Promise.all([sampling.process(), sampling.keyOf(endpoint)]);
    return { sampler: process.endpointSampler(endpoint, key), label: `${endpoint.model} of ${endpoint.name}`, atOnce: questionsAtOnce };
  }
}

/** As it stands in the editor, saved or not. */
const textOf = async (uri: Uri): Promise<string> => (await workspace.openTextDocument(uri)).getText();
