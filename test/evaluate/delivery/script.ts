import { scriptCaller } from '../../../src/evaluate/delivery/callers.js';
import { memoryFiles } from '../../../src/hosts/testing.js';
import type { Caller, PassedArgument } from '../../../src/model/delivery.js';
import type { Files } from '../../../src/text/files.js';
import { render } from '../../../src/value/text.js';

export type Project = Readonly<Record<string, string>>;

export function filesOf(project: Project): Files {
  return memoryFiles(new Map(Object.entries(project)));
}

/** What a script in the root asks for when it is run by itself. */
export function callerOf(script: string, project: Project = {}): Caller {
  const text = `#!/bin/sh\n${script}\n`;
  return scriptCaller('build.sh', text, filesOf({ ...project, 'build.sh': text }));
}

/** A build in one line: Dockerfile, stage, arguments, names. */
export function builds({ builds: all, texts }: Caller): readonly string[] {
  const passed = ({ name, set, text }: PassedArgument): string =>
    `${set === texts.space.true ? '' : '?'}${name}=${render(text)}`;
  return all.map(({ dockerfile, target, arguments: list, tags }) =>
    [
      render(dockerfile),
      ...(target === undefined ? [] : [`--target ${render(target)}`]),
      ...list.map(passed),
      ...tags.map(({ text }) => `as ${render(text)}`),
    ].join(' '),
  );
}
