/* Calls across the line between host and guest.
 *
 * The host's view, written as Python:
 *
 *     def plug_inbox(size) -> ptr: ...    # room for a message of the host's
 *     def plug_outbox() -> ptr: ...       # the guest's last answer
 *     def plug_mail() -> ptr: ...         # where both are, to look by itself
 *     def plug_attach(size) -> int: ...   # a new bytes object's number; 0
 *                                         # when there is no memory for it
 *     def plug_drop(): ...                # all that the answer names is read
 *     def plug_request() -> int: ...      # answer the message in the inbox:
 *                                         # the answer's size, negative when
 *                                         # the answer is an exception
 *     def plug_release(number): ...       # let go of a Python object
 *     def plug_handles() -> int: ...      # how many Python objects are held
 *
 * and what it gives, in the module "py_plugin":
 *
 *     def host_call(ptr, size) -> int: ...  # the answer's size in the inbox,
 *                                           # negative for an exception
 *     def host_release(number): ...         # let go of a host object
 *
 * A message is one item of the wire after the other; `request.c` has the list.
 */
#ifndef PLUG_BRIDGE_H
#define PLUG_BRIDGE_H

#include "codec.h"
#include "wrapper.h"

#define PLUG_IMPORT(name) \
    __attribute__((import_module("py_plugin"), import_name(#name))) extern

PLUG_IMPORT(host_call) int32_t host_call(const uint8_t *data, uint32_t size);
PLUG_IMPORT(host_release) void host_release(uint32_t number);

/* mailbox.c. What is taken is owned until it is given back or put. */
EXPORT(plug_inbox) uint8_t *plug_inbox(uint32_t size);
EXPORT(plug_outbox) const uint8_t *plug_outbox(void);
EXPORT(plug_mail) const void *plug_mail(void);
EXPORT(plug_attach) uint32_t plug_attach(uint32_t size);
EXPORT(plug_drop) void plug_drop(void);
struct plug_buffer plug_take_inbox(void);
void plug_give_inbox(struct plug_buffer *message);
struct plug_buffer plug_take_spare(void);
void plug_give_spare(struct plug_buffer *buffer);
void plug_put_outbox(struct plug_buffer *answer);
/* What the next answer names: kept until it is dropped. */
void plug_put_views(struct plug_views *named);

/* request.c */
EXPORT(plug_request) int32_t plug_request(void);

/* handles.c: Python objects that the host holds, by number. */
EXPORT(plug_release) void plug_release(uint32_t number);
EXPORT(plug_handles) uint32_t plug_handles(void);
/* A number for an object: it is held until released. 0 with an error set. */
uint32_t plug_hold(PyObject *object);
/* The object with a number, borrowed; NULL with an error set. */
PyObject *plug_held(unsigned long long number);

/* Which of the two a value of the wire is about, and what kind it is;
   src/bridge/kinds.ts has the same numbers. */
enum plug_kind {
    PLUG_OBJECT = 0,
    PLUG_CALLABLE = 1,
    PLUG_ITERATOR = 2,
    PLUG_ASYNC_ITERATOR = 3,
    PLUG_AWAITABLE = 4,
};

/* hostobject.c: host objects that Python holds. */
int plug_add_host_type(PyObject *module);

#endif /* PLUG_BRIDGE_H */
