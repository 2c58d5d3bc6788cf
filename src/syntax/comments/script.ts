import { parse } from '@babel/parser';
import type { Span } from '../../text/span.js';

/** The comments of JavaScript or TypeScript; none where the text is neither. */
export function scriptComments(text: string, typed: boolean): readonly Span[] {
  try {
    const { comments } = parse(text, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowUndeclaredExports: true,
      plugins: typed ? ['typescript', 'decorators'] : ['jsx', 'decorators'],
    });
    return (comments ?? []).map(({ start, end }) => ({ start: start ?? 0, end: end ?? start ?? 0 }));
  } catch {
    return [];
  }
}
