/* Python objects that the host holds, by number. Written as Python:
 *
 *     slots: list[object | None] = []
 *
 *     def hold(value):
 *         index = slots.index(None)       # or a new one
 *         slots[index] = value
 *         return generation(index) << 20 | index + 1
 *     def release(number):
 *         slots[(number & 0xFFFFF) - 1] = None; the next one has another number
 *
 * A number is never 0. One that was released does not fit any more: its
 * generation is another, until twelve bits have come round.
 */
#include "bridge.h"

#include <stdlib.h>

#define INDEX_BITS 20
#define INDEX_MASK ((1u << INDEX_BITS) - 1)
#define GENERATION_MASK (UINT32_MAX >> INDEX_BITS)
#define FIRST_ROOM 64

struct slot {
    PyObject *object;       /* owned; NULL while the slot is free */
    uint32_t generation;
    uint32_t next_free;     /* index + 1 of the next free slot; 0 at the end */
};

static struct {
    struct slot *slots;     /* owned */
    uint32_t size;          /* slots used at least once */
    uint32_t room;
    uint32_t free;          /* index + 1 of the first free slot; 0 for none */
    uint32_t held;
} table;

static int
grow(void)
{
    if (table.size < table.room) {
        return 0;
    }
    uint32_t room = table.room == 0 ? FIRST_ROOM : table.room * 2;
    struct slot *slots = room > INDEX_MASK ? NULL
                       : realloc(table.slots, room * sizeof(*slots));
    if (slots == NULL) {
        PyErr_SetString(PyExc_MemoryError,
                        "the host holds too many Python objects");
        return -1;
    }
    table.slots = slots;
    table.room = room;
    return 0;
}

uint32_t
plug_hold(PyObject *object)
{
    uint32_t index = table.free - 1;
    if (table.free != 0) {
        table.free = table.slots[index].next_free;
    }
    else {
        if (grow() < 0) {
            return 0;
        }
        index = table.size++;
        table.slots[index].generation = 0;
    }
    struct slot *slot = &table.slots[index];
    slot->object = Py_NewRef(object);
    table.held++;
    return slot->generation << INDEX_BITS | (index + 1);
}

/* The slot that a number stands for, or NULL when it stands for none. */
static struct slot *
find(unsigned long long number)
{
    uint32_t index = ((uint32_t)number & INDEX_MASK) - 1;
    if (number > UINT32_MAX || index >= table.size) {
        return NULL;
    }
    struct slot *slot = &table.slots[index];
    return slot->object != NULL
           && slot->generation == (uint32_t)number >> INDEX_BITS ? slot : NULL;
}

PyObject *
plug_held(unsigned long long number)
{
    struct slot *slot = find(number);
    if (slot == NULL) {
        PyErr_Format(PyExc_ReferenceError,
                     "the handle %llu has been released", number);
        return NULL;
    }
    return slot->object;
}

void
plug_release(uint32_t number)
{
    struct slot *slot = find(number);
    if (slot == NULL) {
        return;
    }
    PyObject *object = slot->object;
    slot->object = NULL;
    slot->generation = (slot->generation + 1) & GENERATION_MASK;
    slot->next_free = table.free;
    table.free = (uint32_t)(slot - table.slots) + 1;
    table.held--;
    int before = plug_enter(0);
    Py_DECREF(object);      /* last: it may run code that comes back here */
    plug_leave(before);
}

uint32_t
plug_handles(void)
{
    return table.held;
}

PyObject *
plug_lent(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    PyObject *objects = PyList_New(0);
    for (uint32_t i = 0; objects != NULL && i < table.size; i++) {
        PyObject *object = table.slots[i].object;
        if (object != NULL && PyList_Append(objects, object) < 0) {
            Py_CLEAR(objects);
        }
    }
    return objects;
}
