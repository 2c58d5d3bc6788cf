/*
 * Dockerfiles that stand in for each other: beside each other for other environments (`Dockerfile` and `Dockerfile.prod`,
 * `staging/Dockerfile` and `production/Dockerfile`), or chosen by what a caller is given (`docker build -f Dockerfile.$(ENV)`).
 *
 * An image for development or tests is expected to be another one: it has tools, development dependencies, another base
 * and another user. What nobody expects is another program, and another version of the same base.
 */
import {
  type EnvironmentKind,
  environmentOf,
  isBuildToggle,
  isEnvironmentSelector,
} from '../knowledge/environments.js';
import type { Build } from '../model/build.js';
import type { BoundBuild } from '../model/delivery.js';
import { type Place, placeKey } from '../text/span.js';
import { givenBy } from './contents.js';
import { groupBy } from './group.js';
import { type Made, type PartDifference, partDifferences } from './images.js';
import { type SubjectBase, wholeSubject } from './subjects.js';

/** A Dockerfile that stands in for another one, for another environment. */
export interface SiblingSubject extends SubjectBase {
  readonly kind: 'sibling';
  readonly other: Build;
  /** What the file's name says. */
  readonly variant: string;
  /** The file's own part is `left`. */
  readonly differences: readonly PartDifference[];
  /** Where a caller chooses between the two; undefined when they only stand beside each other. */
  readonly chosen: Place | undefined;
}

/** Two files, whichever comes first. */
export function pairKey(a: string, b: string): string {
  return [a, b].sort().join('\0');
}

/** The siblings of a project. What a caller chooses between is told once: pairs of `told` have a finding already. */
export function siblingSubjects(
  project: { readonly builds: readonly BoundBuild[]; readonly dockerfiles: readonly Build[] },
  told: ReadonlySet<string>,
): readonly SiblingSubject[] {
  const subjects = new Map<string, SiblingSubject>();
  const chosen = chosenByCallers(project.builds);
  const others = [...chosen, ...besideProduction(project.dockerfiles)].filter(
    ({ build, other }) => !told.has(pairKey(build.file, other.file)),
  );
  for (const subject of [...besideEachOther(project.dockerfiles), ...others]) {
    const key = pairKey(subject.build.file, subject.other.file);
    if (!subjects.has(key)) subjects.set(key, subject);
  }
  return [...subjects.values()];
}

/** `prod` of `Dockerfile.prod` and of `prod/Dockerfile`, and the folder in which the other ones are looked for. */
function variantOf(file: string): { readonly folder: string; readonly variant: string } | undefined {
  const found = /^(.*\/)?(?:Dockerfile|Containerfile)[.-]([\w-]+)$/.exec(file);
  if (found !== null) return { folder: found[1] ?? '', variant: found[2] ?? '' };
  const inside = /^(.*\/)?([\w-]+)\/(?:Dockerfile|Containerfile)$/.exec(file);
  const variant = inside?.[2] ?? '';
  return environmentOf(variant) === undefined ? undefined : { folder: `${inside?.[1] ?? ''}*/`, variant };
}

function besideEachOther(dockerfiles: readonly Build[]): readonly SiblingSubject[] {
  const byPath = new Map(dockerfiles.map((build) => [build.file, build]));
  return dockerfiles.flatMap((own): readonly SiblingSubject[] => {
    const found = variantOf(own.file);
    const kind = environmentOf(found?.variant ?? '');
    const isProduct =
      kind === 'production' || kind === 'staging' || (kind === undefined && isBuildToggle(found?.variant ?? ''));
    if (found === undefined || !isProduct) return [];
    const other = byPath.get(`${found.folder}Dockerfile`);
    return other === undefined
      ? []
      : subjectOf(made(own), made(other), found.variant, undefined, ({ what }) => what !== 'dependencies');
  });
}

/** Where there is no plain Dockerfile, the one for production is what the others stand in for. */
function besideProduction(dockerfiles: readonly Build[]): readonly SiblingSubject[] {
  const files = new Set(dockerfiles.map(({ file }) => file));
  const named = dockerfiles.flatMap((build) => {
    const found = variantOf(build.file);
    const kind = environmentOf(found?.variant ?? '');
    if (found === undefined || kind === undefined || files.has(`${found.folder}Dockerfile`)) return [];
    return [{ ...found, build, kind }];
  });
  return [...groupBy(named, ({ folder }) => folder).values()].flatMap((family) => {
    const product = family.find(({ kind }) => kind === 'production');
    const others = family.filter(({ kind }) => kind !== 'production');
    return product === undefined
      ? []
      : others.flatMap(({ build, variant, kind }) =>
          subjectOf(
            made(build),
            made(product.build),
            variant,
            undefined,
            kind === 'staging' ? () => true : isUnexpected,
          ),
        );
  });
}

function made(image: Build): Made {
  return { image, given: new Map() };
}

/** The Dockerfiles that one request may be of, by what its caller is given; each with the one for production. */
function chosenByCallers(builds: readonly BoundBuild[]): readonly SiblingSubject[] {
  const byRequest = new Map<string, { readonly bound: BoundBuild; readonly image: Build }[]>();
  for (const bound of builds) {
    if (bound.image === undefined) continue;
    const key = `${placeKey(bound.request.place)} ${bound.caller.file}`;
    byRequest.set(key, [...(byRequest.get(key) ?? []), { bound, image: bound.image }]);
  }
  return [...byRequest.values()].flatMap((all): readonly SiblingSubject[] => {
    const byFile = new Map([...all].reverse().map((one) => [one.image.file, one]));
    if (byFile.size < 2) return [];
    const files = [...byFile.values()].reverse();
    const product =
      files.find(({ image }) => kindOf(image) === 'production') ??
      files.find(({ image }) => kindOf(image) === 'staging') ??
      files.find(({ image }) => kindOf(image) === undefined);
    if (product === undefined) return [];
    return files.flatMap(({ bound, image }) => {
      const [kind, productKind] = [kindOf(image), kindOf(product.image)];
      const asked = [...bound.answers.keys(), ...product.bound.answers.keys()].some(isEnvironmentSelector);
      if (image === product.image || kind === undefined || kind === productKind) return [];
      if (productKind === undefined && !asked) return [];
      const isForWork = kind === 'development' || kind === 'testing';
      return subjectOf(
        { image, given: givenBy(bound) },
        { image: product.image, given: givenBy(product.bound) },
        variantOf(image.file)?.variant ?? image.file,
        bound.request.place,
        isForWork ? isUnexpected : () => true,
      );
    });
  });
}

function kindOf({ file }: Build): EnvironmentKind | undefined {
  return environmentOf(file.slice(file.lastIndexOf('/') + 1));
}

function subjectOf(
  own: Made,
  other: Made,
  variant: string,
  chosen: Place | undefined,
  counts: (difference: PartDifference) => boolean,
): readonly SiblingSubject[] {
  // What only one file has may well be on purpose; what both do in two ways has drifted.
  const differences = partDifferences(own, other).filter(
    (one) => COMPARED.has(one.what) && one.left !== undefined && one.right !== undefined && counts(one),
  );
  const at = own.image.stages[own.image.target]?.place;
  return differences.length === 0 || at === undefined
    ? []
    : [{ ...wholeSubject(own.image, at), kind: 'sibling', other: other.image, variant, differences, chosen }];
}

const COMPARED: ReadonlySet<PartDifference['what']> = new Set(['base image', 'user', 'program', 'dependencies']);

/** What nobody expects of an image for development or tests. */
function isUnexpected({ what, left = '', right = '' }: PartDifference): boolean {
  return what === 'program' || (what === 'base image' && isOtherVersion(left, right));
}

/** `node:18-alpine` and `node:20`: the same repository in two versions; `20` and `20.1` may be one. */
function isOtherVersion(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => /^FROM (\S+):v?(\d+(?:\.\d+)*)[^/]*$/.exec(text));
  if (a == null || b == null || a[1] !== b[1]) return false;
  const [x, y] = [`${a[2]}.`, `${b[2]}.`];
  return !x.startsWith(y) && !y.startsWith(x);
}
