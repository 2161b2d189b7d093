import CCrash
import ConciergeEngine

/// That a piece of work is inside provider code, in a slot of the crash file or, where all were taken, in none.
package struct CrashMark: Sendable {
    let file: CrashFile
    let slot: CrashSlot?

    /// Says that it is not inside any more. Once.
    package func leave() { file.giveBack(slot) }
}

/// One slot of a crash file.
///
/// `@unchecked Sendable`: the memory outlives the process's code, and only who took the slot writes to it; it may go
/// from thread to thread with that.
struct CrashSlot: @unchecked Sendable {
    /// Its number, by which the signal handler names it.
    let index: Int
    private let pointer: UnsafeMutablePointer<crash_slot>

    init(index: Int, pointer: UnsafeMutablePointer<crash_slot>) {
        self.index = index
        self.pointer = pointer
    }

    /// Says who is inside from now on. `now` is the monotonic clock in nanoseconds.
    func enter(_ place: CodeLocation, now: UInt64) {
        Self.withBytes(place.provider) { provider, providerLength in
            Self.withBytes(place.owner) { owner, ownerLength in
                Self.withBytes(place.subject ?? "") { subject, subjectLength in
                    Self.withBytes(place.event) { event, eventLength in
                        crash_slot_enter(
                            pointer, place.kind.rawValue, now, provider, providerLength, owner, ownerLength, subject,
                            subjectLength, event, eventLength)
                    }
                }
            }
        }
    }

    /// Says that nobody is inside.
    func leave() {
        crash_slot_leave(pointer)
    }

    /// When who is inside entered.
    var since: UInt64 { pointer.pointee.since }

    /// Who is inside; nil where nobody is.
    var place: CodeLocation? {
        CrashReport.place(UnsafeRawBufferPointer(start: pointer, count: MemoryLayout<crash_slot>.stride))
    }

    /// The text's bytes where they lie: Swift's own strings are UTF-8, and small ones are copied to the stack.
    @inline(__always)
    private static func withBytes(_ text: String, _ body: (UnsafePointer<UInt8>?, Int) -> Void) {
        var text = text
        text.withUTF8 { body($0.baseAddress, $0.count) }
    }
}

/// What threads say of themselves, for the signal handler.
package enum CrashThread {
    /// This thread belongs to the daemon, and works for a provider only between a slot's enter and leave.
    package static func isOwn() {
        _ = crash_thread_prepare()
        crash_thread_set_place(CRASH_PLACE_OWN)
    }

    /// Does the daemon's own work on a thread that may have done a provider's before.
    package static func workingForNobody<Result>(_ body: () throws -> Result) rethrows -> Result {
        _ = crash_thread_prepare()
        let before = crash_thread_set_place(CRASH_PLACE_OWN)
        defer { crash_thread_set_place(before) }
        return try body()
    }

    /// Runs `body` on this thread, attributed to the mark's slot, or to no one where there is none.
    package static func working<Result>(for mark: CrashMark?, _ body: () throws -> Result) rethrows -> Result {
        _ = crash_thread_prepare()
        let before = crash_thread_set_place(mark?.slot.map { Int32($0.index) } ?? CRASH_PLACE_UNKNOWN)
        defer { crash_thread_set_place(before) }
        return try body()
    }
}
