/** Makefiles in the manner of a large C project: options of users and of systems, lists of objects, rules for programs. */

/** A makefile of at least so many lines. */
export function makefileLikeGit(lines: number): string {
  const out: string[] = [
    'all::',
    "uname_S := $(shell sh -c 'uname -s 2>/dev/null || echo not')",
    'CFLAGS = -g -O2 -Wall',
    'prefix = $(HOME)',
    'bindir = $(prefix)/bin',
    'LIB_OBJS =',
    'PROGRAMS =',
    'X =',
  ];
  for (let i = 0; out.length < lines - 4; i += 1) {
    out.push(
      `# Define NO_FEATURE_${i} if the system does not have it.`,
      `ifeq ($(uname_S),System${i % 12})`,
      `\tNO_FEATURE_${i} = YesPlease`,
      ...(i % 12 === 5 ? ['\tX = .exe'] : []),
      'endif',
      `ifdef NO_FEATURE_${i}`,
      `\tBASIC_CFLAGS += -DNO_FEATURE_${i}`,
      'else',
      `\tLIB_OBJS += feature-${i}.o`,
      'endif',
      `LIB_OBJS += part-${i}.o`,
      `PROGRAMS += program-${i}$X`,
      `part-${i}.o: EXTRA_CPPFLAGS = -DPART=${i}`,
      `program-${i}$X: part-${i}.o $(LIBS)`,
      '\t$(CC) $(CFLAGS) -o $@ $< $(LIBS)',
      '',
    );
  }
  out.push('all:: $(PROGRAMS)', '%.o: %.c', '\t$(CC) -c $(CFLAGS) $(BASIC_CFLAGS) $(EXTRA_CPPFLAGS) -o $@ $<', '');
  return out.join('\n');
}
