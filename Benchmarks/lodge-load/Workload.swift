import ArgumentParser
import Glibc

/// The kind of call that is made repeatedly.
enum Workload: String, ExpressibleByArgument, CaseIterable {
    /// A durable Open: request, history line and timer.
    case open
    /// A Trigger that waits: the daemon answers it once the run's outcome is durable.
    case trigger
    /// Get of one request.
    case get
    /// The call of `get`, to a server that echoes it.
    case echo
    /// beanstalkd: put of the bytes of `open`.
    case put

    /// The byte that ends every answer.
    var terminator: UInt8 { self == .put ? UInt8(ascii: "\n") : 0 }

    /// The bytes of one call. `number` makes each call of `open` and `put` different from the others.
    func call(_ number: Int, request: String) -> [UInt8] {
        switch self {
        case .open: return Self.opening(number) + [0]
        case .trigger:
            return Array(
                #"{"method":"org.concierged.Tasks.Trigger","parameters":{"task":"bench.noop","wait":true}}"#.utf8) + [0]
        case .get, .echo: return Self.reading(request) + [0]
        case .put:
            let job = Self.opening(number)
            return Array("put 0 0 60 \(job.count)\r\n".utf8) + job + Array("\r\n".utf8)
        }
    }

    /// Whether an answer is a success.
    func accepts(_ answer: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .open, .get: answer.starts(with: #"{"parameters":"#.utf8)
        case .trigger: answer.starts(with: #"{"parameters":"#.utf8) && answer.holds(#""state":"succeeded""#)
        case .echo: answer.starts(with: #"{"method":"#.utf8)
        case .put: answer.starts(with: "INSERTED ".utf8)
        }
    }

    /// A call of Open without its NUL.
    static func opening(_ number: Int) -> [UInt8] {
        Array(
            #"""
            {"method":"org.concierged.Requests.Open","parameters":{"service":"bench.matter","resident":"apt-\#

            """#.utf8) + Array("\(number % 1000)".utf8)
            + Array(#"","input":{"subject":"The tap drips, call \#(number)","place":"Building B, kitchen"}}}"#.utf8)
    }

    /// A call of Open with a due moment, without its NUL.
    static func opening(_ number: Int, due: String) -> [UInt8] {
        opening(number).dropLast(3) + Array(#","due":"\#(due)"}}}"#.utf8)
    }

    /// A call of Get without its NUL.
    static func reading(_ request: String) -> [UInt8] {
        Array(#"{"method":"org.concierged.Requests.Get","parameters":{"id":"\#(request)"}}"#.utf8)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes contain the word, which must not be empty.
    fileprivate func holds(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard let base = baseAddress, count >= length else { return false }
        var place = 0
        while place <= count - length,
            let found = memchr(base + place, CInt(word.utf8Start.pointee), count - length - place + 1)
        {
            if memcmp(found, word.utf8Start, length) == 0 { return true }
            place = UnsafeRawPointer(found) - base + 1
        }
        return false
    }
}
