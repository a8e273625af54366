/* Memory that is free when it is saved: what lies in it are remains of objects and of
 * calls that nobody can reach, and perhaps somebody's secrets. Written as zeros, it is no
 * part of the image. As Python:
 *
 *     def plug_wipe_free_memory():
 *         take all that malloc() and pymalloc have, in smaller and smaller pieces
 *         write zeros into it; give it back
 *
 * The memory does not grow meanwhile, so that both allocators say at some point that they
 * have no more.
 */
#include "bridge.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

/* A piece that was taken: it is its own list. */
struct piece {
    struct piece *next;
};

/* pymalloc's classes of sizes, where a pointer has 32 bits. */
enum { ALIGNMENT = 8, SMALL = 512 };

/* The largest piece that is asked for at first. */
enum { LARGE = 1 << 20 };

static int is_full;     /* whether the memory does not grow */

/* What malloc() asks for more; the link puts it before libc's own. */
void *__real_sbrk(intptr_t increment);
void *__wrap_sbrk(intptr_t increment);

void *
__wrap_sbrk(intptr_t increment)
{
    if (is_full && increment > 0) {
        errno = ENOMEM;
        return (void *)-1;
    }
    return __real_sbrk(increment);
}

/* Write zeros; what is zero already is only looked at, because a page that nobody has
   written to takes no memory. */
static void
wipe(uint32_t *at, uint32_t *end)
{
    for (; at < end; at++) {
        if (*at != 0) {
            *at = 0;
        }
    }
}

/* Take all pieces of one size and wipe them; they are put before `taken`. */
static struct piece *
take(void *(*allocate)(size_t), size_t size, struct piece *taken)
{
    struct piece *piece;
    while ((piece = allocate(size)) != NULL) {
        size_t room = allocate == malloc ? malloc_usable_size(piece) : size;
        wipe((uint32_t *)piece, (uint32_t *)((char *)piece + room));
        piece->next = taken;
        taken = piece;
    }
    return taken;
}

static void
give_back(void (*release)(void *), struct piece *taken)
{
    while (taken != NULL) {
        struct piece *next = taken->next;
        taken->next = NULL;
        release(taken);
        taken = next;
    }
}

void
plug_wipe_free_memory(void)
{
    struct piece *large = NULL, *small = NULL;
    is_full = 1;
    for (size_t size = LARGE; size > SMALL; size -= size / 64 * 8) {
        large = take(malloc, size, large);
    }
    for (size_t size = SMALL; size > 0; size -= ALIGNMENT) {
        large = take(malloc, size, large);
    }
    /* Arenas are made of what malloc() has, and it has nothing. */
    for (size_t size = SMALL; size > 0; size -= ALIGNMENT) {
        small = take(PyObject_Malloc, size, small);
    }
    give_back(PyObject_Free, small);
    give_back(free, large);
    is_full = 0;
}
