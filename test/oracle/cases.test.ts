/** What `npm run oracle:cases` does with makefiles of others, on a small one of our own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskFiles } from '../../src/hosts/disk.js';
import { type CaseCounts, compareCase } from './case-compare.js';
import { closeLab, openLab } from './case-real.js';
import { installed } from './make-real.js';

const MAKEFILE = `ENV ?= testing
SYSTEM := $(shell uname -s)
SOURCES = $(wildcard src/*.c)
ifeq ($(SYSTEM),Linux)
LIBS += -lrt
endif
include settings.mk
export MODE
all: app
app: $(SOURCES:.c=.o)
	cc -o $@ $^ $(LIBS) $(if $(filter testing,$(ENV)),-race)
%.o: %.c
	@cc -c $< $(FLAGS_$(ENV))
`;

describe.runIf(installed())('a makefile of others', () => {
  it('agrees with GNU make in every environment and for every target, and nothing of it is run', async () => {
    const project = mkdtempSync(join(tmpdir(), 'envariant-case-'));
    mkdirSync(join(project, 'src'));
    for (const [name, text] of Object.entries({
      Makefile: MAKEFILE,
      'settings.mk': 'MODE = $(ENV)-$(shell touch harm)\nFLAGS_prod = -O2\n',
      'src/a.c': '',
      'src/b.c': '',
    }))
      writeFileSync(join(project, name), text);
    const lab = openLab(project);
    const counts: CaseCounts = { runs: 0, compared: 0, unknown: 0, skipped: new Map() };
    try {
      const files = diskFiles(lab.project);
      const result = await compareCase(lab, files, 'Makefile', MAKEFILE, { environments: 6, runs: 12 }, counts);
      expect(result).toEqual({ accepted: true, differences: [] });
      expect(counts.compared).toBeGreaterThan(100);
      expect(diskFiles(lab.project).read('harm')).toBeUndefined();
    } finally {
      closeLab(lab);
      rmSync(project, { recursive: true, force: true });
    }
  }, 60_000);
});
