/** What the page's sources say: in templates, by their syntax tree, and which keys they ask for. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ElementNode, NodeTypes, type TemplateChildNode } from '@vue/compiler-core'
import { parse } from 'vue/compiler-sfc'

const FOLDER = join(import.meta.dirname, '../../../web/src')

export type Source = { path: string; text: string }

export const pageSources = (): Source[] =>
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|vue)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(FOLDER, path), 'utf8') }))

/** Attributes that a reader sees, or hears. */
const READ_ATTRIBUTES = ['alt', 'aria-label', 'aria-valuetext', 'label', 'placeholder', 'title']
const hasLetters = (text: string): boolean => /\p{L}/u.test(text)

/** Words that stand in a template itself, and in the literals of its expressions. */
export function wordsInTemplate(text: string): string[] {
  const { template } = parse(text).descriptor
  return template?.ast ? template.ast.children.flatMap(wordsOf) : []
}

function wordsOf(node: TemplateChildNode): string[] {
  switch (node.type) {
    case NodeTypes.TEXT:
      return hasLetters(node.content) ? [node.content.trim()] : []
    case NodeTypes.INTERPOLATION:
      return wordsInExpression(node.content.loc.source)
    case NodeTypes.ELEMENT:
      return [...wordsOfAttributes(node), ...node.children.flatMap(wordsOf)]
    default:
      return []
  }
}

function wordsOfAttributes({ props }: ElementNode): string[] {
  return props.flatMap((prop) => {
    if (prop.type === NodeTypes.ATTRIBUTE) {
      const { content = '' } = prop.value ?? {}
      return READ_ATTRIBUTES.includes(prop.name) && hasLetters(content) ? [content] : []
    }
    const name = prop.arg?.loc.source ?? ''
    return prop.exp && READ_ATTRIBUTES.includes(name) ? wordsInExpression(prop.exp.loc.source) : []
  })
}

/** Literals that are no key, and not what something is compared with. */
const wordsInExpression = (expression: string): string[] =>
  [...expression.matchAll(/([=!]== )?(['"`])((?:(?!\2).)*)\2/gs)]
    .filter(([, comparison]) => comparison === undefined)
    .map(([, , , literal = '']) => literal)
    .filter((literal) => hasLetters(literal) && !isKey(literal))

/** Keys have a dot, and no space. */
const isKey = (literal: string): boolean => /^[\w-]+(?:\.(?:[\w-]|\$\{[^}]*\})+)+$/.test(literal)

/**
 * Every literal of the sources that looks like a key, `codes.${value}` as it stands. Double quotes are
 * those of attributes.
 */
export const keysIn = (text: string): string[] =>
  [...text.matchAll(/(['`])([^'"`\n]*)\1/g)].map(([, , literal = '']) => literal).filter(isKey)
