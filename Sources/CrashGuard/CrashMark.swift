import CCrash
import ConciergeEngine
import ConciergeKit

/// The mark of provider code that is running, in a slot of the crash file, or in no slot if all were taken.
package struct CrashMark: Sendable {
    let file: CrashFile
    let slot: CrashSlot?

    /// Ends the mark. Call it once.
    package func leave() { file.giveBack(slot) }
}

/// One slot of a crash file.
///
/// `@unchecked Sendable`: the memory is never freed, and only the owner of the slot writes to it. The owner may move
/// from thread to thread.
struct CrashSlot: @unchecked Sendable {
    /// The slot's number. The signal handler records it.
    let index: Int
    private let pointer: UnsafeMutablePointer<crash_slot>

    init(index: Int, pointer: UnsafeMutablePointer<crash_slot>) {
        self.index = index
        self.pointer = pointer
    }

    /// Marks provider code as running. `now` is the monotonic clock in nanoseconds.
    func enter(_ location: CodeLocation, now: UInt64) {
        Self.withBytes(location.provider.rawValue) { provider, providerLength in
            Self.withBytes(location.owner) { owner, ownerLength in
                Self.withBytes(location.subject ?? "") { subject, subjectLength in
                    Self.withBytes(location.event) { event, eventLength in
                        crash_slot_enter(
                            pointer, location.kind.rawValue, now, provider, providerLength, owner, ownerLength, subject,
                            subjectLength, event, eventLength)
                    }
                }
            }
        }
    }

    /// Empties the slot.
    func leave() {
        crash_slot_leave(pointer)
    }

    /// When the marked code was entered: the monotonic clock in nanoseconds.
    var since: UInt64 { pointer.pointee.since }

    /// The marked code; nil if the slot is empty.
    var location: CodeLocation? {
        CrashReport.location(UnsafeRawBufferPointer(start: pointer, count: MemoryLayout<crash_slot>.stride))
    }

    /// The text's bytes without a copy on the heap: Swift's strings are UTF-8, and small ones are copied to the stack.
    @inline(__always)
    private static func withBytes(_ text: String, _ body: (UnsafePointer<UInt8>?, Int) -> Void) {
        var text = text
        text.withUTF8 { body($0.baseAddress, $0.count) }
    }
}

/// Records for the signal handler which work the current thread does.
package enum CrashThread {
    /// Marks this thread as one of the daemon's own, which runs provider code only between `enter` and `leave` of a
    /// slot.
    package static func isOwn() {
        _ = crash_thread_prepare()
        crash_thread_set_place(CRASH_PLACE_OWN)
    }

    /// Runs the daemon's own work on a thread that may have run a provider's before.
    package static func workingForNobody<Result>(_ body: () throws -> Result) rethrows -> Result {
        _ = crash_thread_prepare()
        let before = crash_thread_set_place(CRASH_PLACE_OWN)
        defer { crash_thread_set_place(before) }
        return try body()
    }

    /// Runs `body` on this thread, attributed to the mark's slot. Without a slot, the thread counts as unknown.
    package static func working<Result>(for mark: CrashMark?, _ body: () throws -> Result) rethrows -> Result {
        _ = crash_thread_prepare()
        let before = crash_thread_set_place(mark?.slot.map { Int32($0.index) } ?? CRASH_PLACE_UNKNOWN)
        defer { crash_thread_set_place(before) }
        return try body()
    }
}
