#define _GNU_SOURCE
#include "crash_file.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// The signals that Swift's traps, faults and abort(3) raise, and that the service manager's watchdog sends.
static const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
enum { signal_count = sizeof signals / sizeof signals[0] };

static struct sigaction former[signal_count];
static crash_header *mapped;
static const char *words;
static size_t words_length;

// With the model initial-exec, the handler reads the variables with one load. Other models may call the allocator on
// first use.
static _Thread_local int32_t place __attribute__((tls_model("initial-exec"))) = CRASH_PLACE_UNKNOWN;
static _Thread_local bool prepared __attribute__((tls_model("initial-exec"))) = false;

enum { stack_size = 64 * 1024 };
static pthread_key_t stacks;
static bool has_key = false;
static pthread_once_t stacks_once = PTHREAD_ONCE_INIT;

int32_t crash_thread_set_place(int32_t new_place) {
    int32_t before = place;
    place = new_place;
    // The handler may interrupt this thread at any instruction, so the compiler must not move later code before the
    // store.
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return before;
}

static void give_stack_back(void *stack) {
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(stack, stack_size);
}

static void make_key(void) {
    has_key = pthread_key_create(&stacks, give_stack_back) == 0;
}

bool crash_thread_prepare(void) {
    if (prepared) return true;
    stack_t current;
    if (sigaltstack(NULL, &current) != 0) return false;
    if (!(current.ss_flags & SS_DISABLE)) return prepared = true;
    pthread_once(&stacks_once, make_key);
    if (!has_key) return false;
    void *memory = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return false;
    stack_t stack = {.ss_sp = memory, .ss_size = stack_size};
    if (sigaltstack(&stack, NULL) != 0) {
        munmap(memory, stack_size);
        return false;
    }
    if (pthread_setspecific(stacks, memory) != 0) {
        give_stack_back(memory);
        return false;
    }
    return prepared = true;
}

void crash_handler_say(const char *text, size_t length) {
    // The handler reads the length last, so that it never reads beyond a text.
    __atomic_store_n(&words_length, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&words, text, __ATOMIC_SEQ_CST);
    __atomic_store_n(&words_length, text ? length : 0, __ATOMIC_SEQ_CST);
}

// Uses only stores, clock_gettime(2), getpid(2), write(2), sigaction(2) and raise(3), which are all async-signal-safe.
static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    const size_t length = __atomic_load_n(&words_length, __ATOMIC_SEQ_CST);
    if (length > 0) {
        // Nobody is left to be told that the write failed.
        ssize_t written = write(STDERR_FILENO, words, length);
        (void)written;
    }
    crash_header *header = mapped;
    uint32_t expected = 0;
    if (header
        && __atomic_compare_exchange_n(&header->claimed, &expected, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        header->wall = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
        clock_gettime(CLOCK_MONOTONIC, &now);
        header->monotonic = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
        header->place = place;
        // A signal that the kernel raised has a positive code; a signal from a process has the sender's id
        // (sigaction(2)).
        header->from_outside = info && info->si_code <= 0 && info->si_pid != getpid();
        __atomic_store_n(&header->signal, (uint32_t)number, __ATOMIC_SEQ_CST);
    }
    for (int index = 0; index < signal_count; index++) {
        if (signals[index] == number) sigaction(number, &former[index], NULL);
    }
    // The signal is blocked until the handler returns. It then reaches the thread where it was interrupted, and the
    // former action handles it.
    raise(number);
}

bool crash_handler_install(crash_header *header) {
    bool installs = mapped == NULL;
    __atomic_store_n(&mapped, header, __ATOMIC_SEQ_CST);
    if (!installs) return true;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (int index = 0; index < signal_count; index++) {
        if (sigaction(signals[index], &action, &former[index]) != 0) return false;
    }
    return crash_thread_prepare();
}
