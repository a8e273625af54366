/* The rest of the module's code, brought when it is first needed. Written as
 * Python:
 *
 *     def plug_bring():
 *         while not host_code(may_wait):    # it is there from now on
 *             host_code_soon()              # the stack is suspended here
 *
 * After the link, `wrapper/build/split.ts` moves the functions that few runs
 * need into a module of their own. What stands in for each calls plug_bring()
 * unless the rest is there.
 */
#include "bridge.h"

void
plug_bring(void)
{
    while (!host_code(plug_may_wait())) {
        host_code_soon();
    }
}
