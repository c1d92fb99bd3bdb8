/**
 * A small world for the protocol alone: a server that keeps notes, a browser's disk, and tabs that
 * open and die. Whatever takes time is scheduled by the test.
 */
import type { Scheduler } from 'fast-check'
import { type Ports, type Protocol, attach } from '../../../web/src/stores/optimistic/attach.ts'
import { memoryKeep } from '../../../web/src/stores/optimistic/keep.ts'
import {
  type Operation,
  type Snapshot,
  type State,
  initialState,
  missingFrom,
} from '../../../web/src/stores/optimistic/protocol.ts'
import { ENDED_KEPT_MAX } from '../../../web/src/stores/optimistic/record.ts'
import type { Answer } from '../../../web/src/stores/optimistic/send.ts'

export type Change = { note: string }
/** A note tells itself that it exists; the list is read. */
export type Known = { note: string } | { list: string[] }
/** How many notes were written down here and are not the server's yet. */
export type Own = { unsent: number }

/** What becomes of a request: it and its answer come through, or one is lost, or there is silence. */
export type Fate =
  | 'comes'
  | 'request lost'
  | 'answer lost'
  | 'taken silently'
  | 'silent'
  | 'refused'

const AT = '2026-11-23T10:00:00.000Z'

class Server {
  readonly notes: string[] = []
  /** For the next requests; then all comes through. */
  fates: Fate[] = []

  snapshot(note: string): Snapshot<Known> {
    return { id: `note:${note}`, payload: { note }, version: [1, 1], at: AT }
  }

  send({ id }: Operation<Change>): Promise<Answer<Known>> {
    const fate = this.notes.includes(id) ? 'comes' : (this.fates.shift() ?? 'comes')
    if (fate !== 'request lost' && fate !== 'silent' && fate !== 'refused') this.#take(id)
    switch (fate) {
      case 'comes':
        return Promise.resolve({ type: 'accepted', snapshots: [this.snapshot(id)] })
      case 'refused':
        return Promise.resolve({
          type: 'refused',
          refusal: { code: 'no', title: '', errors: [] },
          snapshots: [],
        })
      case 'taken silently':
      case 'silent':
        return new Promise(() => {})
      default:
        return Promise.resolve({ type: 'later' })
    }
  }

  #take(id: string): void {
    if (!this.notes.includes(id)) this.notes.push(id)
  }
}

/** What the tabs of one browser share. */
export class Browser {
  readonly server = new Server()
  readonly keep = { ...memoryKeep(), isShared: true }
  readonly #scheduler: Scheduler
  readonly #hearers = new Map<Tab, (message: unknown) => void>()
  #holder: Tab | null = null
  #waiting: { tab: Tab; work: () => Promise<void> }[] = []
  /** Notes that were taken back once; a read of that time may contain what shows up after all. */
  readonly dropped = new Set<string>()
  /** What had ended before may have been let go of. */
  wasFull = false
  /** Tabs that took an older memory for a newer one. */
  readonly wentBack: Tab[] = []
  /** Against O1. */
  readonly sentUnsaved: string[] = []
  sendingAtOnce = 0
  mostAtOnce = 0
  /** Of requests that have not reached the server yet, be it that their tab gave them up, or died. */
  #underWay = 0

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** `work` at some later time; never, if the tab has died by then. */
  later<Result>(tab: Tab, what: string, work: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      void this.#scheduler.schedule(Promise.resolve(), what).then(async () => {
        if (!tab.isAlive) return
        try {
          resolve(await work())
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  }

  /** A request, which arrives at some later time, be it long after it was given up, or its tab has died. */
  request<Result>(tab: Tab, arrive: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1
    return new Promise((resolve) => {
      void this.#scheduler.schedule(Promise.resolve(), 'server').then(async () => {
        this.#underWay -= 1
        const answer = await arrive()
        if (tab.isAlive) resolve(answer)
      })
    })
  }

  get hasRequests(): boolean {
    return this.#underWay > 0
  }

  ports(tab: Tab): Ports {
    return {
      keep: {
        isShared: true,
        update: async (id, change) => {
          const entry = await this.later(tab, 'disk', () => this.keep.update(id, change))
          return this.later(tab, 'disk done', () => entry)
        },
      },
      tabs: {
        open: (_name, hear) => {
          this.#hearers.set(tab, hear)
          return {
            tell: (message) => this.#tell(tab, structuredClone(message)),
          }
        },
        alone: (_name, work) => this.#alone(tab, work),
      },
      pause: () => this.later(tab, 'pause', () => {}),
      random: () => 0.5,
      now: () => AT,
    }
  }

  async checkSaved(id: string): Promise<void> {
    const stored = JSON.stringify(await this.keep.update('notes', (entry) => entry))
    if (!stored.includes(`"${id}"`)) this.sentUnsaved.push(id)
  }

  #tell(from: Tab, message: unknown): void {
    for (const [tab, hear] of this.#hearers) {
      if (tab !== from) void this.later(tab, 'channel', () => hear(message))
    }
  }

  #alone<Result>(tab: Tab, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve) => {
      this.#waiting.push({
        tab,
        work: async () => resolve(await work()),
      })
      this.#next()
    })
  }

  #next(): void {
    if (this.#holder?.isAlive) return
    const first = this.#waiting.shift()
    if (!first) return
    if (!first.tab.isAlive) return this.#next()
    this.#holder = first.tab
    void first.work().then(() => {
      this.#holder = null
      this.#next()
    })
  }

  /** The lock of a tab that died goes to the next. */
  died(tab: Tab): void {
    this.#hearers.delete(tab)
    if (this.#holder === tab) {
      this.#holder = null
      this.sendingAtOnce = 0
    }
    this.#next()
  }
}

export class Tab {
  isAlive = true
  /** The first read of a page that has just loaded may contain what it takes to be missing. */
  isDoubtful = false
  /** Of other tabs' notes it may hear when it has read them already. */
  readonly written = new Set<string>()
  readonly #browser: Browser
  readonly #protocol: Protocol<Known, Change, Own>
  state: State<Known, Change, Own>
  readonly optimistic: ReturnType<typeof attach<Known, Change, Own>>
  #began = 0

  constructor(browser: Browser) {
    this.#browser = browser
    this.#protocol = this.#protocolOf(browser.server)
    this.state = initialState(this.#protocol)
    this.optimistic = attach(this.#protocol, browser.ports(this), {
      get: () => this.state,
      set: (state) => {
        if (state.durable.revision < this.state.durable.revision) browser.wentBack.push(this)
        this.state = state
        for (const { operation } of state.durable.ended) browser.dropped.add(operation.id)
        browser.wasFull ||= state.durable.ended.length === ENDED_KEPT_MAX
      },
    })
    this.optimistic.start()
  }

  #protocolOf(server: Server): Protocol<Known, Change, Own> {
    return {
      id: 'notes',
      own: () => ({ unsent: 0 }),
      takeOut: (own) => ({ unsent: own.unsent - 1 }),
      touches: () => ['list'],
      judge: ({ payload }, { id }) =>
        'note' in payload && payload.note === id ? 'accepted' : null,
      send: (operation, signal) => this.#send(operation, signal),
      ask: ({ id }) =>
        this.#browser.later(this, 'ask', () =>
          server.notes.includes(id) ? [server.snapshot(id)] : [],
        ),
    }
  }

  async #send(operation: Operation<Change>, signal: AbortSignal): Promise<Answer<Known>> {
    const browser = this.#browser
    await browser.checkSaved(operation.id)
    browser.sendingAtOnce += 1
    browser.mostAtOnce = Math.max(browser.mostAtOnce, browser.sendingAtOnce)
    const end = (): void => void (browser.sendingAtOnce -= 1)
    signal.addEventListener('abort', end)
    const answer = await browser.request(this, () => browser.server.send(operation))
    signal.removeEventListener('abort', end)
    if (!signal.aborted) end()
    return answer
  }

  write(note: string): void {
    this.written.add(note)
    void this.optimistic.edit((own) => ({ unsent: own.unsent + 1 }))
    void this.optimistic.submit(note, { note })
  }

  /** A read that begins now contains what is known to be accepted now. */
  async read(isEarly: boolean): Promise<void> {
    await this.optimistic.ready
    this.#began += 1
    const began = this.#began
    const contains = [...this.state.shadows, ...this.state.durable.operations]
      .filter((it) => it.stage === 'accepted')
      .map((it) => it.id)
    const early = [...this.#browser.server.notes]
    return this.#browser.later(this, 'read', () => {
      const list = isEarly ? early : [...this.#browser.server.notes]
      const isFirst = this.state.snapshots.list === undefined
      const taken = this.optimistic.see(
        { id: 'list', payload: { list }, version: [0, began], at: AT },
        contains,
      )
      const isTaken = this.state.snapshots.list?.version[1] === began
      if (isTaken) this.isDoubtful = isFirst && this.#missing().length > 0
      return taken
    })
  }

  /** What it shows: the list that it read, and on top what is on its way. */
  shown(): string[] {
    const known = this.state.snapshots.list?.payload
    const list = known && 'list' in known ? known.list : []
    return [...list, ...this.#missing()]
  }

  #missing(): string[] {
    return missingFrom(this.#protocol, this.state, 'list').map((it) => it.id)
  }

  die(): void {
    this.isAlive = false
    this.#browser.died(this)
  }
}
