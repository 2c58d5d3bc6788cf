/** Folders whose builds nobody deploys: they show something, test something, or belong to somebody else (semantics 5.10, hard case 68). */
const ASIDE = new Set(
  (
    'example examples sample samples demo demos fixture fixtures testdata test-data test_data __fixtures__ testfixtures ' +
    'vendor third_party third-party node_modules .devcontainer devcontainer playground tutorial tutorials'
  ).split(' '),
);

/** Whether a file lies in a folder whose builds nobody deploys. */
export function isAside(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => ASIDE.has(folder.toLowerCase()));
}
