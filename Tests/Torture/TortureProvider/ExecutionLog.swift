import Glibc

/// What handlers did to the world: a line for each begin and end, written at once with one write(2), so that it is
/// there whatever becomes of the process.
struct ExecutionLog: Sendable {
    private let descriptor: Int32
    private let pid = getpid()

    /// Nil where the file cannot be opened.
    init?(path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    func begin(_ run: String, attempt: Int) { write("begin \(pid) \(run) \(attempt)\n") }

    func end(_ run: String, attempt: Int, _ how: String) { write("end \(pid) \(run) \(attempt) \(how)\n") }

    private func write(_ line: String) {
        let bytes = Array(line.utf8)
        // A line that is not there shows: the checker misses the execution.
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
