import { visible } from '../cells.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text for XML; what XML 1.0 cannot hold is made visible, line breaks stay. */
export function xml(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

/** Attributes as they stand in a tag, each with a blank before it; line breaks would be lost and are written out. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}
