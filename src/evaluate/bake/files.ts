import type { Files } from '../../text/files.js';

/** What `docker buildx bake` looks for without `-f`, in the order in which it merges them. */
const LOOKUP: readonly string[] = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
  'docker-bake.json',
  'docker-bake.hcl',
  'docker-bake.override.json',
  'docker-bake.override.hcl',
];

/** The files that bake reads in a folder without `-f`, in order; compose files are among them. */
export function bakeFilesIn(files: Files, folder: string): readonly string[] {
  const names = new Set(files.list(folder) ?? []);
  return LOOKUP.filter((name) => names.has(name)).map((name) => (folder === '' ? name : `${folder}/${name}`));
}

/** Whether a file is a bake file by its name. */
export function isBakeFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^docker-bake(?:\.override)?\.(?:hcl|json)$/.test(name) ||
    /(?:^bake|^docker-bake[.-].+|[.-]bake|^bake[.-].+)\.hcl$/.test(name)
  );
}

/** Whether bake reads a file as a compose file. */
export function isComposeName(path: string): boolean {
  return /\.ya?ml$/.test(path);
}
