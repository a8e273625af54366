import { ALL_FD_FLAGS, SdFlags } from "../abi.ts";
import type { Context } from "../context.ts";
import { Errno, WasiError } from "../errno.ts";

/**
 * `sock_accept(fd, flags, new_fd)`: no descriptor is a socket.
 *
 * Fails with `BADF` for a closed descriptor, else with `NOTSOCK`; with
 * `INVAL` for unknown flags.
 */
export function sockAccept(ctx: Context, fd: number, flags: number): void {
  if (flags & ~ALL_FD_FLAGS) throw new WasiError(Errno.INVAL);
  refuse(ctx, fd);
}

/** `sock_recv(fd, …)`: fails as `sock_accept` does. */
export function sockRecv(ctx: Context, fd: number): void {
  refuse(ctx, fd);
}

/** `sock_send(fd, …)`: fails as `sock_accept` does. */
export function sockSend(ctx: Context, fd: number): void {
  refuse(ctx, fd);
}

/** `sock_shutdown(fd, how)`: fails as `sock_accept` does. */
export function sockShutdown(ctx: Context, fd: number, how: number): void {
  if (how === 0 || how & ~(SdFlags.RD | SdFlags.WR)) {
    throw new WasiError(Errno.INVAL);
  }
  refuse(ctx, fd);
}

function refuse(ctx: Context, fd: number): never {
  ctx.fds.get(fd);
  throw new WasiError(Errno.NOTSOCK);
}
