#ifndef FAULTSHIM_H
#define FAULTSHIM_H

/*
 * faultshim: a library to preload into daybookd. It records what the program asks the disk to do
 * below one folder, so that the folder can be rebuilt as a power cut would have left it, and it lets
 * a test make the disk fail.
 *
 * Settings, all in the environment; without FAULTSHIM_ROOT the library does nothing:
 *
 *   FAULTSHIM_ROOT     the folder that is watched, an absolute path without a slash at its end
 *   FAULTSHIM_TRACE    the file that takes the record; it grows at its end
 *   FAULTSHIM_BOOT_ID  a file to read in place of /proc/sys/kernel/random/boot_id
 *   FAULTSHIM_CONTROL  a file whose first byte is read before each call, see enum faultshim_failure
 *
 * The trace is a row of records: a head of 48 bytes in host byte order, then `length` bytes.
 * A call that changes something is recorded before it is made, because the disk may have it from
 * then on; a flush is recorded when it has returned, because only then the disk must have it.
 */

#include <stdint.h>

#define FAULTSHIM_MAGIC 0x46534831u

/* What happened. */
enum faultshim_kind {
    /* A file was made; the bytes are its path. `inode` names it from here on. */
    FAULTSHIM_CREATED = 1,
    /* A file that was there before was opened; the bytes are its path. */
    FAULTSHIM_OPENED = 2,
    /* Bytes are written at `offset`. */
    FAULTSHIM_WRITTEN = 3,
    /* The file is made `offset` bytes long. */
    FAULTSHIM_RESIZED = 4,
    /* The file is flushed: all that was recorded of it before the place `extra` of the trace. */
    FAULTSHIM_FLUSHED = 5,
    /* The write recorded at the place `extra` went through to the disk by itself (O_DSYNC). */
    FAULTSHIM_WRITTEN_THROUGH = 6,
    /* A name is moved; the bytes are both paths with a zero byte between them. */
    FAULTSHIM_RENAMED = 7,
    /* A name is removed; the bytes are the path. */
    FAULTSHIM_UNLINKED = 8,
    /* A folder is made; the bytes are its path. */
    FAULTSHIM_FOLDER_MADE = 9,
    /* A folder is flushed: its names as of the place `extra`; the bytes are its path. */
    FAULTSHIM_FOLDER_FLUSHED = 10,
    /* A folder is removed; the bytes are its path. */
    FAULTSHIM_FOLDER_REMOVED = 11,
};

/* What the first byte of the control file asks for. */
enum faultshim_failure {
    FAULTSHIM_SOUND = 0,
    /* Writes find no space (ENOSPC). */
    FAULTSHIM_NO_SPACE = 1,
    /* Writes fail (EIO). */
    FAULTSHIM_WRITE_ERROR = 2,
    /* Flushes fail (EIO). */
    FAULTSHIM_FLUSH_ERROR = 3,
    /* The disk says that no byte is free. */
    FAULTSHIM_NONE_FREE = 4,
    /* Writes to a descriptor that writes through fail (EIO): LMDB's meta pages. */
    FAULTSHIM_META_ERROR = 5,
};

struct faultshim_record {
    uint32_t magic;
    uint32_t kind;
    uint64_t inode;
    uint64_t offset;
    uint64_t length;
    uint64_t extra;
    uint64_t reserved;
};

#endif
