import Glibc
import Synchronization

/// Users by their number, looked up in the system's user database once each.
final class LoginNames: Sendable {
    private let names = Mutex<[UInt32: String]>([:])

    /// The login name, or `uid:N` where the system has none.
    func name(of uid: UInt32) -> String {
        if let known = names.withLock({ $0[uid] }) { return known }
        let name = Self.lookUp(uid) ?? "uid:\(uid)"
        names.withLock { $0[uid] = name }
        return name
    }

    /// Looks everybody up again.
    func forget() {
        names.withLock { $0 = [:] }
    }

    private static func lookUp(_ uid: UInt32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress,
                getpwuid_r(uid, &entry, start, buffer.count, &found) == 0, let found,
                let name = found.pointee.pw_name
            else { return nil }
            return String(cString: name)
        }
    }
}
