import { allRows } from '../../core/listPages.js';
import { commands, workspace } from 'vscode';
import { checkpointIn } from '../../protocol/checkpointPath.js';
import type { Subject } from '../../protocol/address.js';
import {
  choicesChanged,
  limits,
  openPlayground,
  openSettings,
  sampleGroup,
  stopSampling,
  takeQuestion,
  type PlaygroundView,
  type Question,
  type Source,
} from '../../contracts/playground.js';
import { Disposable } from '../disposable.js';
import type { PageSources } from '../pages/sources.js';
import type { PagePanel } from '../pages/pagePanel.js';
import { settings } from '../settings.js';
import { requireTrust } from '../trust.js';
import { aboutOf, experimentOf, recordedQuestion, runChoices } from './sourceChoices.js';
import { PlaygroundSession, type SamplingOrigin } from './playgroundSession.js';

/** One tab of the playground: its group is kept here, so that it is there again when the tab is shown again. */
export class PlaygroundTab extends Disposable {
  private readonly session: PlaygroundSession;

  constructor(
    private readonly page: PagePanel,
    private readonly sources: PageSources,
  ) {
    super();
    this.session = new PlaygroundSession(
      async (what) => (await sources.sampling.process()).judge(what),
      (type, params) => {
        if (!page.disposed) page.tell(type, params);
      },
    );
    const tellChoices = (): void => page.tell(choicesChanged, {});
    this.register(workspace.onDidGrantWorkspaceTrust(tellChoices));
    this.register(workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('grpoLab.endpoints') && tellChoices()));
    this.register({ dispose: () => this.session.stop() });
    page.panel.onDidDispose(() => this.dispose());
  }

  answer(): void {
    this.page.router
      .on(openPlayground, ({ about }) => this.view(about))
      .on(sampleGroup, async (request) => {
        requireTrust('nothing is sampled in it');
        return this.session.start(request, await this.originOf(request.source));
      })
      .on(stopSampling, () => {
        this.session.stop();
        return null;
      })
      .on(takeQuestion, ({ run }) => this.question(run))
      .on(openSettings, async ({ action, endpoint }) => {
        if (action === 'manageTrust') await commands.executeCommand('workbench.trust.manage');
        if (action === 'openEndpoints') await commands.executeCommand('workbench.action.openSettings', 'grpoLab.endpoints');
        if (action === 'setKey') await commands.executeCommand('grpoLab.setEndpointKey', endpoint);
        return null;
      });
  }

  private async view(about: Subject | undefined): Promise<PlaygroundView> {
    const { runs, store } = this.sources;
    const choices = await runChoices(runs, store, about && 'run' in about ? about.run : undefined);
    const opened = about ? await aboutOf(about, runs, choices, store) : null;
    const endpoints = settings.endpoints().map(({ name, model }) => ({ name, model }));
    return { trusted: workspace.isTrusted, runs: choices, endpoints, about: opened, group: this.session.group };
  }

  private async originOf(source: Source): Promise<SamplingOrigin> {
    const { store, sampling } = this.sources;
    if ('endpoint' in source) {
      const endpoint = settings.endpoints().find((e) => e.name === source.endpoint);
      if (!endpoint) throw new Error(`There is no endpoint ${source.endpoint} in the setting grpoLab.endpoints any more.`);
      const [process, key] = await Promise.all([sampling.process(), sampling.keyOf(endpoint)]);
      return { sampler: process.endpointSampler(endpoint, key), terms: rightOrWrong, notes: sampling.notesOn(endpoint) };
    }
    const [run, checkpoints] = await Promise.all([store.run(source.run), allRows((after) => store.checkpoints(source.run, { after }))]);
    const checkpoint = checkpoints.find((c) => c.step === source.step);
    if (!run || !checkpoint) throw new Error(`The checkpoint of step ${source.step} is not there any more. Choose another one.`);
    const process = await sampling.process();
    const experiment = experimentOf(run);
    const generator = experiment && 'generator' in experiment.data ? experiment.data.generator : null;
    return { sampler: process.sampler(checkpointIn(run.directory, checkpoint.path), generator), terms: experiment?.reward ?? rightOrWrong };
  }

  private async question(id: string): Promise<Question | null> {
    requireTrust('nothing is sampled in it');
    const { store, sampling } = this.sources;
    const run = await store.run(id);
    const data = run && experimentOf(run)?.data;
    if (!data || !('generator' in data)) return recordedQuestion(id, store);
    const { question, gold } = await (await sampling.process()).question(data, Math.floor(Math.random() * limits.seed));
    return { question, gold };
  }
}

const rightOrWrong: SamplingOrigin['terms'] = [{ term: 'correct', weight: 1 }];
