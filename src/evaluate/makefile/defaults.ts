import { PATTERN_RULES, SUFFIX_RULES } from './builtin-rules.js';

/**
 * The variables that GNU make 4.3 defines before it reads anything (`make -p -f /dev/null`), as recursive values.
 * Those that name the host are left out.
 */
export const DEFAULTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.FEATURES':
      'target-specific order-only second-expansion else-if shortest-stem undefine oneshell nocomment grouped-target extra-prereqs archives jobserver output-sync check-symlink load',
    '.INCLUDE_DIRS': '/usr/local/include /usr/include /usr/include',
    '.LIBPATTERNS': 'lib%.so lib%.a',
    '.SHELLFLAGS': '-c',
    AR: 'ar',
    ARFLAGS: 'rv',
    AS: 'as',
    CC: 'cc',
    'CHECKOUT,v': '+$(if $(wildcard $@),,$(CO) $(COFLAGS) $< $@)',
    CO: 'co',
    COFLAGS: '',
    'COMPILE.C': '$(COMPILE.cc)',
    'COMPILE.F': '$(FC) $(FFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.S': '$(CC) $(ASFLAGS) $(CPPFLAGS) $(TARGET_MACH) -c',
    'COMPILE.c': '$(CC) $(CFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.cc': '$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.cpp': '$(COMPILE.cc)',
    'COMPILE.def': '$(M2C) $(M2FLAGS) $(DEFFLAGS) $(TARGET_ARCH)',
    'COMPILE.f': '$(FC) $(FFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.m': '$(OBJC) $(OBJCFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.mod': '$(M2C) $(M2FLAGS) $(MODFLAGS) $(TARGET_ARCH)',
    'COMPILE.p': '$(PC) $(PFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.r': '$(FC) $(FFLAGS) $(RFLAGS) $(TARGET_ARCH) -c',
    'COMPILE.s': '$(AS) $(ASFLAGS) $(TARGET_MACH)',
    CPP: '$(CC) -E',
    CTANGLE: 'ctangle',
    CWEAVE: 'cweave',
    CXX: 'g++',
    F77: '$(FC)',
    F77FLAGS: '$(FFLAGS)',
    FC: 'f77',
    GET: 'get',
    LD: 'ld',
    LEX: 'lex',
    'LEX.l': '$(LEX) $(LFLAGS) -t',
    'LEX.m': '$(LEX) $(LFLAGS) -t',
    'LINK.C': '$(LINK.cc)',
    'LINK.F': '$(FC) $(FFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.S': '$(CC) $(ASFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_MACH)',
    'LINK.c': '$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.cc': '$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.cpp': '$(LINK.cc)',
    'LINK.f': '$(FC) $(FFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.m': '$(OBJC) $(OBJCFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.o': '$(CC) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.p': '$(PC) $(PFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.r': '$(FC) $(FFLAGS) $(RFLAGS) $(LDFLAGS) $(TARGET_ARCH)',
    'LINK.s': '$(CC) $(ASFLAGS) $(LDFLAGS) $(TARGET_MACH)',
    LINT: 'lint',
    'LINT.c': '$(LINT) $(LINTFLAGS) $(CPPFLAGS) $(TARGET_ARCH)',
    M2C: 'm2c',
    MAKE: '$(MAKE_COMMAND)',
    MAKEINFO: 'makeinfo',
    MAKE_COMMAND: 'make',
    MAKE_VERSION: '4.3',
    OBJC: 'cc',
    OUTPUT_OPTION: '-o $@',
    PC: 'pc',
    'PREPROCESS.F': '$(FC) $(FFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -F',
    'PREPROCESS.S': '$(CC) -E $(CPPFLAGS)',
    'PREPROCESS.r': '$(FC) $(FFLAGS) $(RFLAGS) $(TARGET_ARCH) -F',
    RM: 'rm -f',
    SUFFIXES:
      '.out .a .ln .o .c .cc .C .cpp .p .f .F .m .r .y .l .ym .yl .s .S .mod .sym .def .h .info .dvi .tex .texinfo .texi .txinfo .w .ch .web .sh .elc .el',
    TANGLE: 'tangle',
    TEX: 'tex',
    TEXI2DVI: 'texi2dvi',
    WEAVE: 'weave',
    YACC: 'yacc',
    'YACC.m': '$(YACC) $(YFLAGS)',
    'YACC.y': '$(YACC) $(YFLAGS)',
  }),
);

/** The names that make's own variables and recipes read. */
export const OWN_NAMES: ReadonlySet<string> = new Set(
  [
    ...DEFAULTS.values(),
    ...[...SUFFIX_RULES.values()].flat(),
    ...PATTERN_RULES.flatMap(({ recipe }) => recipe),
  ].flatMap((text) => [...text.matchAll(/\$[({]([A-Za-z_]\w*)[)}]/g)].map(([, name = '']) => name)),
);

/** Those of them that are simple. */
export const SIMPLE_DEFAULTS: ReadonlySet<string> = new Set([
  '.FEATURES',
  '.SHELLFLAGS',
  'MAKE_COMMAND',
  'MAKE_VERSION',
  'SUFFIXES',
]);

/** Variables that make defines also with `-R`. */
const KEPT = new Set(['.FEATURES', '.INCLUDE_DIRS', '.SHELLFLAGS', 'MAKE', 'MAKE_COMMAND', 'MAKE_VERSION', 'SUFFIXES']);

/** Whether make defines a variable of its own, with these switches. */
export function isDefault(name: string, switches: string): boolean {
  return DEFAULTS.has(name) && (!switches.includes('R') || KEPT.has(name));
}
