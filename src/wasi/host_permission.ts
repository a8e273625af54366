import type { Refusal } from "./host_access.ts";

/** What was asked; Deno keeps both right, whoever changes them in this thread. */
interface Asked {
  /** About the mount. */
  readonly own: Deno.PermissionStatus;
  /** About everything: who takes that back says nothing of the mount. */
  readonly whole: Deno.PermissionStatus;
  /** What the second was at that time. */
  readonly state: Deno.PermissionState;
}

/**
 * What Deno lets us do in one mount. It is asked once for each turn of the
 * guest, and again as soon as a permission was taken back.
 */
export class HostPermission {
  readonly #path: string;
  readonly #asked: Partial<Record<Refusal["need"], Asked>> = {};
  #forgetting = false;

  /**
   * Ask nothing yet.
   *
   * @param path The path that stands for the whole mount.
   */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Whether Deno allows something now, without asking the person.
   *
   * @param need What.
   * @param path Where, in the mount.
   */
  allows(need: Refusal["need"], path: string): boolean {
    // Where Deno allows less than the whole mount, it is asked each time.
    return this.#allowsAll(need) || isGranted(need, path);
  }

  #allowsAll(need: Refusal["need"]): boolean {
    const known = this.#asked[need];
    const asked = known !== undefined && known.whole.state === known.state
      ? known
      : this.#ask(need);
    return asked.own.state === "granted";
  }

  #ask(name: Refusal["need"]): Asked {
    const whole = Deno.permissions.querySync({ name });
    const own = Deno.permissions.querySync({ name, path: this.#path });
    this.#forgetSoon();
    return this.#asked[name] = { own, whole, state: whole.state };
  }

  /** Less may have been taken back: a directory with the mount in it. */
  #forgetSoon(): void {
    if (this.#forgetting) return;
    this.#forgetting = true;
    queueMicrotask(() => {
      this.#forgetting = false;
      delete this.#asked.read;
      delete this.#asked.write;
    });
  }
}

/**
 * Whether Deno allows something at a path, without asking the person.
 *
 * @param name What.
 * @param path Where.
 */
export function isGranted(name: Refusal["need"], path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

/**
 * Whether Deno's own permissions stand behind an error.
 *
 * @param error What was thrown.
 */
export function isDenosRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}
