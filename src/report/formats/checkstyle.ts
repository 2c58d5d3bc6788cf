import type { Formatter } from '../../lint/formatter.js';
import type { Location } from '../../lint/report.js';
import { attributes } from './xml.js';

/** Checkstyle's XML, which most review tools and Jenkins read. */
export const checkstyle: Formatter = {
  name: 'checkstyle',
  summary: 'Checkstyle XML, for Jenkins and review tools',
  format({ findings, problems }) {
    const files = new Map<string, string[]>();
    const add = ({ file, line, column }: Location, severity: string, message: string, source: string): void => {
      const error = `    <error${attributes({ line, column, severity, message, source: `envariant.${source}` })}/>`;
      files.set(file, [...(files.get(file) ?? []), error]);
    };
    for (const one of findings) add(one.location, one.severity, one.message, one.rule);
    for (const one of problems) add(one.location, 'info', one.message, 'note');
    const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">'];
    for (const [name, errors] of files) lines.push(`  <file${attributes({ name })}>`, ...errors, '  </file>');
    lines.push('</checkstyle>');
    return `${lines.join('\n')}\n`;
  },
};
