/** What a file is by its text: a shebang of a shell, or a first instruction that only Dockerfiles begin with. */
export function sniffLanguage(text: string): 'dockerfile' | 'shell' | undefined {
  const head = text.slice(0, 65_536);
  if (/^#!\s*\S*\/(?:env\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:sh|bash|dash|ash|ksh)\b/.test(head)) return 'shell';
  for (const line of head.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    return /^(?:FROM\s+\S|ARG\s+[A-Za-z_]\w*\s*(?:=|$))/i.test(trimmed) && /^\s*FROM\s+\S/im.test(head)
      ? 'dockerfile'
      : undefined;
  }
  return undefined;
}
