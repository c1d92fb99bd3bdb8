/** Every language says all of it, nothing is said outside of their files, and no key is missing. */
import { describe, expect, it } from 'vitest'
import beforePaint from '../../web/public/before-paint.js?raw'
import { LANGUAGES, LANGUAGE_CODES } from '../../web/src/locales/languages.ts'
import { ARABIC_FORM_COUNT, arabicForm } from '../../web/src/locales/plural-forms.ts'
import { TITLES } from '../../durable-objects/order/failure.ts'
import { DEFINITIONS } from '../../durable-objects/sagas/registry.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { messagesIn } from './support/locale-files.ts'
import { keysIn, pageSources, wordsInTemplate } from './support/page-sources.ts'

const english = messagesIn('en')
const others = LANGUAGE_CODES.filter((code) => code !== 'en')
const sources = pageSources()

const formsOf = (message: string): string[] => message.split(' | ')
const placesIn = (message: string): Set<string> =>
  new Set([...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))

describe.each(others)('in %s', (code) => {
  const messages = messagesIn(code)

  it('there are words for all of it, and for nothing else', () => {
    expect([...messages.keys()].toSorted()).toEqual([...english.keys()].toSorted())
    expect([...messages].filter(([, words]) => words.trim() === '')).toEqual([])
  })

  it('the same is filled in', () => {
    for (const [key, words] of english) {
      expect(placesIn(messages.get(key) ?? ''), key).toEqual(placesIn(words))
    }
  })

  it('what depends on a count has the forms that the language needs', () => {
    for (const [key, words] of english) {
      const count = formsOf(words).length
      const needed = code === 'ar' && count > 1 ? ARABIC_FORM_COUNT : count
      expect(formsOf(messages.get(key) ?? ''), key).toHaveLength(needed)
    }
  })
})

it('each language is known before the first paint, and its direction', () => {
  const table = /const languages = \{(.+)\}/.exec(beforePaint)?.[1] ?? ''
  const known = [...table.matchAll(/'?([\w-]+)'?: '(\w+)'/g)].map(([, ...entry]) => entry)
  expect(known).toEqual(LANGUAGES.map(({ code, direction }) => [code, direction]))
})

it('Arabic has a form for none, one, two, a few, many, and the others', () => {
  expect([0, 1, 2, 3, 10, 11, 99, 100, 103].map(arabicForm)).toEqual([0, 1, 2, 3, 3, 4, 4, 5, 3])
})

/** `codes.${value}` may be any key of `codes`. */
const patternOf = (key: string): RegExp =>
  new RegExp(
    `^${key
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replaceAll('.', String.raw`\.`))
      .join(String.raw`[\w -]+`)}$`,
  )

const template = (inner: string) => wordsInTemplate(`<template>${inner}</template>`)

describe('the page', () => {
  const sections = new Set([...english.keys()].map((key) => key.split('.')[0]))
  const asked = [...new Set(sources.flatMap(({ text }) => keysIn(text)))].filter((key) =>
    sections.has(key.split('.')[0]),
  )

  it('asks for no key that is missing', () => {
    const missing = asked.filter(
      (key) => ![...english.keys()].some((known) => patternOf(key).test(known)),
    )
    expect(missing).toEqual([])
  })

  it('has no words that nobody asks for', () => {
    const patterns = asked.map(patternOf)
    const unused = [...english.keys()].filter(
      (key) => !patterns.some((pattern) => pattern.test(key)),
    )
    expect(unused).toEqual([])
  })

  it('names each service, and what is kept of it, since both are looked up by name', () => {
    const kept = DOMAINS.filter((domain) => domain !== 'payments')
    const wanted = [
      ...DOMAINS.map((domain) => `services.${domain}`),
      ...kept.map((domain) => `order.finalState.${domain}`),
    ]
    expect(
      wanted.filter((key) => !english.has(key)),
      'web/src/locales/*.json',
    ).toEqual([])
  })

  it('says what each step does, and why an order came to nothing', () => {
    const steps = DEFINITIONS.flatMap((definition) => definition.steps.map(({ name }) => name))
    const wanted = [
      ...steps.map((name) => `steps.${name}.title`),
      ...Object.keys(TITLES).map((code) => `codes.${code}`),
    ]
    expect(
      wanted.filter((key) => !english.has(key)),
      'web/src/locales/*.json',
    ).toEqual([])
  })

  it('says nothing outside of the locale files', () => {
    const said = sources
      .filter(({ path }) => path.endsWith('.vue'))
      .flatMap(({ path, text }) => wordsInTemplate(text).map((words) => `${path}: ${words}`))
    expect(said).toEqual([])
  })

  it('would be found out if it did', () => {
    expect(template('<p>Hello <b v-if="a">there</b></p>')).toEqual(['Hello', 'there'])
    expect(template('<img alt="A mug" :title="a ? \'Yes, you\' : $t(\'shop.name\')">')).toEqual([
      'A mug',
      'Yes, you',
    ])
    expect(template("{{ ok ? 'Done' : $t(`codes.${it}`) }}<br class='x'>·")).toEqual(['Done'])
  })
})
