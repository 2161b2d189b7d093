import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that cannot be read.
struct UnreadableFile: Error {
    /// What cannot be read, and why.
    let words: Text

    /// Says why by the number of the system's last error.
    init(_ path: String, _ code: Int32) {
        let reason = String(cString: strerror(code))
        words = Text(fr: "\(path) ne peut pas être lu : \(reason)", en: "\(path) cannot be read: \(reason)")
    }
}

/// All bytes of a file or a pipe.
func read(_ path: String) throws(UnreadableFile) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw UnreadableFile(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var portion = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &portion, portion.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw UnreadableFile(path, errno) }
        if count == 0 { return bytes }
        bytes += portion[..<count]
    }
}

/// Writes all bytes, without a buffer. Returns 0, or the number of the error.
@discardableResult
func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        rest = rest.dropFirst(count)
    }
    return 0
}
