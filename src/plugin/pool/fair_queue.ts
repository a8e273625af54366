/**
 * A bounded queue in which no client waits behind all that another one sent.
 *
 * @module
 */

/** First come, first served for one client; in turn among several. */
export class FairQueue<Item> {
  /** What each client waits for; whose turn it is stands first. */
  readonly #clients = new Map<string, Item[]>();
  readonly #room: number;
  #size = 0;

  /** @param room How many items it takes. */
  constructor(room: number) {
    this.#room = room;
  }

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether it takes no more. */
  get isFull(): boolean {
    return this.#size >= this.#room;
  }

  /** Let an item wait. */
  push(client: string, item: Item): void {
    const items = this.#clients.get(client);
    if (items === undefined) this.#clients.set(client, [item]);
    else items.push(item);
    this.#size += 1;
  }

  /** Whose turn it is. */
  shift(): Item | undefined {
    const [first] = this.#clients;
    if (first === undefined) return undefined;
    const [client, items] = first;
    const item = items.shift();
    this.#clients.delete(client);
    if (items.length > 0) this.#clients.set(client, items);
    this.#size -= 1;
    return item;
  }

  /** Let an item wait no more; answers whether it did. */
  remove(client: string, item: Item): boolean {
    const items = this.#clients.get(client) ?? [];
    const index = items.indexOf(item);
    if (index < 0) return false;
    items.splice(index, 1);
    if (items.length === 0) this.#clients.delete(client);
    this.#size -= 1;
    return true;
  }
}
