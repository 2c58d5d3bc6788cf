// Makes a picture (SVG) of coloured terminal output: reads text with ANSI codes from the standard input, writes the
// picture to the standard output. `--run` makes docs/output.svg from the example, with the dist/ that is there.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The advance of a character and of a line, in pixels at 14 px of DejaVu Sans Mono and its like. */
const cell = { width: 8.43, height: 19 };
const margin = { x: 18, top: 44, bottom: 16 };
const columns = 80;
const colours = { 31: '#ff7b72', 32: '#7ee787', 33: '#f2cc60', 36: '#76e3ea' };

/** The runs of a line, each with its text and the codes that hold for it. */
function runsOf(line) {
  const runs = [];
  let codes = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
  for (const [, code, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
    if (code !== undefined) codes = code === '0' || code === '' ? [] : code.split(';');
    else runs.push({ text, codes });
  }
  return runs;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Every run stands where its column is, so that a font of another width keeps the table straight. */
function lineOf(line, row) {
  let column = 0;
  const spans = runsOf(line).flatMap(({ text, codes }) => {
    const at = column;
    const length = [...text].length;
    column += length;
    if (text.trim() === '') return [];
    const colour = codes.map((code) => colours[code]).find((one) => one !== undefined);
    const style = [
      colour === undefined ? '' : ` fill="${colour}"`,
      codes.includes('1') ? ' font-weight="bold"' : '',
      codes.includes('2') ? ' opacity="0.6"' : '',
    ].join('');
    const x = (margin.x + at * cell.width).toFixed(1);
    return [`<tspan x="${x}" textLength="${(length * cell.width).toFixed(1)}"${style}>${escaped(text)}</tspan>`];
  });
  return spans.length === 0 ? '' : `<text y="${margin.top + (row + 1) * cell.height - 5}">${spans.join('')}</text>\n`;
}

function picture(output) {
  const lines = ['\u001b[2m$ \u001b[0mnpx envariant', ...output.trimEnd().split('\n')];
  const width = Math.ceil(2 * margin.x + columns * cell.width);
  const height = margin.top + lines.length * cell.height + margin.bottom;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, i) => `<circle cx="${24 + i * 20}" cy="22" r="6" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>What envariant says about examples/incident</title>
<rect width="100%" height="100%" rx="10" fill="#161b22"/>
${dots.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
${lines.map(lineOf).join('')}</g>
</svg>
`;
}

if (process.argv.includes('--run')) {
  const cwd = join(root, 'examples/incident');
  const { stdout } = spawnSync(process.execPath, [join(root, 'dist/bin.cjs'), '--color'], { cwd, encoding: 'utf8' });
  writeFileSync(join(root, 'docs/output.svg'), picture(stdout));
} else process.stdout.write(picture(readFileSync(0, 'utf8')));
