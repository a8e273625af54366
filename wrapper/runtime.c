/* The interpreter, from start to the loaded plugin. Written as Python:
 *
 *     def plug_init():
 *         start an isolated interpreter; import _py_plugin; _py_plugin.boot()
 *     def plug_load(path, mode):
 *         kind, entry, wants_bytes = _py_plugin.load(path, mode)
 *         return kind
 *     def plug_script():
 *         status = _py_plugin.run_script()
 *         describe _py_plugin.uncaught, if that is something
 *         end the interpreter; return status
 *     def plug_freeze(how):
 *         _py_plugin_snapshot.freeze(how)     # nothing of this run is left
 *
 * A memory that was frozen may be saved, and go on in any number of other
 * instances; there plug_init() does not start Python, but wakes it:
 *
 *     def plug_init():
 *         forget what the C library knows of the run; _py_plugin_snapshot.thaw()
 */
#include "bridge.h"
#include "decoder.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <wasi/libc-environ.h>
#include <wasi/libc.h>

/* Where the standard library and, by SE2's rule, the plugin are. */
#define PREFIX L"/python"
#define STDLIB_DIR PREFIX L"/lib/python3.14"
#define DEFAULT_PLUGIN "/plugin/plugin.py"

static struct {
    /* It starts once or never. */
    enum { UNTRIED, STARTED, FROZEN, OVER } state;
    PyObject *python_part;      /* module _py_plugin; owned */
    PyObject *entry;            /* the plugin's run_e(); owned */
    int wants_bytes;
} runtime;

PyObject *
plug_python_part(void)
{
    return runtime.python_part;
}

int
plug_entry_wants_bytes(void)
{
    return runtime.wants_bytes;
}

/* Where everything is, so that nothing is searched for at start. */
static PyStatus
set_paths(PyConfig *config)
{
    struct {
        wchar_t **field;
        const wchar_t *value;
    } paths[] = {
        {&config->program_name, L"python3"},
        {&config->executable, L""},
        {&config->base_executable, L""},
        {&config->prefix, PREFIX},
        {&config->base_prefix, PREFIX},
        {&config->exec_prefix, PREFIX},
        {&config->base_exec_prefix, PREFIX},
        {&config->stdlib_dir, STDLIB_DIR},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(paths); i++) {
        PyStatus status = PyConfig_SetString(config, paths[i].field,
                                             paths[i].value);
        if (PyStatus_Exception(status)) {
            return status;
        }
    }
    config->module_search_paths_set = 1;
    return PyWideStringList_Append(&config->module_search_paths, STDLIB_DIR);
}

/* Isolated: no PYTHON* variable, no user site, no signal handler. */
static PyStatus
start_interpreter(void)
{
    PyPreConfig preconfig;
    PyPreConfig_InitIsolatedConfig(&preconfig);
    preconfig.utf8_mode = 1;
    PyStatus status = Py_PreInitialize(&preconfig);
    if (PyStatus_Exception(status)) {
        return status;
    }
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;         /* boot() does the part that fits here */
    config.write_bytecode = 0;      /* the image is read-only */
    config.pathconfig_warnings = 0; /* paths are given, not searched for */
    status = set_paths(&config);
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    PyConfig_Clear(&config);
    return status;
}

/* Import the guest's Python part and let it arrange the rest: 0, or -1 with a
   Python error set. */
static int
boot(void)
{
    runtime.python_part = PyImport_ImportModule("_py_plugin");
    if (runtime.python_part == NULL || plug_fail_prepare() < 0) {
        return -1;
    }
    PyObject *none = PyObject_CallMethod(runtime.python_part, "boot", NULL);
    Py_XDECREF(none);
    return none == NULL ? -1 : 0;
}

/* Call a function of _py_plugin_snapshot: 0, or -1 with a Python error set. */
static int
call_snapshot(const char *function, int argument)
{
    __wasilibc_ensure_environ();
    PyObject *module = PyImport_ImportModule("_py_plugin_snapshot");
    PyObject *none = module == NULL ? NULL
                   : PyObject_CallMethod(module, function, "i", argument);
    Py_XDECREF(none);
    Py_XDECREF(module);
    return none == NULL ? -1 : 0;
}

/* Forget the variables of this run, so that they are not saved. */
static void
forget_variables(void)
{
    for (char **at = __wasilibc_get_environ(); *at != NULL; at++) {
        memset(*at, 0, strlen(*at));
    }
    __wasilibc_deinitialize_environ();
}

/* 0, or -1 with a Python error set. */
static int
freeze(int32_t how)
{
    if (how == PLUG_FREEZE_UNDO && runtime.state == FROZEN) {
        runtime.state = STARTED;
        return call_snapshot("undo", how);
    }
    if (runtime.state != STARTED) {
        return -1;
    }
    forget_variables();     /* the next who asks gets the host's anew */
    if (call_snapshot("freeze", how) < 0) {
        return -1;
    }
    forget_variables();
    plug_mail_wipe();
    plug_forget_keys();
    plug_wipe_free_memory();
    runtime.state = FROZEN;
    return 0;
}

int32_t
plug_freeze(int32_t how)
{
    int before = plug_enter_as_promised();
    plug_fail_clear();
    int32_t status = freeze(how);
    if (status < 0) {
        plug_fail();
    }
    plug_leave_as_promised(before);
    return status;
}

/* This run has its own variables, directories and streams. */
static int
thaw(void)
{
    __wasilibc_reset_preopens();
    if (call_snapshot("thaw", 0) < 0) {
        plug_fail();
        return -1;
    }
    return 0;
}

static int
start(void)
{
    if (PyImport_AppendInittab("sdk", PyInit_sdk) < 0
        || PyImport_AppendInittab("_plug", PyInit__plug) < 0)
    {
        plug_fail_start("cannot register the builtin modules");
        return -1;
    }
    PyStatus status = start_interpreter();
    if (PyStatus_Exception(status)) {
        plug_fail_start(status.err_msg == NULL
                        ? "the interpreter does not start" : status.err_msg);
        return -1;
    }
    if (boot() < 0) {
        plug_fail();
        return -1;
    }
    return 0;
}

static int
init(void)
{
    plug_fail_clear();
    if (runtime.state == STARTED || runtime.state == OVER) {
        return runtime.state == STARTED ? 0 : (plug_fail(), -1);
    }
    int is_frozen = runtime.state == FROZEN;
    runtime.state = OVER;
    char directory[256];
    TRACE(0, "working directory is %s",
          getcwd(directory, sizeof(directory)) == NULL ? "?" : directory);
    if ((is_frozen ? thaw() : start()) < 0) {
        return -1;
    }
    TRACE(0, "started CPython %s", PY_VERSION);
    runtime.state = STARTED;
    return 0;
}

int32_t
plug_init(void)
{
    int before = plug_enter_as_promised();
    int status = init();
    plug_leave_as_promised(before);
    return status;
}

void
plug_awake(void)
{
    /* What was constructed is in the memory. */
}

/* Load what lies at `path`, a str: its kind, or -1 with an error set. */
static int
load(PyObject *path, int32_t mode)
{
    PyObject *loaded = PyObject_CallMethod(runtime.python_part, "load", "Oi",
                                           path, (int)mode);
    if (loaded == NULL) {
        return -1;
    }
    int kind, wants_bytes;
    PyObject *entry;
    int parsed = PyArg_ParseTuple(loaded, "iOp", &kind, &entry, &wants_bytes);
    if (parsed) {
        Py_XSETREF(runtime.entry, Py_NewRef(entry));
        runtime.wants_bytes = wants_bytes;
    }
    Py_DECREF(loaded);
    return parsed ? kind : -1;
}

int32_t
plug_load(const char *path, uint32_t size, int32_t mode)
{
    plug_fail_clear();
    if (runtime.state != STARTED) {
        plug_fail();
        return -1;
    }
    TRACE(0, "loading \"%.*s\"", plug_trace_cut(path, size), path);
    int kind = -1, before = plug_enter_as_promised();
    PyObject *text = PyUnicode_DecodeUTF8(path, (Py_ssize_t)size, "strict");
    if (text != NULL) {
        kind = load(text, mode);
        Py_DECREF(text);
    }
    if (kind < 0) {
        plug_fail();
    }
    plug_flush();
    plug_leave_as_promised(before);
    return kind;
}

PyObject *
plug_entry(void)
{
    if (runtime.entry == NULL && runtime.state != OVER && init() == 0) {
        PyObject *path = PyUnicode_FromString(DEFAULT_PLUGIN);
        if (path != NULL) {
            (void)load(path, PLUG_PLUGIN);
            Py_DECREF(path);
        }
    }
    if (runtime.entry == NULL && Py_IsInitialized() && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_SystemError, "no plugin is loaded");
    }
    return runtime.entry;
}

/* End the interpreter as CPython's own program does. 120 is its status for
   output that could not be written. */
static int
finalize(int code)
{
    runtime.state = OVER;
    if (call_snapshot("finish", 0) < 0) {
        PyErr_Clear();      /* a plugin that broke its own import */
    }
    Py_CLEAR(runtime.python_part);
    Py_CLEAR(runtime.entry);
    return Py_FinalizeEx() < 0 && code == 0 ? 120 : code;
}

/* Describe what the script did not catch, where the host wants to know. */
static void
describe_uncaught(void)
{
    PyObject *uncaught = PyObject_GetAttrString(runtime.python_part,
                                                "uncaught");
    if (uncaught != NULL && PyExceptionInstance_Check(uncaught)) {
        PyErr_SetRaisedException(uncaught);
        plug_fail();
        return;
    }
    PyErr_Clear();
    Py_XDECREF(uncaught);
}

int32_t
plug_script(void)
{
    plug_fail_clear();
    if (runtime.state != STARTED) {
        plug_fail();
        return -1;
    }
    int before = plug_enter_as_promised();
    PyObject *status = PyObject_CallMethod(runtime.python_part, "run_script",
                                           NULL);
    int code = status == NULL ? -1 : PyLong_AsInt(status);
    Py_XDECREF(status);
    if (PyErr_Occurred()) {
        plug_fail();
        code = -1;
    }
    else {
        describe_uncaught();
        code = finalize(code);
    }
    plug_leave_as_promised(before);
    return code;
}

static void
flush(const char *name)
{
    PyObject *stream = PySys_GetObject(name);
    if (stream == NULL || stream == Py_None) {
        return;
    }
    Py_INCREF(stream);
    PyObject *none = PyObject_CallMethod(stream, "flush", NULL);
    if (none == NULL) {
        PyErr_Clear();      /* the plugin saw, or will see, its own write fail */
    }
    Py_XDECREF(none);
    Py_DECREF(stream);
}

void
plug_flush(void)
{
    if (runtime.state != STARTED) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    flush("stdout");
    flush("stderr");
    PyErr_SetRaisedException(raised);
}
