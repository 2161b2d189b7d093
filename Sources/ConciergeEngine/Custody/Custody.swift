import ConciergeKit
import Crypto

/// The chain of custody of a request: at each hand-over the history line carries a hash of all lines before it and of itself,
/// which begins with the hash of the hand-over before (SHA-256, FIPS 180-4). A line that is changed, added or removed before
/// the last hand-over no longer fits.
///
/// It tells that the history was changed, to whoever has kept a hash; it does not keep somebody from writing another history
/// with hashes of its own.
package struct Custody: Sendable, Hashable {
    /// What a check of a history found.
    package enum Finding: Sendable, Hashable {
        /// So many hand-overs, and all lines before the last one are as they were; with its hash.
        case sound(links: Int, last: String?)
        /// The line with this number does not fit the lines before it.
        case broken(at: Int64)
    }

    private var hash = SHA256()

    package init() {}

    /// Adds a line. Returns the hash of all lines so far, in hexadecimal.
    mutating func add(_ entry: Entry) -> String {
        for part in entry.parts {
            // Each part has its length before it, so that no two lines have the same bytes.
            withUnsafeBytes(of: UInt64(part.count).littleEndian) { hash.update(bufferPointer: $0) }
            part.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return hash.finalize().map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    /// Checks the whole history of a request, the oldest line first.
    package static func check(_ lines: [NumberedEntry]) -> Finding {
        var custody = Custody()
        var (links, last): (Int, String?) = (0, nil)
        for line in lines {
            let hash = custody.add(line.entry)
            guard let seal = line.entry.seal else { continue }
            guard seal == hash else { return .broken(at: line.seq) }
            (links, last) = (links + 1, seal)
        }
        return .sound(links: links, last: last)
    }
}

extension Entry {
    /// All that the line says, but for its own hash. The hash of a hand-over before is among the lines before.
    fileprivate var parts: [[UInt8]] {
        let audience: String =
            switch noticeAudience {
            case .resident: "resident"
            case .staff: "staff"
            case .partner(let name): "partner:\(name)"
            case nil: ""
            }
        let texts = [
            request.description, service.rawValue, "\(at.milliseconds)", actor, event.description, audience,
            from.given, to.given, (note?.fr).given, (note?.en).given,
        ]
        return texts.map { Array($0.utf8) } + [input ?? []]
    }
}

extension Batch {
    /// The hash of a line that a rule seals: of all lines of its request before it, and of itself.
    func seal(_ entry: Entry, of request: StoredRequest) throws -> String {
        var custody = Custody()
        if staged.changes.requests.opened[request.id] == nil, request.version > 0 {
            for line in try staged.facts.lines(of: request.id, since: .earliest) { _ = custody.add(line.entry) }
        }
        for line in staged.changes.entries where line.request == request.id { _ = custody.add(line) }
        return custody.add(entry.said(in: staged.zone))
    }
}
