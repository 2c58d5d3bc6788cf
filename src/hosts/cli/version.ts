declare const ENVARIANT_VERSION: string | undefined;
declare const ENVARIANT_BUGS: string | undefined;

/** The version of the package; the build puts it in. */
export const version = typeof ENVARIANT_VERSION === 'string' ? ENVARIANT_VERSION : '0.0.0-source';

/** Where faults are reported: package.json's `bugs`. */
export const bugs = typeof ENVARIANT_BUGS === 'string' ? ENVARIANT_BUGS : 'https://www.npmjs.com/package/envariant';
