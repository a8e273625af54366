/* Memory that is free when the build's image is saved: what lies in it are remains of
 * objects that nobody can reach. Written as zeros, it is no part of the image. As Python:
 *
 *     def plug_wipe_free_memory():
 *         take all that malloc() and pymalloc have, in smaller and smaller pieces
 *         write zeros into it; give it back
 *
 * The memory has a maximum meanwhile (`build/snapshot.ts`), so that both say at some point
 * that they have no more.
 */
#include "bridge.h"

#include <stdlib.h>
#include <string.h>

/* A piece that was taken: it is its own list. */
struct piece {
    struct piece *next;
};

/* pymalloc's classes of sizes. */
enum { ALIGNMENT = 16, SMALL = 512 };

/* The largest piece that is asked for at first. */
enum { LARGE = 1 << 20 };

/* Take all pieces of one size and wipe them; they are put before `taken`. */
static struct piece *
take(void *(*allocate)(size_t), size_t size, struct piece *taken)
{
    struct piece *piece;
    while ((piece = allocate(size)) != NULL) {
        memset(piece, 0, size);
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
    for (size_t size = LARGE; size > SMALL; size -= size / 8) {
        large = take(malloc, size, large);
    }
    for (size_t size = SMALL; size >= sizeof(struct piece); size -= ALIGNMENT) {
        large = take(malloc, size, large);
    }
    /* Arenas are made of what malloc() has, and it has nothing. */
    for (size_t size = SMALL; size > 0; size -= ALIGNMENT) {
        small = take(PyObject_Malloc, size, small);
    }
    give_back(PyObject_Free, small);
    give_back(free, large);
}
