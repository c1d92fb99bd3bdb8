/** A connection whose server does what the test says. */
export class ServedSocket extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  static readonly made: ServedSocket[] = []
  readyState = ServedSocket.CONNECTING
  readonly said: string[] = []

  constructor() {
    super()
    ServedSocket.made.push(this)
  }

  accept(): void {
    this.readyState = ServedSocket.OPEN
    this.dispatchEvent(new Event('open'))
  }

  tell(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  end(code: number): void {
    this.readyState = ServedSocket.CLOSED
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '', wasClean: true }))
  }

  /** As a browser tells of a connection that could not be made, or was cut off. */
  break(): void {
    this.dispatchEvent(new Event('error'))
    this.end(1006)
  }

  send(said: string): void {
    this.said.push(said)
  }

  close(): void {
    this.readyState = ServedSocket.CLOSING
  }
}
