import ArgumentParser
import Glibc

/// What is called, over and over.
enum Workload: String, ExpressibleByArgument, CaseIterable {
    /// A durable Open: request, history line and timer.
    case open
    /// A task, answered once its outcome is durable.
    case trigger
    /// Get of one request.
    case get
    /// The call of `get` at a server that sends back what it is sent.
    case echo
    /// beanstalkd: put of the bytes of `open`.
    case put

    /// Ends every answer.
    var terminator: UInt8 { self == .put ? UInt8(ascii: "\n") : 0 }

    /// How many workloads and connections make the same call does not matter: `number` makes it one of its own.
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

    /// Whether an answer is one of success.
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
    /// Whether the word, of one byte at least, is in it.
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
