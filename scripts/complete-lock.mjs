/**
 * Adds to package-lock.json the packages for other systems that npm left out.
 *
 * A registry that mirrors only some platforms makes npm write a lock file without the others.
 * `npm ci` refuses it, everywhere. Entries of other systems need no more than version, os and
 * cpu: nobody downloads them here, and those who do get them by version.
 *
 *   node scripts/complete-lock.mjs            adds what is missing
 *   node scripts/complete-lock.mjs --check    only tells, with exit code 1
 */
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const systems = ['darwin', 'linux', 'android', 'freebsd', 'openharmony', 'win32']
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'wasm32']
/** Words that packages use for a system or processor that npm calls otherwise. */
const synonyms = { windows: 'win32', 64: 'x64', wasm32: 'wasm32' }

/** As Node looks packages up: beside the one that wants it, then in each folder above. */
function isListed(from, name) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true
    if (folder === '') return false
  }
}

function entryOf(name, version, isDev) {
  const words = name.split(/[/-]/).map((word) => synonyms[word] ?? word)
  const cpu = words.filter((word) => processors.includes(word)).slice(0, 1)
  const os = words.filter((word) => systems.includes(word)).slice(0, 1)
  if (cpu.length === 0) throw new Error(`For which processor is ${name}?`)
  const libc = /musl/.test(name) ? ['musl'] : /linux.*gnu/.test(name) ? ['glibc'] : []
  return {
    version,
    cpu,
    ...(isDev && { dev: true }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

const missing = Object.entries(lock.packages).flatMap(([from, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isListed(from, name))
    .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, entry.dev)]),
)

if (process.argv.includes('--check')) {
  if (missing.length > 0) {
    console.error(
      `package-lock.json lacks ${missing.length} packages for other systems, such as ` +
        `${missing[0][0].replace('node_modules/', '')}: \`npm ci\` fails.\n` +
        'Run: node scripts/complete-lock.mjs',
    )
  }
  process.exitCode = missing.length > 0 ? 1 : 0
} else if (missing.length > 0) {
  // npm's own order, so that nothing but the new entries changes.
  const sorted = [...Object.entries(lock.packages), ...missing].toSorted(([a], [b]) =>
    a.localeCompare(b, 'en'),
  )
  writeFileSync(
    path,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
  )
  console.log(`Added ${missing.length} packages to package-lock.json.`)
}
