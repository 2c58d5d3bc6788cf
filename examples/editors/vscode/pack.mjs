// Packs the extension as a .vsix, without the network: a zip with a manifest, the extension and the packages that it needs.
// `npm install --omit=dev` first, then `node pack.mjs [OUTPUT.vsix]`. Does what `vsce package` does for an extension like this.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';

const folder = dirname(fileURLToPath(import.meta.url));
const read = (path) => readFileSync(join(folder, path));
const manifest = JSON.parse(read('package.json').toString());
const output = process.argv[2] ?? join(folder, `${manifest.name}-${manifest.version}.vsix`);

const names = ['package.json', 'extension.js', 'README.md', ...packages(Object.keys(manifest.dependencies ?? {}))];
const files = [
  ['extension.vsixmanifest', Buffer.from(vsixManifest())],
  ['[Content_Types].xml', Buffer.from(contentTypes(names))],
  ...names.map((name) => [posix.join('extension', name), read(name)]),
];
writeFileSync(output, zip(files));
console.log(`${output}: ${files.length} files`);

/** The files of packages and of what they depend on. */
function packages(wanted) {
  const found = new Map();
  const visit = (name, from) => {
    // As node resolves it: beside whoever asks, then further out.
    for (let at = from; ; at = posix.dirname(at)) {
      const path = posix.join(at, 'node_modules', name);
      if (existsSync(join(folder, path, 'package.json'))) {
        if (found.has(path)) return;
        found.set(path, true);
        const { dependencies = {} } = JSON.parse(read(posix.join(path, 'package.json')).toString());
        for (const inner of Object.keys(dependencies)) visit(inner, path);
        return;
      }
      if (at === '.') throw new Error(`${name} is not installed: run npm install --omit=dev in ${folder}`);
    }
  };
  for (const name of wanted) visit(name, '.');
  return [...found.keys()].sort().flatMap((path) => walk(path));
}

function walk(path) {
  return readdirSync(join(folder, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = posix.join(path, entry.name);
      // Packages inside are found by whoever needs them.
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(inner);
      return entry.isFile() && !/\.(?:map|md|d\.[cm]?ts|tsbuildinfo)$/i.test(entry.name) ? [inner] : [];
    });
}

function xml(text) {
  return String(text).replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function vsixManifest() {
  const { name, version, publisher, displayName, description, engines, categories } = manifest;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}"/>
    <DisplayName>${xml(displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(description)}</Description>
    <Categories>${xml(categories.join(','))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

function contentTypes(all) {
  const known = { json: 'application/json', js: 'application/javascript', md: 'text/markdown', txt: 'text/plain' };
  const extensions = new Set(all.map((name) => posix.extname(name).slice(1)).filter((extension) => extension !== ''));
  extensions.add('vsixmanifest');
  const types = [...extensions].sort().map((extension) => {
    const type = extension === 'vsixmanifest' ? 'text/xml' : (known[extension] ?? 'application/octet-stream');
    return `<Default Extension=".${xml(extension)}" ContentType="${type}"/>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${types.join('')}</Types>\n`;
}

/** A zip archive (APPNOTE 6.3.3): local headers with deflated data, the central directory, and its end. */
function zip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(data, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version 2.0
    common.writeUInt16LE(0x0800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt16LE(0, 6); // midnight
    common.writeUInt16LE(0x0021, 8); // of 1980-01-01, so that equal files make equal archives
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, packed);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE((0o100644 << 16) >>> 0, 6); // an ordinary file of Unix
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, entry, path);
    offset += 30 + path.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
