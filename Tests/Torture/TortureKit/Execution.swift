import Foundation

/// An attempt that a handler began in a process, as the provider logged it.
package struct Execution: Sendable {
    package let process: Int32
    package let run: String
    package let attempt: Int64
    /// done, failed or interrupted; nil if the handler did not end.
    package var end: String?
    /// Whether another handler of the run was running in the same process when the attempt began.
    package var overlaps = false

    /// Reads the log of a provider. A file that does not exist has no executions.
    package static func read(_ path: String) throws -> [Execution] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        var all: [Execution] = []
        var underWay: [String: Int] = [:]
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count >= 4, let process = Int32(words[1]), let attempt = Int64(words[3]) else {
                throw TortureFailure("\(path): \(String(decoding: line, as: UTF8.self))")
            }
            let run = String(words[2])
            let key = "\(process) \(run)"
            if words[0] == "begin" {
                all.append(Execution(process: process, run: run, attempt: attempt, overlaps: underWay[key] != nil))
                underWay[key] = all.count - 1
            } else if let index = underWay.removeValue(forKey: key) {
                all[index].end = String(words.last ?? "")
            }
        }
        return all
    }
}
