/** Joins the pure protocol to what a browser has: a database, other tabs, and a server. */
import { evolve } from './evolve.ts'
import { type Keep, memoryKeep } from './keep.ts'
import { LookAfter } from './look-after.ts'
import {
  type Definition,
  type Durable,
  type Event,
  type Operation,
  type Snapshot,
  type State,
  initialState,
} from './protocol.ts'
import { type Fact, record } from './record.ts'
import { type Answer, sendAll } from './send.ts'
import type { Tabs } from './tabs.ts'

/** What a store says of itself to be optimistic. */
export type Protocol<P, C, Own> = Definition<P, C, Own> & {
  /** Tries once. Thrown errors count as `later`. */
  send(operation: Operation<C>, signal: AbortSignal): Promise<Answer<P>>
  /** The snapshots that show how an operation stands; `gone` if nobody here can ask for it any more. */
  ask(operation: Operation<C>): Promise<Snapshot<P>[] | 'gone'>
}

export type Ports = {
  keep: Keep
  tabs: Tabs
  pause(ms: number, atLeastMs?: number): Promise<void>
  random(): number
  /** ISO 8601. */
  now(): string
}

export type Optimistic<P, C, Own> = {
  /** Once what the browser remembers is known. */
  ready: Promise<void>
  /** Begins to send and to ask. */
  start(): void
  /** Counts at once. Resolves once it is durable: what happens then, the state tells. */
  submit(id: string, payload: C): Promise<void>
  /** Submits an ended operation again, under its id. */
  retry(id: string): Promise<void>
  edit(edit: (own: Own) => Own): Promise<void>
  see(snapshot: Snapshot<P>, contains?: readonly string[]): Promise<void>
  forget(id: string): Promise<void>
  /** Once an operation is accepted, or has ended. */
  outcome(id: string): Promise<'accepted' | 'ended'>
}

type Cell<Value> = { get(): Value; set(value: Value): void }

/** Snapshots with versions of the server's own mean the same in every tab; reads do not. */
type Told<P, C, Own> = { durable: Durable<C, Own> } | { snapshot: Snapshot<P> }

const has = (value: unknown, ...keys: string[]): boolean =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value)

/** `own` is one to compare with. */
const isDurable = <C, Own>(value: unknown, own: Own): value is Durable<C, Own> =>
  typeof value === 'object' &&
  value !== null &&
  'revision' in value &&
  Number.isInteger(value.revision) &&
  'own' in value &&
  has(value.own, ...Object.keys(Object(own))) &&
  'operations' in value &&
  Array.isArray(value.operations) &&
  'ended' in value &&
  Array.isArray(value.ended)

const isTold = <P, C, Own>(message: unknown): message is Told<P, C, Own> =>
  has(message, 'durable') || has(message, 'snapshot')

export function attach<P, C, Own>(
  protocol: Protocol<P, C, Own>,
  ports: Ports,
  cell: Cell<State<P, C, Own>>,
): Optimistic<P, C, Own> {
  const name = `edge-saga.${protocol.id}`
  let { keep } = ports
  /** As it was last read or told of: without what is unsaved. */
  let stored = initialState(protocol).durable
  let unsaved: Fact<C, Own>[] = []
  let saving: Promise<void> = Promise.resolve()
  let isStarted = false
  let isSending = false
  /** Of this page: it knows whether it has sent them. */
  const ours = new Set<string>()
  const waiting = new Map<string, (outcome: 'accepted' | 'ended') => void>()

  const channel = ports.tabs.open(name, (message) => {
    if (!isTold<P, C, Own>(message)) return
    if ('snapshot' in message) void take({ type: 'seen', snapshot: message.snapshot })
    // What is missing on a disk that failed here is not settled there.
    else if (keep.isShared) adopt(message.durable)
  })
  const lookAfter = new LookAfter<P, C, Own>({ ...ports, state: () => cell.get(), ask })

  const tellTabs = (told: Told<P, C, Own>): void => channel.tell(told)

  function take(event: Event<P, C, Own>): Promise<void> {
    const { state, facts } = evolve(protocol, cell.get(), event)
    show(state)
    if (facts.length === 0) return saving
    unsaved.push(...facts)
    saving = saving.then(save)
    return saving
  }

  function show(state: State<P, C, Own>): void {
    if (state === cell.get()) return
    cell.set(state)
    for (const [id, tell] of waiting) {
      const outcome = outcomeIn(state, id)
      if (outcome) tell(outcome)
    }
    if (isStarted) lookAfter.all()
  }

  /**
   * All that has come together is one transaction. Only what is forgotten begins one of its own: another
   * tab, which may wait for how it ended, hears of that first.
   */
  async function save(): Promise<void> {
    const cut = unsaved.findIndex((fact, place) => place > 0 && fact.type === 'forgotten')
    const facts = cut === -1 ? [...unsaved] : unsaved.slice(0, cut)
    if (facts.length === 0) return
    const durable = await update(facts)
    unsaved = unsaved.slice(facts.length)
    // What another tab told meanwhile has them already: they were put on top of it once too often.
    adopt(durable.revision < stored.revision ? stored : durable)
    if (keep.isShared) tellTabs({ durable })
  }

  async function update(facts: readonly Fact<C, Own>[]): Promise<Durable<C, Own>> {
    const change = (entry: unknown): Durable<C, Own> => {
      const { durable: none } = initialState(protocol)
      const kept = isDurable<C, Own>(entry, none.own) ? entry : none
      // A disk that is behind has lost it, and gets it back.
      const before = kept.revision < stored.revision ? stored : kept
      const after = facts.reduce((durable, fact) => record(protocol, durable, fact), before)
      return after === before ? before : { ...after, revision: before.revision + 1 }
    }
    try {
      return await keep.update(protocol.id, change)
    } catch (error) {
      // A full disk, or a database that another version took: the page goes on and forgets.
      console.error(error)
      keep = memoryKeep()
      // Not what the page shows: that has the facts already, which would count twice.
      await keep.update(protocol.id, () => stored)
      return keep.update(protocol.id, change)
    }
  }

  function adopt(durable: Durable<C, Own>): void {
    if (durable.revision < cell.get().durable.revision) return
    stored = durable
    const merged = unsaved.reduce((known, fact) => record(protocol, known, fact), durable)
    show(evolve(protocol, cell.get(), { type: 'adopted', durable: merged }).state)
    void send()
  }

  const refresh = async (): Promise<void> => adopt(await update([]))

  /** Nothing is sent that is not durable (O1). */
  function next(): Operation<C> | undefined {
    const first = cell.get().durable.operations.find((it) => it.stage !== 'accepted')
    const isSaved = !unsaved.some(
      (fact) =>
        (fact.type === 'submitted' && fact.operation.id === first?.id) ||
        (fact.type === 'retried' && fact.id === first?.id),
    )
    return isSaved ? first : undefined
  }

  async function send(): Promise<void> {
    if (!isStarted || isSending || !next()) return
    isSending = true
    try {
      await ports.tabs.alone(name, async () => {
        // Another tab may have sent it while this one waited.
        await refresh()
        await sendAll<P, C, Own>({
          ...ports,
          next,
          send: sendOnce,
          dispatch,
        })
      })
    } finally {
      isSending = false
    }
    await send()
  }

  /** The page that an operation comes from may have sent it, and be gone before the answer (O7). */
  async function sendOnce(operation: Operation<C>, signal: AbortSignal): Promise<Answer<P>> {
    if (!ours.has(operation.id)) {
      await take({ type: 'unconfirmed', id: operation.id })
      // Given up meanwhile, or another tab has learnt what became of it.
      if (signal.aborted || next()?.id !== operation.id) return { type: 'later' }
    }
    return protocol.send(operation, signal)
  }

  async function ask(operation: Operation<C>): Promise<void> {
    const snapshots = await protocol.ask(operation)
    if (snapshots === 'gone') return take({ type: 'forgotten', id: operation.id })
    for (const snapshot of snapshots) await see(snapshot)
  }

  /** Other tabs are told of what is no read. */
  function see(snapshot: Snapshot<P>, contains?: readonly string[]): Promise<void> {
    const before = cell.get().snapshots[snapshot.id]
    const taken = take({ type: 'seen', snapshot, ...(contains && { contains }) })
    if (!contains && cell.get().snapshots[snapshot.id] !== before) tellTabs({ snapshot })
    return taken
  }

  const dispatch = (event: Event<P, C, Own>): Promise<void> =>
    event.type === 'seen' ? see(event.snapshot, event.contains) : take(event)

  return {
    ready: refresh(),
    start() {
      isStarted = true
      lookAfter.all()
      void send()
    },
    submit(id, payload) {
      ours.add(id)
      const operation: Operation<C> = { id, payload, at: ports.now(), stage: 'waiting' }
      return take({ type: 'submitted', operation })
    },
    retry: (id) => take({ type: 'retried', id }),
    edit: (edit) => take({ type: 'edited', edit }),
    see,
    forget: (id) => take({ type: 'forgotten', id }),
    outcome: (id) =>
      new Promise((resolve) => {
        const outcome = outcomeIn(cell.get(), id)
        if (outcome) return resolve(outcome)
        waiting.set(id, (told) => {
          waiting.delete(id)
          resolve(told)
        })
      }),
  }
}

function outcomeIn<P, C, Own>(
  { durable }: State<P, C, Own>,
  id: string,
): 'accepted' | 'ended' | null {
  const operation = durable.operations.find((it) => it.id === id)
  if (operation && operation.stage !== 'accepted') return null
  return durable.ended.some((it) => it.operation.id === id) ? 'ended' : 'accepted'
}
