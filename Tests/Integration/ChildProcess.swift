import Dispatch
import Foundation
import Glibc
import Synchronization

/// A program that runs as a child process: posix_spawn(3) and waitpid(2), callable from any thread.
final class ChildProcess: Sendable {
    let pid: pid_t
    private let status = Mutex<Int32?>(nil)

    /// Starts a program with exactly this environment; its output and errors go to these files.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], output: String = "/dev/null",
        errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        // The child must not inherit the connections of other tests, which would then stay open.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in argv + envp { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, argv, envp)
        guard code == 0 else { throw TestFailure("\(program): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// Waits until the program ends. Returns the exit status, or 128 plus the signal's number, as a shell does.
    ///
    /// A time limit of the test does not end this wait, so a program that hangs is killed after ten minutes: then its test
    /// fails, and the others go on.
    func wait() -> Int32 {
        status.withLock { status in
            if let status { return status }
            let limit = DispatchWorkItem { [pid] in kill(pid, SIGKILL) }
            DispatchQueue.global().asyncAfter(deadline: .now() + 600, execute: limit)
            defer { limit.cancel() }
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) < 0 && errno == EINTR {}
            let ended = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
            status = ended
            return ended
        }
    }

    /// Sends a signal and waits for the end.
    @discardableResult
    func end(with signal: Int32) -> Int32 {
        let hasEnded = status.withLock { $0 != nil }
        if !hasEnded { kill(pid, signal) }
        return wait()
    }
}
