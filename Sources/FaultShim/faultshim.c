#define _GNU_SOURCE
#include "faultshim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

/* Descriptors that can be watched; a program that opens more is not one of ours. */
#define DESCRIPTORS_MAX 65536

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

/* What is known of a watched descriptor; `inode` 0 says that it is not watched. */
struct watched {
    uint64_t inode;
    bool is_folder;
    bool writes_through;
};

static struct watched table[DESCRIPTORS_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static char root[PATH_MAX];
static size_t root_length;
static const char *boot_id;
static volatile unsigned char *control;
static int trace = -1;
static uint64_t trace_length;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_renameat)(int, const char *, int, const char *);
static int (*real_renameat2)(int, const char *, int, const char *, unsigned int);
static int (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_rmdir)(const char *);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_statvfs)(const char *, struct statvfs *);

#define FIND(name, symbol) *(void **)(&real_##name) = dlsym(RTLD_NEXT, symbol)

static void find_calls(void) {
    FIND(open, "open");
    FIND(openat, "openat");
    FIND(close, "close");
    FIND(write, "write");
    FIND(writev, "writev");
    FIND(pwrite, "pwrite");
    FIND(pwritev, "pwritev");
    FIND(ftruncate, "ftruncate");
    FIND(fsync, "fsync");
    FIND(fdatasync, "fdatasync");
    FIND(rename, "rename");
    FIND(renameat, "renameat");
    FIND(renameat2, "renameat2");
    FIND(unlink, "unlink");
    FIND(unlinkat, "unlinkat");
    FIND(rmdir, "rmdir");
    FIND(mkdir, "mkdir");
    FIND(statvfs, "statvfs");
}

static void start(void) {
    find_calls();
    boot_id = getenv("FAULTSHIM_BOOT_ID");
    const char *control_path = getenv("FAULTSHIM_CONTROL");
    if (control_path) {
        int descriptor = real_open(control_path, O_RDONLY | O_CLOEXEC);
        if (descriptor >= 0) {
            void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, descriptor, 0);
            if (page != MAP_FAILED) control = page;
            real_close(descriptor);
        }
    }
    const char *given_root = getenv("FAULTSHIM_ROOT");
    if (!given_root || strlen(given_root) >= sizeof root) return;
    const char *given_trace = getenv("FAULTSHIM_TRACE");
    if (given_trace) {
        trace = real_open(given_trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        struct stat status;
        if (trace < 0 || fstat(trace, &status) != 0) {
            fputs("faultshim: the trace cannot be written\n", stderr);
            _exit(70);
        }
        trace_length = (uint64_t)status.st_size;
    }
    strcpy(root, given_root);
    root_length = strlen(root);
}

static void ensure_started(void) { pthread_once(&once, start); }

/* What the test asks to happen to the disk now. */
static unsigned char failure(void) { return control ? *control : FAULTSHIM_SOUND; }

/* Whether a path lies in the watched folder, or is it. */
static bool is_below(const char *path) {
    return root_length > 0 && strncmp(path, root, root_length) == 0 &&
           (path[root_length] == '/' || path[root_length] == '\0');
}

/* Adds a record and returns its place; the lock is held. A trace that cannot be written is worth
 * nothing, so the program ends. */
static uint64_t record(
    enum faultshim_kind kind, uint64_t inode, uint64_t offset, uint64_t extra,
    const struct iovec *parts, int count) {
    uint64_t length = 0;
    for (int index = 0; index < count; index++) length += parts[index].iov_len;
    uint64_t place = trace_length;
    if (trace < 0) return place;
    struct faultshim_record head = {FAULTSHIM_MAGIC, kind, inode, offset, length, extra, 0};
    struct iovec all[IOV_MAX < 1024 ? IOV_MAX : 1024];
    int used = 0;
    all[used++] = (struct iovec){&head, sizeof head};
    for (int index = 0; index < count && used < (int)(sizeof all / sizeof *all); index++)
        all[used++] = parts[index];
    ssize_t total = (ssize_t)(sizeof head + length);
    if (used != count + 1 || real_writev(trace, all, used) != total) {
        static const char text[] = "faultshim: the trace cannot be written\n";
        (void)!real_write(STDERR_FILENO, text, sizeof text - 1);
        _exit(70);
    }
    trace_length += (uint64_t)total;
    return place;
}

static void record_path(enum faultshim_kind kind, uint64_t inode, uint64_t extra, const char *path) {
    struct iovec part = {(void *)path, strlen(path)};
    record(kind, inode, 0, extra, &part, 1);
}

/* The watched descriptor's entry; NULL for every other. */
static struct watched *entry(int descriptor) {
    if (descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return NULL;
    struct watched *found = &table[descriptor];
    return found->inode ? found : NULL;
}

/* MARK: opening and closing */

static void forget(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) table[descriptor].inode = 0;
}

static int open_watched(const char *path, int flags, mode_t mode) {
    pthread_mutex_lock(&lock);
    struct stat before;
    bool existed = stat(path, &before) == 0;
    int descriptor = real_open(path, flags, mode);
    int code = errno;
    struct stat status;
    if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX && fstat(descriptor, &status) == 0) {
        bool is_folder = S_ISDIR(status.st_mode);
        table[descriptor] = (struct watched){
            (uint64_t)status.st_ino, is_folder, (flags & O_DSYNC) != 0};
        if (!is_folder) {
            record_path(
                existed ? FAULTSHIM_OPENED : FAULTSHIM_CREATED, (uint64_t)status.st_ino, 0, path);
            if (existed && (flags & O_TRUNC) && before.st_size > 0)
                record(FAULTSHIM_RESIZED, (uint64_t)status.st_ino, 0, 0, NULL, 0);
        }
    }
    pthread_mutex_unlock(&lock);
    errno = code;
    return descriptor;
}

static int open_any(const char *path, int flags, mode_t mode) {
    ensure_started();
    if (boot_id && strcmp(path, BOOT_ID_PATH) == 0) return real_open(boot_id, flags, mode);
    if (is_below(path)) return open_watched(path, flags, mode);
    int descriptor = real_open(path, flags, mode);
    forget(descriptor);
    return descriptor;
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_any(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_any(path, flags, mode);
}

int __open_2(const char *path, int flags) { return open_any(path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_any(path, flags, 0); }
int creat(const char *path, mode_t mode) {
    return open_any(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

static int openat_any(int folder, const char *path, int flags, mode_t mode) {
    ensure_started();
    if (path[0] == '/') return open_any(path, flags, mode);
    int descriptor = real_openat(folder, path, flags, mode);
    forget(descriptor);
    return descriptor;
}

int openat(int folder, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return openat_any(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return openat_any(folder, path, flags, mode);
}

int close(int descriptor) {
    ensure_started();
    forget(descriptor);
    return real_close(descriptor);
}

/* MARK: writing */

static int refusal(const struct watched *file) {
    switch (failure()) {
    case FAULTSHIM_NO_SPACE: return ENOSPC;
    case FAULTSHIM_WRITE_ERROR: return EIO;
    case FAULTSHIM_META_ERROR: return file->writes_through ? EIO : 0;
    default: return 0;
    }
}

/* Records a write at `offset`, or at the descriptor's own place when that is negative, and makes it
 * by whichever call the program made. */
static ssize_t write_watched(
    struct watched file, int descriptor, const struct iovec *parts, int count, off_t offset) {
    int code = refusal(&file);
    if (code) {
        errno = code;
        return -1;
    }
    off_t at = offset >= 0 ? offset : lseek(descriptor, 0, SEEK_CUR);
    if (at < 0) at = 0;
    pthread_mutex_lock(&lock);
    uint64_t place = record(FAULTSHIM_WRITTEN, file.inode, (uint64_t)at, 0, parts, count);
    pthread_mutex_unlock(&lock);
    ssize_t result = offset >= 0 ? real_pwritev(descriptor, parts, count, offset)
                                 : real_writev(descriptor, parts, count);
    if (result >= 0 && file.writes_through) {
        int saved = errno;
        pthread_mutex_lock(&lock);
        record(FAULTSHIM_WRITTEN_THROUGH, file.inode, 0, place, NULL, 0);
        pthread_mutex_unlock(&lock);
        errno = saved;
    }
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    ensure_started();
    struct watched *file = entry(descriptor);
    if (!file) return real_write(descriptor, bytes, length);
    struct iovec part = {(void *)bytes, length};
    return write_watched(*file, descriptor, &part, 1, -1);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    ensure_started();
    struct watched *file = entry(descriptor);
    if (!file) return real_writev(descriptor, parts, count);
    return write_watched(*file, descriptor, parts, count, -1);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    ensure_started();
    struct watched *file = entry(descriptor);
    if (!file) return real_pwrite(descriptor, bytes, length, offset);
    struct iovec part = {(void *)bytes, length};
    return write_watched(*file, descriptor, &part, 1, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    return pwrite(descriptor, bytes, length, offset);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    ensure_started();
    struct watched *file = entry(descriptor);
    if (!file) return real_pwritev(descriptor, parts, count, offset);
    return write_watched(*file, descriptor, parts, count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return pwritev(descriptor, parts, count, offset);
}

int ftruncate(int descriptor, off_t length) {
    ensure_started();
    struct watched *file = entry(descriptor);
    if (file) {
        int code = refusal(file);
        if (code) {
            errno = code;
            return -1;
        }
        pthread_mutex_lock(&lock);
        record(FAULTSHIM_RESIZED, file->inode, (uint64_t)length, 0, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return real_ftruncate(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) { return ftruncate(descriptor, length); }

/* MARK: flushing */

static int flush_watched(struct watched file, int descriptor, int (*flush)(int)) {
    if (failure() == FAULTSHIM_FLUSH_ERROR) {
        errno = EIO;
        return -1;
    }
    pthread_mutex_lock(&lock);
    uint64_t before = trace_length;
    pthread_mutex_unlock(&lock);
    int result = flush(descriptor);
    if (result != 0) return result;
    int saved = errno;
    pthread_mutex_lock(&lock);
    if (file.is_folder) {
        char link[64];
        char path[PATH_MAX];
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length > 0) {
            path[length] = '\0';
            record_path(FAULTSHIM_FOLDER_FLUSHED, file.inode, before, path);
        }
    } else {
        record(FAULTSHIM_FLUSHED, file.inode, 0, before, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int fsync(int descriptor) {
    ensure_started();
    struct watched *file = entry(descriptor);
    return file ? flush_watched(*file, descriptor, real_fsync) : real_fsync(descriptor);
}

int fdatasync(int descriptor) {
    ensure_started();
    struct watched *file = entry(descriptor);
    return file ? flush_watched(*file, descriptor, real_fdatasync) : real_fdatasync(descriptor);
}

/* MARK: names */

int rename(const char *from, const char *to) {
    ensure_started();
    if (!is_below(to)) return real_rename(from, to);
    struct iovec parts[3] = {
        {(void *)from, strlen(from)}, {"", 1}, {(void *)to, strlen(to)}};
    pthread_mutex_lock(&lock);
    int result = real_rename(from, to);
    int saved = errno;
    if (result == 0) record(FAULTSHIM_RENAMED, 0, 0, 0, parts, 3);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    ensure_started();
    if (is_below(to)) return rename(from, to);
    return real_renameat(from_folder, from, to_folder, to);
}

int renameat2(
    int from_folder, const char *from, int to_folder, const char *to, unsigned int flags) {
    ensure_started();
    if (is_below(to) && flags == 0) return rename(from, to);
    return real_renameat2(from_folder, from, to_folder, to, flags);
}

static int change_name(
    const char *path, enum faultshim_kind kind, int (*change)(const char *)) {
    if (!is_below(path)) return change(path);
    pthread_mutex_lock(&lock);
    int result = change(path);
    int saved = errno;
    if (result == 0) record_path(kind, 0, 0, path);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

int unlink(const char *path) {
    ensure_started();
    return change_name(path, FAULTSHIM_UNLINKED, real_unlink);
}

/* A program that removes a tree names its files from their folder's descriptor. */
int unlinkat(int folder, const char *path, int flags) {
    ensure_started();
    char full[PATH_MAX];
    if (path[0] != '/') {
        struct watched *held = entry(folder);
        char link[64];
        char above[PATH_MAX / 2];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = held ? readlink(link, above, sizeof above - 1) : -1;
        if (length <= 0) return real_unlinkat(folder, path, flags);
        above[length] = '\0';
        snprintf(full, sizeof full, "%s/%s", above, path);
        path = full;
    }
    if (!is_below(path)) return real_unlinkat(folder, path, flags);
    return flags & AT_REMOVEDIR ? rmdir(path) : unlink(path);
}

int rmdir(const char *path) {
    ensure_started();
    return change_name(path, FAULTSHIM_FOLDER_REMOVED, real_rmdir);
}

int mkdir(const char *path, mode_t mode) {
    ensure_started();
    if (!is_below(path)) return real_mkdir(path, mode);
    pthread_mutex_lock(&lock);
    int result = real_mkdir(path, mode);
    int saved = errno;
    if (result == 0) record_path(FAULTSHIM_FOLDER_MADE, 0, 0, path);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return result;
}

/* MARK: free space */

int statvfs(const char *path, struct statvfs *status) {
    ensure_started();
    int result = real_statvfs(path, status);
    if (result == 0 && failure() == FAULTSHIM_NONE_FREE) {
        status->f_bavail = 0;
        status->f_bfree = 0;
    }
    return result;
}

int statvfs64(const char *path, struct statvfs64 *status) {
    return statvfs(path, (struct statvfs *)status);
}
