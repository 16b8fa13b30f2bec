import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'
import { beforeAll, expect, it } from 'vitest'
import romanian from '../locales/server.ro.json' with { type: 'json' }
import { loadServerWords, serverWords } from './server-words.ts'

const root = join(import.meta.dirname, '../../..')
const catalogue: Readonly<Record<string, string>> = romanian

beforeAll(() => loadServerWords('ro'))

it('has Romanian words for every sentence that the server refuses something with', () => {
  const spoken = [...sentences()].filter((sentence) => !forOperators.has(sentence))
  expect(spoken.length).toBeGreaterThan(250)
  expect(spoken.filter((sentence) => catalogue[sentence] === undefined)).toEqual([])
})

it('says nothing that the server no longer says', () => {
  const source = sourceFiles()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
    .replaceAll(/\$\{[^}]*\}/g, '{}')
    .replaceAll("\\'", "'")
  const gone = Object.keys(catalogue)
    .filter((sentence) => !fromLibraries.test(sentence))
    .filter((sentence) => sentence.split(/\{\d\}/).some((part) => !source.includes(part)))
  expect(gone).toEqual([])
})

it('keeps every gap of a sentence, but for endings that only English has', () => {
  const lost = Object.entries(catalogue).filter(
    ([sentence, words]) => gapsOf(words).join() !== gapsOf(sentence).join(),
  )
  expect(lost.map(([sentence]) => sentence)).toEqual([
    'It holds {0} conversation{1} not done. Hand them over or finish them first.',
    'Invalid input: expected {0}, received {1}',
    'Invalid string: must match pattern {0}',
  ])
})

it('fills the gaps with what was said, itself put into Romanian', () => {
  expect(serverWords('This person was erased.')).toBe('Datele persoanei au fost șterse.')
  expect(serverWords('Too many requests. Wait 12 seconds.')).toBe(
    'Prea multe cereri. Așteaptă 12 secunde.',
  )
  expect(
    serverWords(
      'It cannot be undone: since then the customer wrote again. Merge the two again instead.',
    ),
  ).toBe('Nu se mai poate anula: între timp clientul a scris din nou. Unește-le în schimb din nou.')
  expect(serverWords('url: this address is not allowed')).toBe(
    'url: această adresă nu este permisă',
  )
})

it('leaves what others say as they say it', () => {
  expect(serverWords('Text limit of 500 characters exceeded')).toBe(
    'Text limit of 500 characters exceeded',
  )
  expect(serverWords('')).toBe('')
})

it('has no two gaps side by side, and reads whatever a network says without looking for long', () => {
  expect(Object.keys(catalogue).filter((sentence) => /\}\{/.test(sentence))).toEqual([])
  const page = 'has : takes . '.repeat(20_000)
  expect(serverWords(page)).toBe(page)
})

/** Never shown in a browser: said to who runs the machine, or to whoever writes a program. */
const forOperators = new Set([
  'an instance names its domain',
  'must be an address that begins with http:// or https://',
  'must begin with postgres://',
])
const fromLibraries = /^(Too (small|big): expected|Invalid |Unrecognized key)/

function gapsOf(sentence: string): string[] {
  return (sentence.match(/\{\d\}/g) ?? []).sort()
}

function sourceFiles(): string[] {
  return globSync('{src,contract}/**/*.ts', { cwd: root })
    .filter((file) => !/\.test\.ts$|\.fixture\.ts$|\/examples\/|^src\/cli\/|emulator/.test(file))
    .map((file) => join(root, file))
}

/** Of refusals (`AppError`, `badField`, checks of the contract): each as a pattern with its gaps. */
function sentences(): Set<string> {
  const found = new Set<string>()
  const add = (node: ESTree.Node | undefined) => {
    for (const text of textsOf(node)) if (text.includes(' ')) found.add(text)
  }
  for (const file of sourceFiles()) {
    const { program, errors } = parseSync(file, readFileSync(file, 'utf8'))
    expect(errors).toEqual([])
    new Visitor({
      NewExpression({ callee, arguments: given }) {
        if (nameOf(callee) === 'AppError') add(given[1])
      },
      CallExpression({ callee, arguments: given }) {
        const name = nameOf(callee)
        if (name === 'badField' || name === 'wrong') add(given[1])
        if (/^(refine|regex|min|max|length)$/.test(name)) add(given[1])
      },
      Property({ key, value }) {
        if (file.includes('/contract/') && nameOf(key) === 'message') add(value)
      },
    }).visit(program)
  }
  return found
}

function nameOf(node: ESTree.Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' ? nameOf(node.property) : ''
}

function textsOf(node: ESTree.Node | undefined): string[] {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? [node.value] : []
  if (node?.type === 'ConditionalExpression')
    return [...textsOf(node.consequent), ...textsOf(node.alternate)]
  if (node?.type !== 'TemplateLiteral') return []
  const parts = node.quasis.map(({ value }) => value.cooked ?? '')
  return [parts.reduce((text, part, place) => `${text}{${place - 1}}${part}`)]
}
