/** What the page says where there is no group to show. */
import type { TemplateResult } from 'lit';
import { stateView } from '../shared/states.js';

export const untrusted = (manage: () => void): TemplateResult =>
  stateView({
    icon: 'workspace-untrusted',
    title: 'Nothing is sampled in a workspace that is not trusted',
    detail: 'Sampling loads checkpoints of this folder, or sends questions to a server that its settings name.',
    buttons: [{ label: 'Manage Workspace Trust', run: manage }],
  });

export const nothingToSample = (nameEndpoint: () => void): TemplateResult =>
  stateView({
    icon: 'beaker',
    title: 'Nothing to sample from yet',
    detail:
      'Launch an experiment: its checkpoints can be sampled from. Or name a server that speaks OpenAI’s protocol (vLLM, llama.cpp, Ollama) in the settings.',
    buttons: [{ label: 'Name an Endpoint', run: nameEndpoint }],
  });

export const noGroupYet = (): TemplateResult =>
  stateView({
    icon: 'beaker',
    title: 'No group sampled yet',
    detail:
      'The solutions of your question stream in, each is graded, and gets its advantage against the mean of the group: green is reinforced, red suppressed. Change a reward to see what it does to all of them.',
  });
