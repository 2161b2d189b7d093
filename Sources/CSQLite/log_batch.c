#include "log_batch.h"

#include <stdlib.h>
#include <string.h>

// The maximum number of bytes that are buffered. SQLite's layer for Unix writes less than 128 KiB at once (os_unix.c,
// seekAndWriteFd), and treats a larger write as a full disk.
enum { CAPACITY = 96 << 10 };

// The number of zero bytes by which the log grows at a time. After a commit that lengthens the file, each sync also
// makes the file system write the new length and the locations of the new blocks. After a commit that overwrites
// existing bytes it does not, and takes less than half the time on ext4.
enum { STEP = 1 << 20 };

// Replaces the functions of the file. The functions come first, so that the pointer of a file to them is a pointer to
// this structure.
typedef struct {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *real;
    // The known length of the file.
    sqlite3_int64 length;
    // The buffered bytes: their offset in the file, and their number.
    sqlite3_int64 start;
    int count;
    unsigned char bytes[CAPACITY];
} log_batch;

static log_batch *batch_of(sqlite3_file *file) { return (log_batch *)file->pMethods; }

// Writes zeros from the end of the last write to the next full step, if the file ends before that. SQLite takes the
// zeros for the end of the log, as it does with the frames of an earlier round (sqlite.org/fileformat2.html#walformat:
// the salts of a frame must be those of the log's header). If there is no space for the zeros, the commit does not need
// them.
static void lengthen(sqlite3_file *file, sqlite3_int64 end) {
    static const unsigned char zeros[64 << 10];
    log_batch *batch = batch_of(file);
    if (end <= batch->length) return;
    batch->length = end;
    sqlite3_int64 wanted = (end / STEP + 1) * STEP;
    while (batch->length < wanted) {
        sqlite3_int64 rest = wanted - batch->length;
        int count = rest < (sqlite3_int64)sizeof zeros ? (int)rest : (int)sizeof zeros;
        if (batch->real->xWrite(file, zeros, count, batch->length) != SQLITE_OK) return;
        batch->length += count;
    }
}

static int write_now(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    log_batch *batch = batch_of(file);
    // SQLite restarts the log. Another connection may have truncated it since the last write.
    if (offset == 0 && batch->real->xFileSize(file, &batch->length) != SQLITE_OK) batch->length = 0;
    int code = batch->real->xWrite(file, bytes, count, offset);
    if (code == SQLITE_OK) lengthen(file, offset + count);
    return code;
}

// Writes the buffered bytes. If that fails, they are discarded: their commit fails, and readers never see it.
static int hand_on(sqlite3_file *file) {
    log_batch *batch = batch_of(file);
    if (batch->count == 0) return SQLITE_OK;
    int count = batch->count;
    batch->count = 0;
    return write_now(file, batch->bytes, count, batch->start);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    log_batch *batch = batch_of(file);
    if (batch->count > 0 && (offset != batch->start + batch->count || count > CAPACITY - batch->count)) {
        int code = hand_on(file);
        if (code != SQLITE_OK) return code;
    }
    if (count > CAPACITY) return write_now(file, bytes, count, offset);
    if (batch->count == 0) batch->start = offset;
    memcpy(batch->bytes + batch->count, bytes, (size_t)count);
    batch->count += count;
    return SQLITE_OK;
}

static int log_sync(sqlite3_file *file, int flags) {
    int code = hand_on(file);
    // The bits of 0x0F distinguish the two kinds of sync; the other bits are flags.
    if (code != SQLITE_OK || (flags & 0x0F) != SQLITE_SYNC_FULL) return code;
    return batch_of(file)->real->xSync(file, flags);
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = hand_on(file);
    return code == SQLITE_OK ? batch_of(file)->real->xRead(file, bytes, count, offset) : code;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = hand_on(file);
    if (code == SQLITE_OK) code = batch_of(file)->real->xTruncate(file, size);
    if (code == SQLITE_OK) batch_of(file)->length = size;
    return code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = hand_on(file);
    return code == SQLITE_OK ? batch_of(file)->real->xFileSize(file, size) : code;
}

static int log_close(sqlite3_file *file) {
    log_batch *batch = batch_of(file);
    int code = hand_on(file);
    file->pMethods = batch->real;
    free(batch);
    int closed = file->pMethods->xClose(file);
    return code == SQLITE_OK ? closed : code;
}

int log_batch_begin(sqlite3 *connection) {
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK) return code;
    if (file == NULL || file->pMethods == NULL) return SQLITE_MISUSE;
    log_batch *batch = malloc(sizeof *batch);
    if (batch == NULL) return SQLITE_NOMEM;
    batch->real = file->pMethods;
    batch->length = 0;
    batch->start = 0;
    batch->count = 0;
    // The functions for locks, shared memory and the like are unchanged: they keep their state in the file.
    batch->methods = *file->pMethods;
    batch->methods.xWrite = log_write;
    batch->methods.xSync = log_sync;
    batch->methods.xRead = log_read;
    batch->methods.xTruncate = log_truncate;
    batch->methods.xFileSize = log_size;
    batch->methods.xClose = log_close;
    file->pMethods = &batch->methods;
    return SQLITE_OK;
}
