/** Folders whose builds nobody deploys: they show something, test something, or belong to somebody else (semantics 5.10, hard case 68). */
const ASIDE = new Set(
  (
    'example examples sample samples demo demos fixture fixtures testdata test-data test_data __fixtures__ testfixtures ' +
    'vendor third_party third-party node_modules .devcontainer devcontainer playground tutorial tutorials'
  ).split(' '),
);

/** Whether a file lies in a folder whose builds nobody deploys, below what was asked for by `named`. */
export function isAside(path: string, named: readonly string[] = []): boolean {
  const asked = named.filter((one) => path === one || path.startsWith(`${one}/`));
  if (asked.includes(path)) return false;
  const above = Math.max(0, ...asked.map((one) => one.length));
  return path
    .slice(above)
    .split('/')
    .slice(0, -1)
    .some((folder) => ASIDE.has(folder.toLowerCase()));
}
