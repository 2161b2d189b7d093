import Glibc

/// The system's databases of users and groups (nsswitch.conf(5)).
///
/// A look-up may block for as long as a directory on the network takes: it is made on a thread that may be held, and
/// never on an event loop.
struct NameService: Sendable {
    /// What a look-up gave. That there is no such name and that it could not be asked are different things: the one is
    /// known, the other passes.
    enum Answer<Value: Sendable>: Sendable {
        case found(Value)
        case none
        /// It could not be asked, with the error number.
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

    /// The most room that an entry is given: a group has all of its members in it.
    private static let largestBuffer = 16 << 20

    /// Looks up, and makes sure of an entry that is not found. Where the first database cannot be read (no descriptor is
    /// left, for one) and a later one does not have the entry, the C library says that there is none; where a later one
    /// is away it says `ENOENT`, as it does on a machine that has no databases at all.
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
                // An allocation of that size has an address.
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
