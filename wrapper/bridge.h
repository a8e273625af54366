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
 *     def plug_serve(): ...               # the same through JSPI: it may wait,
 *                                         # and answers by host_answered()
 *     def plug_promised(): ...            # the next plug_init(), plug_load(),
 *                                         # plug_script() or run_e() is entered
 *                                         # so, too
 *     def plug_release(number): ...       # let go of a Python object
 *     def plug_handles() -> int: ...      # how many Python objects are held
 *     def plug_ticks(on): ...             # ask host_tick() from now on
 *     def plug_stack(fd): ...             # write where Python is, even when
 *                                         # it has trapped
 *
 * and what it gives, in the module "py_plugin":
 *
 *     def host_call(ptr, size) -> int: ...  # 0: the answer is in the inbox;
 *                                           # -1: an exception; any other:
 *                                           # the number of a promise
 *     def host_release(number): ...         # let go of a host object
 *     def host_watch(number): ...           # tell an idle event loop when it
 *                                           # is settled
 *     async def host_await(number, ms): ... # until there is something to take
 *     def host_take(number) -> int: ...     # what there is; serve.c
 *     def host_answered(call, size): ...    # the outbox answers a call; the
 *                                           # size as plug_request() has it
 *     def host_later(call): ...             # it will be answered later
 *     def host_returned(): ...              # the request has been served
 *     def host_tick() -> int: ...           # asked all the time: what is to be
 *                                           # raised; limits.c. Does not return
 *                                           # when the instance is to end
 *     def host_code(may_wait) -> int: ...   # 1: all code is there from now on
 *     async def host_code_soon(): ...       # until it is loaded; where it may
 *                                           # wait
 *     def host_files(may_wait) -> int: ...  # 1: the standard library has to be
 *                                           # waited for
 *     async def host_files_soon(): ...      # until it is loaded
 *
 * Instead of a promise's number the event loop of the host's calls gives 0, any
 * other event loop -1; it takes what it has watched.
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
PLUG_IMPORT(host_watch) void host_watch(uint32_t promise);
PLUG_IMPORT(host_await) void host_await(uint32_t promise, double ms);
PLUG_IMPORT(host_take) int32_t host_take(uint32_t promise);
PLUG_IMPORT(host_answered) void host_answered(uint32_t call, int32_t size);
PLUG_IMPORT(host_later) void host_later(uint32_t call);
PLUG_IMPORT(host_returned) void host_returned(void);
PLUG_IMPORT(host_tick) int32_t host_tick(void);
PLUG_IMPORT(host_files) int32_t host_files(int32_t may_wait);
PLUG_IMPORT(host_files_soon) void host_files_soon(void);
PLUG_IMPORT(host_code) int32_t host_code(int32_t may_wait);
PLUG_IMPORT(host_code_soon) void host_code_soon(void);

/* code.c */
EXPORT(plug_bring) void plug_bring(void);

/* mailbox.c. What is taken is owned until it is given back or put. */
EXPORT(plug_inbox) uint8_t *plug_inbox(uint32_t size);
EXPORT(plug_outbox) const uint8_t *plug_outbox(void);
EXPORT(plug_mail) const void *plug_mail(void);
EXPORT(plug_attach) uint32_t plug_attach(uint32_t size);
EXPORT(plug_drop) void plug_drop(void);
struct plug_buffer plug_take_inbox(void);
void plug_give_inbox(struct plug_buffer *message);
struct plug_buffer plug_take_spare(void);
/* Zeros over what the last messages were. */
void plug_mail_wipe(void);
void plug_give_spare(struct plug_buffer *buffer);
/* `views` is what the answer names: it is kept until it is dropped. */
void plug_put_outbox(struct plug_buffer *answer, struct plug_views *named);

/* request.c */
EXPORT(plug_request) int32_t plug_request(void);
struct plug_message {
    const uint8_t *at;
    const uint8_t *end;
    struct plug_buffer inbox;   /* owned until the message is closed */
};
/* The message in the inbox. */
struct plug_message plug_open_message(void);
/* All of it is read, so what is called now may be sent another one. Closing
   twice is fine. */
void plug_close_message(struct plug_message *message);
/* Do what a message says: the answer, new, or NULL with an error set. */
PyObject *plug_perform(struct plug_message *message);
/* Function of the module _plug. */
PyObject *plug_find_with(PyObject *module, PyObject *find);
/* Append the parts of the error that is set, and clear it. */
void plug_write_error(struct plug_buffer *out);
/* Put an answer, borrowed, or the error that is set, into the outbox: its size
   as plug_request() has it. */
int32_t plug_put_answer(PyObject *answer);

/* serve.c */
EXPORT(plug_serve) void plug_serve(void);
EXPORT(plug_promised) void plug_promised(void);
/* Every entry of the host's says whether it may wait, and restores before it
   returns what was so. */
int plug_enter(int waits);
int plug_enter_as_promised(void);
void plug_leave_as_promised(int before);
void plug_leave(int before);
int plug_may_wait(void);
/* How many entries of the host's have not returned. */
int plug_entries(void);
/* Wait for a promise of the host's: its value, new, or NULL with the host's
   exception set. Only where plug_may_wait(). */
PyObject *plug_wait(uint32_t promise);
/* Functions of the module _plug. */
PyObject *plug_idle(PyObject *module, PyObject *args);
PyObject *plug_answer(PyObject *module, PyObject *args);
PyObject *plug_later(PyObject *module, PyObject *call);
PyObject *plug_watch(PyObject *module, PyObject *promise);
PyObject *plug_forget(PyObject *module, PyObject *promise);
PyObject *plug_can_wait(PyObject *module, PyObject *unused);

/* handles.c: Python objects that the host holds, by number. */
EXPORT(plug_release) void plug_release(uint32_t number);
EXPORT(plug_handles) uint32_t plug_handles(void);
/* A number for an object: it is held until released. 0 with an error set. */
uint32_t plug_hold(PyObject *object);
/* The object with a number, borrowed; NULL with an error set. */
PyObject *plug_held(unsigned long long number);
/* All of them: a new list. */
PyObject *plug_lent(PyObject *module, PyObject *none);

/* Which of the two a value of the wire is about, and what kind it is;
   src/bridge/kinds.ts has the same numbers. */
enum plug_kind {
    PLUG_OBJECT = 0,
    PLUG_CALLABLE = 1,
    PLUG_ITERATOR = 2,
    PLUG_ASYNC_ITERATOR = 3,
    PLUG_AWAITABLE = 4,
};

/* limits.c */
EXPORT(plug_ticks) void plug_ticks(int32_t on);
EXPORT(plug_stack) void plug_stack(int32_t fd);
/* Ask host_tick() before the next instruction; with or without Python's lock. */
void plug_ask_soon(void);
/* A function of the host's is going to be called: others may have taken long.
   May enter Python, and so may use the inbox. */
void plug_calls(void);
/* An entry of the host's returns, the how many-th: what is due in it was its
   call's. */
void plug_leave_entry(int entry);
/* Function of the module _plug. */
PyObject *plug_remind(PyObject *module, PyObject *when);

/* hostobject.c: host objects that Python holds. */
/* The value in the inbox, new; when it is no answer, NULL with the exception
   set that it describes. */
PyObject *plug_read_answer(int is_answer);
/* The exception for parts that the host has sent, new. */
PyObject *plug_host_exception(PyObject *parts);
int plug_add_host_type(PyObject *module);

#endif /* PLUG_BRIDGE_H */
