import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The absolute path of a URI, without a separator at its end; undefined for what is no file of this machine. */
export function pathOfUri(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const path = fileURLToPath(uri);
    return isAbsolute(path) ? path.replace(/(?<=.)[\\/]$/, '') : undefined;
  } catch {
    // A host name, or an escape that is no text.
    return undefined;
  }
}

/** The URI of an absolute path. */
export function uriOfPath(path: string): string {
  return pathToFileURL(path).href;
}
