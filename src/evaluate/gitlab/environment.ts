import { type EnvironmentKind, environmentOf } from '../../knowledge/environments.js';
import type { Evidence } from '../../model/delivery.js';
import { yamlGet, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import type { Place } from '../../text/span.js';
import { render, type Text } from '../../value/text.js';
import { evidenceBy, evidenceByText } from '../pipeline/evidence.js';

/** The name of a job's environment as it is written. */
export function environmentName(node: YamlNode | undefined): YamlNode | undefined {
  const name = node?.kind === 'map' ? yamlGet(node, 'name') : node;
  return yamlText(name) === undefined ? undefined : name;
}

/** What a job's environment says: its name, and its tier. */
export function environmentEvidence(
  environment: YamlNode | undefined,
  name: Text | undefined,
  place: (node: YamlNode) => Place,
): readonly Evidence[] {
  const written = environmentName(environment);
  const tier = yamlGet(environment, 'deployment_tier');
  const found: Evidence[] = [];
  if (written !== undefined && name !== undefined)
    found.push(...evidenceByText('environment key', name, place(written)));
  const tierName = yamlText(tier);
  if (tier !== undefined && tierName !== undefined) found.push(...evidenceBy('deployment tier', tierName, place(tier)));
  else if (written !== undefined && name !== undefined && found.every(({ kind }) => kind === undefined)) {
    const kind = guessedTier(render(name));
    if (kind !== undefined) found.push({ name: kind, kind, source: 'deployment tier', place: place(written) });
  }
  return found;
}

/**
 * The tier that GitLab guesses from an environment's name, in its order (guess_tier in environment.rb). GitLab looks for
 * parts of words, which makes `internal` a test environment; people mean whole words.
 */
function guessedTier(name: string): EnvironmentKind | undefined {
  const known = environmentOf(name);
  if (known !== undefined) return known;
  for (const [kind, words] of GUESSES) if (words.test(name)) return kind;
  return undefined;
}

const word = (pattern: string): RegExp => new RegExp(`(?<![a-z])(?:${pattern})(?![a-z])`, 'i');
const GUESSES: readonly (readonly [EnvironmentKind, RegExp])[] = [
  ['development', word('dev|review|trunk')],
  ['testing', word('test|tst|int|ac(?:ce|)pt|qa|qc|control|quality')],
  ['staging', word('st(?:a|)g|mod(?:e|)l|pre|demo|non')],
  ['production', word('pr(?:o|)d|live')],
];

/** What a job's name and the stage that it says it is in mean, weakly. */
export function nameEvidence(
  job: string,
  place: Place,
  stage: YamlNode | undefined,
  at: Place | undefined,
): readonly Evidence[] {
  const found = [...evidenceBy('job', job, place)];
  const name = yamlText(stage);
  // Every pipeline has a stage of that name: it says when, not where.
  if (name !== undefined && at !== undefined && !/^tests?$/i.test(name)) found.push(...evidenceBy('job', name, at));
  return found;
}
