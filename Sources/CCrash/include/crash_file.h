#pragma once

// The layout of the crash file in memory and on disk, and the signal handler that writes to it.
//
// This is C because the handler may only call async-signal-safe functions (signal-safety(7)), which Swift cannot
// guarantee for its own code, and because the stores must reach the mapped page in the order of the source.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASH_FILE_VERSION 1u
// "CCRGSLOT" in little-endian byte order. Another byte order is another format.
#define CRASH_FILE_MAGIC 0x544F4C5347524343ull
#define CRASH_NAME_SIZE 120
#define CRASH_ID_SIZE 24

/// The beginning of the file. The slots follow it.
typedef struct {
    uint64_t magic;
    uint32_t version;
    uint32_t slot_count;
    uint32_t slot_size;
    /// 1 from the daemon's start until it stops in order.
    uint32_t running;
    /// A random number that identifies this life of the daemon, new at each start.
    uint64_t life;
    /// The time of the machine's boot by its wall clock, in seconds.
    int64_t boot;
    /// The number of calls of provider code that are running and found no free slot.
    uint32_t unmarked;

    // The handler writes the following members, once.
    uint32_t claimed;
    /// The place of the crashing thread: a slot's number, or one of the CRASH_PLACE constants.
    int32_t place;
    /// 1 if the signal came from another process.
    uint32_t from_outside;
    /// The wall clock in milliseconds, and the monotonic clock in nanoseconds.
    int64_t wall;
    uint64_t monotonic;
    /// Written last; 0 if no handler has run.
    uint32_t signal;
    uint32_t reserved[13];
} crash_header;

/// One slot: which provider code is running. Texts are UTF-8 and not terminated by a zero.
typedef struct {
    /// Written last on entering and first on leaving; 0 if no code is running in the slot.
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

/// A thread in no slot, which may run provider code without a mark.
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

/// Adds `count` to the number of calls of provider code without a slot.
void crash_unmarked_add(crash_header *_Nonnull header, int32_t count);

/// Sets the place of this thread: the slot that its work belongs to, or a CRASH_PLACE constant. Returns the former
/// place.
int32_t crash_thread_set_place(int32_t place);

/// Allocates a stack for signal handlers of this thread, so that an overflow of the thread's own stack can be handled.
/// Further calls on the thread do nothing. The stack is released when the thread ends. Returns false if the system
/// refuses the stack.
bool crash_thread_prepare(void);

/// Sets the text that the handler writes to standard error when a signal ends the process; NULL for none. The text must
/// stay as it is until another is set.
void crash_handler_say(const char *_Nullable text, size_t length);

/// Installs the handler. From now on it records a signal that ends the process in this header. Then the former action
/// handles the signal: the handler that was installed before, or the default action. Returns false if the system
/// refuses the handler or its stack.
bool crash_handler_install(crash_header *_Nonnull header);
