import CCrash

/// What the process says on standard error if a signal ends it: for a program that executes provider code and has no
/// later start at which a crash file would be read.
package enum LastWords {
    /// The most bytes of UTF-8 that are said.
    package static let limit = 512

    /// `@unchecked Sendable`: the memory is never freed, only the one thread that calls ``say(_:)`` writes to it, and the
    /// handler reads it only while it is set, which is after it was written.
    private struct Memory: @unchecked Sendable {
        let text: UnsafeMutablePointer<CChar>
    }

    private static let memory: Memory? = {
        // The handler records the signal in it; nobody reads it, and it is never freed either.
        let header = UnsafeMutablePointer<crash_header>.allocate(capacity: 1)
        header.initialize(to: crash_header())
        guard crash_handler_install(header) else { return nil }
        return Memory(text: UnsafeMutablePointer<CChar>.allocate(capacity: limit))
    }()

    /// Sets the words; nil for none. Only one thread may call it, the one that executes the code.
    package static func say(_ words: String?) {
        guard let memory else { return }
        crash_handler_say(nil, 0)
        guard let words else { return }
        var count = 0
        for byte in words.utf8.prefix(limit) {
            memory.text[count] = CChar(bitPattern: byte)
            count += 1
        }
        crash_handler_say(memory.text, count)
    }
}
