import Glibc

/// A blocking stream socket without further layers, because the load generator takes its processor time from the
/// server: both run on the same machine.
struct UnixConnection: ~Copyable {
    /// Why a call or the connection failed.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
        init(reason: String) { description = reason }
    }

    let descriptor: CInt

    init(path: String) throws(Failure) {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard path.utf8.count < place.count else { return false }
            place.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { throw Failure(reason: "\(path): too long for a socket's path") }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure("\(path): connect") }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            guard count > 0 else { throw Failure("write") }
            written += count
        }
    }

    /// Reads available bytes, or waits until there are any. Returns their number.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw Failure("read") }
        guard count > 0 else { throw Failure(reason: "the server closed the connection") }
        return count
    }

    /// Makes one call, waits for its answer and returns the answer without its NUL.
    func call(_ message: [UInt8]) throws(Failure) -> [UInt8] {
        try write(message + [0])
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        repeat {
            var count = 0
            do {
                count = try buffer.withUnsafeMutableBytes { try read(into: $0) }
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(reason: "\(error)")
            }
            answer += buffer[..<count]
        } while answer.last != 0
        return answer.dropLast()
    }
}

/// The time of a clock in nanoseconds.
func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
