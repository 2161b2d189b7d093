import Synchronization

/// The files that callers upload, one for each connection, in memory. A file ends with its connection, so that nothing of
/// it is left when its caller is gone.
final class Uploads: Sendable {
    /// The number of bytes of a file, and of all files that are uploaded at once.
    static let (limit, limitOfAll) = (64 << 20, 128 << 20)

    /// Why a portion is not taken.
    enum Refusal: Error, Equatable {
        /// The connection has no upload of this name.
        case unknown
        case tooLarge
        /// All files together are too large: it may be tried later.
        case tooMany
    }

    private struct File {
        let name: String
        var bytes: [UInt8]
    }

    private struct State {
        /// By connection.
        var files: [UInt64: File] = [:]
        var count = 0

        var size: Int { files.values.reduce(0) { $0 + $1.bytes.count } }
    }

    private let state = Mutex(State())

    /// Adds a portion to the connection's file. Without a name it begins another file, in place of the one before.
    ///
    /// - Returns: The name, and the size of the file so far.
    func add(_ bytes: [UInt8], to name: String?, from connection: UInt64) throws(Refusal) -> (String, Int) {
        try state.withLock { state throws(Refusal) in
            if let name {
                guard state.files[connection]?.name == name else { throw .unknown }
            } else {
                state.count += 1
                state.files[connection] = File(name: "upload-\(state.count)", bytes: [])
            }
            let size = (state.files[connection]?.bytes.count ?? 0) + bytes.count
            guard size <= Self.limit else {
                state.files[connection] = nil
                throw .tooLarge
            }
            guard state.size + bytes.count <= Self.limitOfAll else {
                state.files[connection] = nil
                throw .tooMany
            }
            state.files[connection]?.bytes += bytes
            return (state.files[connection]?.name ?? "", size)
        }
    }

    /// The connection's file, which stays unless it is taken; nil if it has none of this name.
    func file(_ name: String, of connection: UInt64, taking: Bool) -> [UInt8]? {
        state.withLock { state in
            guard let file = state.files[connection], file.name == name else { return nil }
            if taking { state.files[connection] = nil }
            return file.bytes
        }
    }

    /// Forgets the file of a connection that has ended.
    func end(_ connection: UInt64) { state.withLock { $0.files[connection] = nil } }
}
