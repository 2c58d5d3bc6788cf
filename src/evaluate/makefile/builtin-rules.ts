/*
 * The implicit rules that GNU make 4.3 has before it reads anything (`make -p -f /dev/null`), but for those of archives'
 * members. Their recipes are lines as make keeps them: the blanks at their ends are handed to shells too.
 */

/** The recipes of the built-in suffix rules, by their target (`.c.o`). */
export const SUFFIX_RULES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '.C': ['$(LINK.C) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.C.o': ['$(COMPILE.C) $(OUTPUT_OPTION) $<'],
    '.F': ['$(LINK.F) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.F.f': ['$(PREPROCESS.F) $(OUTPUT_OPTION) $<'],
    '.F.o': ['$(COMPILE.F) $(OUTPUT_OPTION) $<'],
    '.S': ['$(LINK.S) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.S.o': ['$(COMPILE.S) -o $@ $<'],
    '.S.s': ['$(PREPROCESS.S) $< > $@'],
    '.c': ['$(LINK.c) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.c.ln': ['$(LINT.c) -C$* $<'],
    '.c.o': ['$(COMPILE.c) $(OUTPUT_OPTION) $<'],
    '.cc': ['$(LINK.cc) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.cc.o': ['$(COMPILE.cc) $(OUTPUT_OPTION) $<'],
    '.cpp': ['$(LINK.cpp) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.cpp.o': ['$(COMPILE.cpp) $(OUTPUT_OPTION) $<'],
    '.def.sym': ['$(COMPILE.def) -o $@ $<'],
    '.f': ['$(LINK.f) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.f.o': ['$(COMPILE.f) $(OUTPUT_OPTION) $<'],
    '.l.c': ['@$(RM) $@ ', ' $(LEX.l) $< > $@'],
    '.l.ln': ['@$(RM) $*.c', ' $(LEX.l) $< > $*.c', '$(LINT.c) -i $*.c -o $@', ' $(RM) $*.c'],
    '.l.r': ['$(LEX.l) $< > $@ ', ' mv -f lex.yy.r $@'],
    '.lm.m': ['@$(RM) $@ ', ' $(LEX.m) $< > $@'],
    '.m': ['$(LINK.m) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.m.o': ['$(COMPILE.m) $(OUTPUT_OPTION) $<'],
    '.mod': ['$(COMPILE.mod) -o $@ -e $@ $^'],
    '.mod.o': ['$(COMPILE.mod) -o $@ $<'],
    '.o': ['$(LINK.o) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.p': ['$(LINK.p) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.p.o': ['$(COMPILE.p) $(OUTPUT_OPTION) $<'],
    '.r': ['$(LINK.r) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.r.f': ['$(PREPROCESS.r) $(OUTPUT_OPTION) $<'],
    '.r.o': ['$(COMPILE.r) $(OUTPUT_OPTION) $<'],
    '.s': ['$(LINK.s) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
    '.s.o': ['$(COMPILE.s) -o $@ $<'],
    '.sh': ['cat $< >$@ ', ' chmod a+x $@'],
    '.tex.dvi': ['$(TEX) $<'],
    '.texi.dvi': ['$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<'],
    '.texi.info': ['$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@'],
    '.texinfo.dvi': ['$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<'],
    '.texinfo.info': ['$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@'],
    '.txinfo.dvi': ['$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<'],
    '.txinfo.info': ['$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@'],
    '.w.c': ['$(CTANGLE) $< - $@'],
    '.w.tex': ['$(CWEAVE) $< - $@'],
    '.web.p': ['$(TANGLE) $<'],
    '.web.tex': ['$(WEAVE) $<'],
    '.y.c': ['$(YACC.y) $< ', ' mv -f y.tab.c $@'],
    '.y.ln': ['$(YACC.y) $< ', ' $(LINT.c) -C$* y.tab.c ', ' $(RM) y.tab.c'],
    '.ym.m': ['$(YACC.m) $< ', ' mv -f y.tab.c $@'],
  }),
);

/** A built-in pattern rule. */
export interface BuiltinPattern {
  readonly target: string;
  readonly prerequisites: readonly string[];
  readonly recipe: readonly string[];
  /** True for `%::`, whose prerequisites are never made. */
  readonly terminal: boolean;
}

const pattern = (target: string, prerequisites: string, ...recipe: readonly string[]): BuiltinPattern => ({
  target,
  prerequisites: prerequisites.split(' '),
  recipe,
  terminal: target === '%',
});

/** The built-in pattern rules, which come behind all others. */
export const PATTERN_RULES: readonly BuiltinPattern[] = [
  pattern('%.out', '%', '@rm -f $@ ', ' cp $< $@'),
  pattern('%.c', '%.w %.ch', '$(CTANGLE) $^ $@'),
  pattern('%.tex', '%.w %.ch', '$(CWEAVE) $^ $@'),
  pattern('%', '%,v', '$(CHECKOUT,v)'),
  pattern('%', 'RCS/%,v', '$(CHECKOUT,v)'),
  pattern('%', 'RCS/%', '$(CHECKOUT,v)'),
  pattern('%', 's.%', '$(GET) $(GFLAGS) $(SCCS_OUTPUT_OPTION) $<'),
  pattern('%', 'SCCS/s.%', '$(GET) $(GFLAGS) $(SCCS_OUTPUT_OPTION) $<'),
];
