import Glibc

/// The log of the handlers' executions: one line for each begin and end. Each line is written with one write(2), so
/// that it survives any end of the process.
struct ExecutionLog: Sendable {
    private let descriptor: Int32
    private let pid = getpid()

    /// Returns nil if the file cannot be opened.
    init?(path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    func begin(_ run: String, attempt: Int) { write("begin \(pid) \(run) \(attempt)\n") }

    func end(_ run: String, attempt: Int, _ how: String) { write("end \(pid) \(run) \(attempt) \(how)\n") }

    private func write(_ line: String) {
        let bytes = Array(line.utf8)
        // An error need not be handled, because the checker detects that the line of an execution is missing.
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
