import CCrash

/// What the process says on standard error if a signal ends it: for a program that executes provider code and has no
/// later start at which a crash file would be read.
package enum LastWords {
    /// The most bytes of UTF-8 that are said.
    package static let limit = 512

    private struct Memory: @unchecked Sendable {
        // Written by the one thread that calls ``say(_:)``, and never freed: the handler may read it at any moment.
        let header: UnsafeMutablePointer<crash_header>
        let text: UnsafeMutablePointer<CChar>
    }

    private static let memory: Memory? = {
        let header = UnsafeMutablePointer<crash_header>.allocate(capacity: 1)
        header.initialize(to: crash_header())
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: limit)
        return crash_handler_install(header) ? Memory(header: header, text: text) : nil
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
