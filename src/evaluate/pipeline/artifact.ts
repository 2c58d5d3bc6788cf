import type { Evidence, ImageTag, Link, PassedArgument } from '../../model/delivery.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { normalizePath } from '../../text/files.js';
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { splitTexts } from './caller.js';
import { placeIn, type Runner } from './runner.js';

/** An image build that a file describes itself, without a command. */
export interface Artifact {
  readonly at: YamlNode;
  readonly by: string;
  readonly when: Condition;
  /** Relative to the project's root. */
  readonly dockerfile: Text;
  readonly context: Text | undefined;
  readonly target: Text | undefined;
  readonly arguments: readonly {
    readonly name: string;
    readonly node: YamlNode;
    readonly text: Text;
    readonly set?: Condition;
  }[];
  readonly tags: readonly { readonly text: Text; readonly node: YamlNode; readonly fresh?: boolean }[];
  readonly evidence: readonly Evidence[];
  readonly development: boolean;
  readonly pushed: boolean;
  readonly chain: readonly Link[];
}

/** Adds a build: one for each combination of its texts. */
export function addBuild(runner: Runner, artifact: Artifact): void {
  const { texts, builds, notes } = runner;
  const { space } = texts;
  const place = placeIn(runner, artifact.at);
  const values = [
    artifact.dockerfile,
    artifact.context ?? texts.empty,
    artifact.target ?? texts.empty,
    ...artifact.arguments.map(({ text }) => text),
    ...artifact.tags.map(({ text }) => text),
  ];
  const { cut, variants } = splitTexts(texts, artifact.when, values);
  if (cut) notes.push({ place, message: 'this build differs in more ways than are told apart here' });
  for (const { when, values: flat } of variants) {
    const [dockerfile = texts.empty, context = texts.empty, target = texts.empty] = flat;
    const passed = artifact.arguments.map(
      ({ name, node, set }, i): PassedArgument => ({
        name,
        place: placeIn(runner, node),
        set: set ?? space.true,
        text: flat[i + 3] ?? texts.empty,
      }),
    );
    const tags = artifact.tags.map(
      ({ node, fresh }, i): ImageTag => ({
        text: flat[i + 3 + passed.length] ?? texts.empty,
        place: placeIn(runner, node),
        ...(fresh === undefined ? {} : { fresh }),
      }),
    );
    builds.push({
      place,
      when,
      dockerfile,
      context: artifact.context === undefined ? undefined : context,
      target: artifact.target === undefined ? undefined : target,
      arguments: passed,
      tags,
      contexts: [],
      digest: undefined,
      evidence: artifact.evidence,
      development: artifact.development,
      pushed: artifact.pushed,
      chain: artifact.chain,
      by: artifact.by,
    });
  }
}

/** A path below a folder, relative to the root; a text that is not constant stays as it is when the folder is the root. */
export function pathBelow(runner: Runner, folder: string, path: Text): Text {
  const { texts } = runner;
  const joined = folder === '' ? path : texts.concat(texts.literal(`${folder}/`), path);
  return (
    texts.mapFlat(joined, (flat) => {
      const constant = texts.constant(flat);
      return constant === undefined ? flat : texts.literal(normalizePath(constant) ?? constant);
    }) ?? joined
  );
}
