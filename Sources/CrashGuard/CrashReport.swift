import CCrash
import ConciergeEngine
import ConciergeKit

/// The content of the crash file after one life of the daemon, from its start to its end.
struct CrashReport: Equatable {
    /// Provider code that was running.
    struct Mark: Equatable {
        let slot: Int
        let location: CodeLocation
        /// The monotonic clock in nanoseconds at entering.
        let since: UInt64
    }

    /// The record of the signal handler.
    struct Death: Equatable {
        let signal: Int32
        /// Whether another process sent the signal.
        let isFromOutside: Bool
        /// The work of the crashing thread.
        let thread: Thread
        /// The wall clock in milliseconds, and the monotonic clock in nanoseconds.
        let wall: Int64
        let monotonic: UInt64
    }

    enum Thread: Equatable {
        case slot(Int)
        /// A thread of the daemon's own, outside provider code.
        case own
        /// A thread in no slot, which provider code may have started.
        case unknown
    }

    var life: UInt64
    var boot: Int64
    /// False if the life ended in order.
    var isRunning: Bool
    /// The number of calls of provider code that ran without a slot.
    var unmarked: Int
    var death: Death?
    var marks: [Mark]
    /// The number of slots with content that no daemon writes.
    var unreadable = 0

    /// The number of the engine's slot.
    static let engine = 0
}

extension CrashReport {
    /// Reads a file's bytes. It trusts none of them: no length in the file makes it read outside the bytes.
    init(_ bytes: UnsafeRawBufferPointer) throws(CrashFileError) {
        let stride = MemoryLayout<crash_slot>.stride
        guard bytes.count >= MemoryLayout<crash_header>.size else { throw CrashFileError("it is too short") }
        let header = bytes.loadUnaligned(as: crash_header.self)
        guard header.magic == CRASH_FILE_MAGIC else { throw CrashFileError("it is not a crash file") }
        guard header.version == CRASH_FILE_VERSION else {
            throw CrashFileError("it has the version \(header.version), and \(CRASH_FILE_VERSION) is known")
        }
        guard header.slot_size == stride, header.slot_count <= 1 << 20,
            bytes.count == stride * (Int(header.slot_count) + 1)
        else { throw CrashFileError("its size is not that of its slots") }
        life = header.life
        boot = header.boot
        isRunning = header.running != 0
        unmarked = Int(header.unmarked)
        marks = []
        if header.signal != 0 {
            let thread: Thread =
                switch header.place {
                case 0..<Int32(header.slot_count): .slot(Int(header.place))
                case CRASH_PLACE_OWN: .own
                default: .unknown
                }
            death = Death(
                signal: Int32(truncatingIfNeeded: header.signal), isFromOutside: header.from_outside != 0,
                thread: thread, wall: header.wall, monotonic: header.monotonic)
        }
        for index in 0..<Int(header.slot_count) {
            let slot = UnsafeRawBufferPointer(rebasing: bytes[stride * (index + 1)..<stride * (index + 2)])
            guard slot.loadUnaligned(as: UInt32.self) != 0 else { continue }
            if let location = Self.location(slot) {
                let since = MemoryLayout<crash_slot>.offset(of: \.since) ?? 0
                marks.append(
                    Mark(
                        slot: index, location: location,
                        since: slot.loadUnaligned(fromByteOffset: since, as: UInt64.self)))
            } else {
                unreadable += 1
            }
        }
    }

    /// The provider code that a slot marks; nil if it is empty or cannot be read.
    static func location(_ slot: UnsafeRawBufferPointer) -> CodeLocation? {
        func text(_ length: PartialKeyPath<crash_slot>, _ field: PartialKeyPath<crash_slot>, _ size: Int32) -> String? {
            guard let lengthAt = MemoryLayout<crash_slot>.offset(of: length),
                let fieldAt = MemoryLayout<crash_slot>.offset(of: field), slot[lengthAt] <= size
            else { return nil }
            let bytes = UnsafeRawBufferPointer(rebasing: slot[fieldAt..<fieldAt + Int(slot[lengthAt])])
            // A text that was cut may end in the middle of a character.
            return String(validating: bytes, as: UTF8.self)
                ?? (slot[lengthAt] == size ? String(decoding: bytes, as: UTF8.self) : nil)
        }
        guard let kind = CodeLocation.Kind(rawValue: slot.loadUnaligned(as: UInt32.self)),
            let provider = text(\.provider_length, \.provider, CRASH_NAME_SIZE), !provider.isEmpty,
            let owner = text(\.owner_length, \.owner, CRASH_NAME_SIZE),
            let subject = text(\.subject_length, \.subject, CRASH_ID_SIZE),
            let event = text(\.event_length, \.event, CRASH_NAME_SIZE)
        else { return nil }
        return CodeLocation(
            kind, provider: ProviderID(provider), owner: owner, subject: subject.isEmpty ? nil : subject, event: event)
    }
}
