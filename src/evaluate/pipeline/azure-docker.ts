import { yamlGet, yamlText } from '../../syntax/yaml/read.js';
import type { YamlNode } from '../../syntax/yaml/tree.js';
import { type Files, folderOf } from '../../text/files.js';
import { constantPart, joinedBy, type Part, quoted, slicePart } from './commands.js';
import { partsOf } from './runner.js';

/**
 * The commands of the tasks `Docker@0` to `Docker@2`. With `buildAndPush` the task leaves `arguments` out, as its
 * documentation says.
 */
export function dockerTask(
  node: YamlNode,
  inputs: YamlNode,
  file: string,
  templated: (part: Part) => readonly Part[],
  files: Files,
): readonly Part[] {
  const at = { file, ...(yamlGet(node, 'task') ?? node).span };
  const constant = (text: string): Part => constantPart(text, at);
  const entry = (name: string): YamlNode | undefined =>
    inputs.kind === 'map'
      ? inputs.entries.find(({ key }) => key.text.text.toLowerCase() === name.toLowerCase())?.value
      : undefined;
  const parts = (name: string): readonly Part[] => partsOf(entry(name), file).flatMap(templated);
  const command = (yamlText(entry('command')) ?? yamlText(entry('action')) ?? 'buildAndPush').toLowerCase();
  const builds = /^(?:build|buildandpush|build an image)$/.test(command);
  const pushes = /push/.test(command);
  const dockerfile = yamlText(entry('Dockerfile') ?? entry('dockerFile'));
  const repository = parts('repository').length > 0 ? parts('repository') : parts('imageName');
  const tags = partsOf(entry('tags'), file).flatMap(splitLines);
  const isOld = /^Docker@[01]$/.test(yamlText(yamlGet(node, 'task')) ?? '');
  const named = repository.length === 0 ? [] : isOld ? [repository] : [];
  if (!isOld && repository.length > 0) {
    if (tags.length === 0) named.push([...repository, constant(':'), ...templated(constant('$(Build.BuildId)'))]);
    for (const tag of tags) named.push([...repository, constant(':'), ...templated(tag)]);
  }
  const lines: (readonly Part[])[] = [];
  if (builds) {
    const found = dockerfile === undefined || dockerfile.startsWith('**') ? findDockerfile(files) : undefined;
    const path =
      found === undefined
        ? parts('Dockerfile').length > 0
          ? parts('Dockerfile')
          : parts('dockerFile')
        : [constant(found)];
    const words: (readonly Part[])[] = [[constant('docker build -f')], quoted(path)];
    for (const name of named) words.push([constant('-t')], quoted(name));
    if (command !== 'buildandpush') words.push(parts('arguments'));
    const context = yamlText(entry('buildContext') ?? entry('context'));
    const folder = found === undefined ? folderOf(dockerfile ?? '') : folderOf(found);
    if (context === undefined || context.startsWith('**')) words.push([constant(folder === '' ? '.' : `'${folder}'`)]);
    else words.push(quoted(parts('buildContext').length > 0 ? parts('buildContext') : parts('context')));
    lines.push(joinedBy(' ', words));
  }
  if (pushes) for (const name of named) lines.push([constant('docker push '), ...quoted(name)]);
  return joinedBy('\n', lines);
}

/** The file that the pattern for any Dockerfile finds first. */
function findDockerfile(files: Files): string {
  let left = 2000;
  const queue = [''];
  for (let folder = queue.shift(); folder !== undefined && left > 0; folder = queue.shift()) {
    for (const name of files.list(folder) ?? []) {
      left -= 1;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (name === 'Dockerfile') return path;
      if (name.endsWith('/') && !/^(?:node_modules|\.git)\/$/.test(name)) queue.push(path.slice(0, -1));
    }
  }
  return 'Dockerfile';
}

function splitLines(part: Part): readonly Part[] {
  const found: Part[] = [];
  for (const match of part.text.text.matchAll(/[^,\s](?:[^,\n]*[^,\s])?/g))
    found.push(slicePart(part, match.index, match.index + match[0].length));
  return found;
}
