/** The Python that a command experiment's ${python} stands for. */
import { extensions, type Uri } from 'vscode';
import { settings } from './settings.js';

/** What we use of the Python extension's public API (ms-python.python, `environments`). */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: Uri } } | undefined>;
  };
}

/** The setting; else the interpreter selected in the Python extension; else `python3` of the PATH. */
export async function pythonFor(resource: Uri): Promise<string> {
  const named = settings.python();
  if (named !== '') return named;
  return (await selected(resource)) ?? (process.platform === 'win32' ? 'python' : 'python3');
}

async function selected(resource: Uri): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension) return undefined;
  try {
    const { environments } = await extension.activate();
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
    return environment?.executable.uri?.fsPath;
  } catch {
    return undefined; // an extension in trouble must not keep a run from starting: python3 is tried
  }
}
