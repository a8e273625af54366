/* Files of the standard library, which the host may not have loaded yet.
 * Written as Python:
 *
 *     def path_open(*args):               # and every other call with a path
 *         while (error := host.path_open(*args)) == EAGAIN and wait():
 *             pass
 *         return error
 *
 *     def wait():
 *         waited = False                      # EAGAIN had another reason
 *         while host_files(may_wait):
 *             host_files_soon()               # the stack is suspended here
 *             waited = True
 *         return waited
 *
 * The linker puts these functions in front of wasi-libc's (link.ts). Python
 * may be anywhere, with or without its lock: nothing here may call it.
 */
#include "bridge.h"

#include <wasi/api.h>

static int
wait_for_files(__wasi_errno_t error)
{
    if (error != __WASI_ERRNO_AGAIN) {
        return 0;
    }
    int waited = 0;
    while (host_files(plug_may_wait())) {
        host_files_soon();
        waited = 1;
    }
    return waited;
}

/* A function `name` that does as wasi-libc's does, when the files are there. */
#define WAITING(name, parameters, arguments)            \
    __typeof__(__wasi_##name) __real___wasi_##name;     \
    __typeof__(__wasi_##name) __wrap___wasi_##name;     \
    __wasi_errno_t                                      \
    __wrap___wasi_##name parameters                     \
    {                                                   \
        __wasi_errno_t error;                           \
        do {                                            \
            error = __real___wasi_##name arguments;     \
        } while (wait_for_files(error));                \
        return error;                                   \
    }

WAITING(path_create_directory, (__wasi_fd_t fd, const char *path), (fd, path))
WAITING(path_filestat_get,
        (__wasi_fd_t fd, __wasi_lookupflags_t flags, const char *path,
         __wasi_filestat_t *stat),
        (fd, flags, path, stat))
WAITING(path_filestat_set_times,
        (__wasi_fd_t fd, __wasi_lookupflags_t flags, const char *path,
         __wasi_timestamp_t atim, __wasi_timestamp_t mtim,
         __wasi_fstflags_t which),
        (fd, flags, path, atim, mtim, which))
WAITING(path_link,
        (__wasi_fd_t from, __wasi_lookupflags_t flags, const char *path,
         __wasi_fd_t to, const char *name),
        (from, flags, path, to, name))
WAITING(path_open,
        (__wasi_fd_t fd, __wasi_lookupflags_t flags, const char *path,
         __wasi_oflags_t how, __wasi_rights_t base,
         __wasi_rights_t inheriting, __wasi_fdflags_t fdflags,
         __wasi_fd_t *opened),
        (fd, flags, path, how, base, inheriting, fdflags, opened))
WAITING(path_readlink,
        (__wasi_fd_t fd, const char *path, uint8_t *data, __wasi_size_t size,
         __wasi_size_t *used),
        (fd, path, data, size, used))
WAITING(path_remove_directory, (__wasi_fd_t fd, const char *path), (fd, path))
WAITING(path_rename,
        (__wasi_fd_t from, const char *path, __wasi_fd_t to,
         const char *name),
        (from, path, to, name))
WAITING(path_symlink,
        (const char *target, __wasi_fd_t fd, const char *path),
        (target, fd, path))
WAITING(path_unlink_file, (__wasi_fd_t fd, const char *path), (fd, path))
