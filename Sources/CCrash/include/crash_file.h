#pragma once

// The crash file as it lies in memory and on disk, and the signal handler that writes into it.
//
// This is C because of the handler: what it calls must be async-signal-safe (signal-safety(7)), which Swift cannot
// promise of its own code, and because the stores must reach the mapped page in the order in which they stand here.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASH_FILE_VERSION 1u
// "CCRGSLOT" as a little-endian machine writes it; another byte order is another format.
#define CRASH_FILE_MAGIC 0x544F4C5347524343ull
#define CRASH_NAME_SIZE 120
#define CRASH_ID_SIZE 24

/// At the file's beginning; the slots follow it.
typedef struct {
    uint64_t magic;
    uint32_t version;
    uint32_t slot_count;
    uint32_t slot_size;
    /// 1 from the daemon's start until it stops in order.
    uint32_t running;
    /// Drawn anew at each start: names this life of the daemon.
    uint64_t life;
    /// When the machine was booted, by its wall clock, in seconds.
    int64_t boot;
    /// Pieces of provider code under way that found no free slot.
    uint32_t unmarked;

    // What the handler writes, once.
    uint32_t claimed;
    /// The place of the crashing thread: a slot's number, or one of those below.
    int32_t place;
    /// 1 where the signal came from another process.
    uint32_t from_outside;
    /// The wall clock in milliseconds, and the monotonic clock in nanoseconds.
    int64_t wall;
    uint64_t monotonic;
    /// Written last: 0 where no handler has run.
    uint32_t signal;
    uint32_t reserved[13];
} crash_header;

/// Which provider code is inside. Texts are UTF-8, not ended by a zero.
typedef struct {
    /// Written last when entering, first when leaving: 0 where nobody is inside.
    uint32_t kind;
    uint8_t provider_length;
    uint8_t owner_length;
    uint8_t subject_length;
    uint8_t event_length;
    /// The monotonic clock in nanoseconds at entering.
    uint64_t since;
    char provider[CRASH_NAME_SIZE];
    char owner[CRASH_NAME_SIZE];
    char subject[CRASH_ID_SIZE];
    char event[CRASH_NAME_SIZE];
    char reserved[112];
} crash_slot;

/// A thread that is in no slot, and may run provider code that no slot knows of.
#define CRASH_PLACE_UNKNOWN (-1)
/// A thread of the daemon's own, outside provider code.
#define CRASH_PLACE_OWN (-2)

/// Fills a slot. Texts that are too long are cut.
void crash_slot_enter(
    crash_slot *_Nonnull slot, uint32_t kind, uint64_t since, const uint8_t *_Nullable provider,
    size_t provider_length, const uint8_t *_Nullable owner, size_t owner_length, const uint8_t *_Nullable subject,
    size_t subject_length, const uint8_t *_Nullable event, size_t event_length);

/// Empties a slot.
void crash_slot_leave(crash_slot *_Nonnull slot);

/// One more piece of provider code without a slot, or one fewer.
void crash_unmarked_add(crash_header *_Nonnull header, int32_t count);

/// Says which slot this thread's work belongs to; returns what was said before.
int32_t crash_thread_set_place(int32_t place);

/// Gives this thread a stack for signal handlers, so that an overflow of its own can be handled. Once for each thread;
/// it is given back when the thread ends. False where the system refuses it.
bool crash_thread_prepare(void);

/// From now on a signal that ends the process is written into this header first. Then the signal goes its former way:
/// to the handler that was there before, or to the default action.
bool crash_handler_install(crash_header *_Nonnull header);
