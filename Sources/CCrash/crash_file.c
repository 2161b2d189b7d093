#include "crash_file.h"

#include <string.h>

_Static_assert(sizeof(crash_header) == 128, "the header's size is part of the file's format");
_Static_assert(sizeof(crash_slot) == 512, "a slot's size is part of the file's format");

static uint8_t put(char *to, size_t size, const uint8_t *from, size_t length) {
    if (length > size) length = size;
    if (length > 0) memcpy(to, from, length);
    return (uint8_t)length;
}

// The pages outlive the process with the content of its last store. The release store ensures that the compiler and the
// processor write the texts before `kind`, which marks the slot as used.
void crash_slot_enter(
    crash_slot *slot, uint32_t kind, uint64_t since, const uint8_t *provider, size_t provider_length,
    const uint8_t *owner, size_t owner_length, const uint8_t *subject, size_t subject_length, const uint8_t *event,
    size_t event_length) {
    slot->since = since;
    slot->provider_length = put(slot->provider, sizeof slot->provider, provider, provider_length);
    slot->owner_length = put(slot->owner, sizeof slot->owner, owner, owner_length);
    slot->subject_length = put(slot->subject, sizeof slot->subject, subject, subject_length);
    slot->event_length = put(slot->event, sizeof slot->event, event, event_length);
    __atomic_store_n(&slot->kind, kind, __ATOMIC_RELEASE);
}

void crash_slot_leave(crash_slot *slot) {
    __atomic_store_n(&slot->kind, 0, __ATOMIC_RELEASE);
}

void crash_unmarked_add(crash_header *header, int32_t count) {
    __atomic_fetch_add(&header->unmarked, (uint32_t)count, __ATOMIC_RELAXED);
}
