import Glibc
import Systemd
import Testing

/// The first inherited descriptor is number 3, which the test process may use itself. Each test therefore runs in a
/// process of its own, which frees that number while the sockets are inherited.
struct ListeningSocketTests {
    @Test("Sockets are inherited with their names, only once, and child processes do not inherit them")
    func inherited() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let socket = folder.socket("org.concierged", type: SOCK_STREAM)
            listen(socket, 1)
            passing([socket, socket], names: "varlink:varlink-staff") {
                #expect(fcntl(3, F_GETFD) & FD_CLOEXEC == 0)
                let sockets = try? ListeningSocket.inherited()
                #expect(sockets?.map(\.descriptor) == [3, 4])
                #expect(sockets?.map(\.name) == ["varlink", "varlink-staff"])
                #expect(fcntl(3, F_GETFD) & FD_CLOEXEC != 0)
                #expect(getenv("LISTEN_FDS") == nil)
                #expect((try? ListeningSocket.inherited()) == [])
            }
        }
    }

    @Test("Without socket activation there are no sockets")
    func none() async {
        await #expect(processExitsWith: .success) {
            unsetenv("LISTEN_PID")
            #expect((try? ListeningSocket.inherited()) == [])
        }
    }

    @Test("Sockets for another process are left alone")
    func otherProcess() async {
        await #expect(processExitsWith: .success) {
            setenv("LISTEN_PID", "1", 1)
            setenv("LISTEN_FDS", "1", 1)
            #expect((try? ListeningSocket.inherited()) == [])
        }
    }

    @Test("A socket that does not listen is refused")
    func notListening() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            passing([folder.socket("quiet", type: SOCK_STREAM)], names: "varlink") {
                #expect(throws: ListeningSocketError.notAListeningUnixStream(descriptor: 3, name: "varlink")) {
                    try ListeningSocket.inherited()
                }
            }
        }
    }

    @Test("A socket of another type is refused")
    func otherType() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let socket = folder.socket("packets", type: SOCK_SEQPACKET)
            listen(socket, 1)
            passing([socket], names: "varlink") {
                #expect(throws: ListeningSocketError.notAListeningUnixStream(descriptor: 3, name: "varlink")) {
                    try ListeningSocket.inherited()
                }
            }
        }
    }

    @Test("A malformed environment is refused")
    func unreadable() async {
        await #expect(processExitsWith: .success) {
            setenv("LISTEN_PID", "\(getpid())", 1)
            setenv("LISTEN_FDS", "some", 1)
            #expect(throws: ListeningSocketError.unreadableEnvironment(errno: EINVAL)) {
                try ListeningSocket.inherited()
            }
        }
    }
}

/// Passes sockets to this process as systemd would, while `body` runs.
private func passing(_ sockets: [CInt], names: String, _ body: () -> Void) {
    let numbers = (3..<3 + CInt(sockets.count))
    let high = sockets.map { fcntl($0, F_DUPFD, 100) }
    let saved = numbers.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
    for (number, socket) in zip(numbers, high) { dup2(socket, number) }
    setenv("LISTEN_PID", "\(getpid())", 1)
    setenv("LISTEN_FDS", "\(sockets.count)", 1)
    setenv("LISTEN_FDNAMES", names, 1)
    body()
    for (number, descriptor) in zip(numbers, saved) where descriptor >= 0 { dup2(descriptor, number) }
}
