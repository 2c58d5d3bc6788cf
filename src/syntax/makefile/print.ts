import type { MakefileTree, Statement } from './tree.js';

/** The text of a tree, put together from its statements: always the text that was parsed. */
export function print(tree: MakefileTree): string {
  const out: string[] = [];
  // A stack of its own, because conditionals may be nested deeper than calls can be.
  const todo: (Statement | { readonly start: number; readonly end: number })[] = [...tree.statements].reverse();
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    if (!('kind' in item)) out.push(tree.text.slice(item.start, item.end));
    else if (item.kind !== 'conditional') out.push(tree.text.slice(item.span.start, item.span.end));
    else {
      if (item.end !== undefined) todo.push(item.end);
      for (const branch of [...item.branches].reverse()) {
        for (const inner of [...branch.body].reverse()) todo.push(inner);
        todo.push(branch.head);
      }
    }
  }
  return out.join('');
}
