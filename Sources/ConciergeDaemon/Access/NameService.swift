import Glibc

/// The system's databases of users and groups (nsswitch.conf(5)).
///
/// A look-up may block for as long as a directory on the network takes. It must run on a thread that may block, never
/// on an event loop.
struct NameService: Sendable {
    /// The result of a look-up. A name that does not exist is distinct from a look-up that failed and may succeed
    /// later.
    enum Answer<Value: Sendable>: Sendable {
        case found(Value)
        case none
        /// The look-up failed with this error number.
        case failed(Int32)
    }

    /// The login name of a user.
    var userName: @Sendable (_ uid: UInt32) -> Answer<String>
    /// The number of a group.
    var groupNumber: @Sendable (_ name: String) -> Answer<UInt32>

    /// The databases of this machine.
    static let system = NameService(
        userName: { uid in
            var entry = passwd()
            return ask("/etc/passwd") { buffer, size, found in
                var result: UnsafeMutablePointer<passwd>?
                let code = getpwuid_r(uid, &entry, buffer, size, &result)
                found = result?.pointee.pw_name.map { String(cString: $0) }
                return code
            }
        },
        groupNumber: { name in
            var entry = group()
            return ask("/etc/group") { buffer, size, found in
                var result: UnsafeMutablePointer<group>?
                let code = getgrnam_r(name, &entry, buffer, size, &result)
                found = result?.pointee.gr_gid
                return code
            }
        })

    /// The largest buffer for an entry, in bytes. The entry of a group contains all its members.
    private static let largestBuffer = 16 << 20

    /// Looks an entry up, and verifies that a missing entry is really missing. If the first database cannot be read
    /// (for example because no file descriptor is left) and a later one does not have the entry, the C library reports
    /// that the entry does not exist. If a later database is unreachable, the C library returns `ENOENT`, as it does on
    /// a machine that has no databases at all.
    private static func ask<Value>(
        _ file: String, _ lookUp: (UnsafeMutablePointer<CChar>, Int, inout Value?) -> Int32
    ) -> Answer<Value> {
        let answer = askOnce(lookUp)
        switch answer {
        case .none, .failed(ENOENT): break
        case .found, .failed: return answer
        }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? .none : .failed(errno) }
        close(descriptor)
        return askOnce(lookUp)
    }

    private static func askOnce<Value>(
        _ lookUp: (UnsafeMutablePointer<CChar>, Int, inout Value?) -> Int32
    ) -> Answer<Value> {
        var size = 4096
        while true {
            var found: Value?
            let code = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
                // The address of a buffer of that size is never nil.
                buffer.baseAddress.map { lookUp($0, buffer.count, &found) } ?? ENOMEM
            }
            switch code {
            case 0: return found.map { .found($0) } ?? .none
            case EINTR: continue
            case ERANGE where size < largestBuffer: size *= 4
            default: return .failed(code)
            }
        }
    }
}
