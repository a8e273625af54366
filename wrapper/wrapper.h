/* The guest side of py-plugin: what the host calls, and what the files of the
 * wrapper call in each other.
 *
 * The host's view, written as Python:
 *
 *     def _initialize(): ...                  # C constructors; once, first
 *     def plug_init() -> int: ...             # start the interpreter: 0, -1
 *     def plug_freeze(how) -> int: ...        # get ready to be saved: 0, -1
 *     def plug_awake(): ...                   # _initialize() of a saved module
 *     def plug_load(path, size, mode) -> int: # PLUG_PLUGIN, PLUG_SCRIPT or -1
 *     def plug_script() -> int: ...           # exit status, or -1; the last call
 *     def plug_error() -> ptr: ...            # the last failure, as JSON
 *     def plug_error_size() -> int: ...
 *     def plug_trace(on): ...                 # lines of the wrapper's log
 *
 *     def allocate(size) -> ptr: ...          # SE2: memory for a payload
 *     def deallocate(ptr, size): ...          # SE2: give it back
 *     def run_e(ptr, size, ident): ...        # SE2: plugin.run_e(payload, ident)
 *
 * Every pointer is an offset into the exported memory. The host owns what it
 * allocates; what it is shown in an import call, and by plug_error(), is
 * borrowed: valid until it calls the guest again.
 */
#ifndef PLUG_WRAPPER_H
#define PLUG_WRAPPER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))
#define IMPORT(name) \
    __attribute__((import_module("env"), import_name(#name))) extern

/* What plug_load() is asked for, and what it answers. */
enum plug_mode {
    PLUG_PLUGIN = 0,    /* a module that defines run_e() */
    PLUG_SCRIPT = 1,    /* a program, to be run as __main__ */
    PLUG_EITHER = 2,    /* whichever of the two the file is; never an answer */
    PLUG_AHEAD = 3,     /* the same, and none of its code runs yet: a memory
                           that was saved then loads it as PLUG_EITHER */
    PLUG_ALONE = 4,     /* asked besides: no other file is in its directory */
};

/* SE2 error codes are HTTP statuses. */
#define PLUG_BAD_PAYLOAD 400
#define PLUG_UNCAUGHT 500

/* Levels of env.log_msg(); the last is the wrapper's own and is not SE2's. */
enum plug_level {
    PLUG_LOG_ERROR = 1,
    PLUG_LOG_WARN = 2,
    PLUG_LOG_INFO = 3,
    PLUG_LOG_DEBUG = 4,
    PLUG_LOG_TRACE = 5,
};

/* The host's part of SE2. All pointers are borrowed for the call. */
IMPORT(return_result)
void se2_return_result(const char *data, uint32_t size, int32_t ident);
IMPORT(return_error)
void se2_return_error(int32_t code, const char *text, uint32_t size,
                      int32_t ident);
IMPORT(log_msg)
void se2_log_msg(const char *text, uint32_t size, int32_t level,
                 int32_t ident);

/* runtime.c: the interpreter, from start to the loaded plugin. */
EXPORT(plug_init) int32_t plug_init(void);
/* Who saves: the host a plugin, or the build what every start begins with; for
   that, common modules are imported, and the collector leaves alone what is
   there. A plugin that was saved goes on after PLUG_FREEZE_UNDO. */
enum plug_freeze {
    PLUG_FREEZE_PLUGIN = 0,
    PLUG_FREEZE_IMAGE = 1,
    PLUG_FREEZE_UNDO = 2,
};
EXPORT(plug_freeze) int32_t plug_freeze(int32_t how);
EXPORT(plug_awake) void plug_awake(void);
EXPORT(plug_load) int32_t plug_load(const char *path, uint32_t size,
                                    int32_t mode);
EXPORT(plug_script) int32_t plug_script(void);

/* The loaded plugin's run_e(), borrowed, after loading /plugin/plugin.py when
   the host did not load anything. NULL with a Python error set. */
PyObject *plug_entry(void);
/* Whether run_e() annotates its payload as bytes. */
int plug_entry_wants_bytes(void);
/* Flush sys.stdout and sys.stderr. Keeps a Python error that is set. */
void plug_flush(void);
/* The guest's Python part, borrowed; NULL before plug_init(). */
PyObject *plug_python_part(void);

/* failure.c: the last failure, described for the host. */
EXPORT(plug_error) const char *plug_error(void);
EXPORT(plug_error_size) uint32_t plug_error_size(void);
/* Take the Python error that is set and describe it. */
void plug_fail(void);
/* The same, and answer the host's call `ident` with it. */
void plug_fail_call(int32_t code, int32_t ident);
/* Describe a failure in C's own words, UTF-8, when Python cannot. */
void plug_fail_text(const char *type, const char *message,
                    const char *traceback);
/* Get ready to describe failures: 0, or -1 with a Python error set. */
int plug_fail_prepare(void);
/* The interpreter does not start: every call from now on fails with it. */
void plug_fail_start(const char *reason);
/* Forget the last failure. */
void plug_fail_clear(void);

/* free_memory.c: zeros over what malloc() has to give. No image has any of it,
   nor of the stack. */
void plug_wipe_free_memory(void);

/* trace.c: the wrapper's own lines in the three-layer log. */
EXPORT(plug_trace) void plug_trace(int32_t on);
void plug_trace_line(const char *file, int32_t ident, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define TRACE(ident, ...) plug_trace_line(__FILE_NAME__, ident, __VA_ARGS__)
/* While tracing, what the plugin has printed comes before the next line. */
void plug_trace_flush(void);
/* How much of a text of `size` bytes a trace line shows: whole characters. */
int plug_trace_cut(const char *text, uint32_t size);
/* What follows a text that was cut, and "" after a whole one. */
const char *plug_trace_rest(const char *text, uint32_t size);

/* se2.c */
EXPORT(allocate) void *se2_allocate(uint32_t size);
EXPORT(deallocate) void se2_deallocate(void *data, uint32_t size);
EXPORT(run_e) void se2_run_e(const char *data, uint32_t size, int32_t ident);

/* Builtin modules. */
PyMODINIT_FUNC PyInit_sdk(void);     /* sdk.c */
PyMODINIT_FUNC PyInit__plug(void);   /* plugmodule.c */

#endif /* PLUG_WRAPPER_H */
