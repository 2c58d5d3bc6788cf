/** Told of a file that could not be evaluated. */
export type Failed = (path: string, error: unknown) => void;

/** Evaluates a file of a project; a fault in it is told and hides no other file. */
export function attempt(path: string, failed: Failed, evaluate: () => void): void {
  try {
    evaluate();
  } catch (error) {
    failed(path, error);
  }
}
