/* A sleep that the host ends early, because there is something to tell Python.
 * Written as Python:
 *
 *     def poll_oneoff(*args):
 *         error = host.poll_oneoff(*args)
 *         if error == EINTR:
 *             ask_soon()                      # before the next instruction
 *             return <as if the time had passed>
 *         return error
 *
 * wasi-libc has no word for a sleep that was interrupted: nanosleep() fails
 * with ENOTSUP then. The linker puts this function in front of its own
 * (link.ts). Python has let go of its lock here: nothing may call it.
 */
#include "bridge.h"

#include <wasi/api.h>

__typeof__(__wasi_poll_oneoff) __real___wasi_poll_oneoff;
__typeof__(__wasi_poll_oneoff) __wrap___wasi_poll_oneoff;

__wasi_errno_t
__wrap___wasi_poll_oneoff(const __wasi_subscription_t *in,
                          __wasi_event_t *out, __wasi_size_t count,
                          __wasi_size_t *events)
{
    __wasi_errno_t error = __real___wasi_poll_oneoff(in, out, count, events);
    if (error != __WASI_ERRNO_INTR) {
        return error;
    }
    plug_ask_soon();
    *out = (__wasi_event_t){.userdata = in->userdata, .type = in->u.tag};
    *events = 1;
    return 0;
}
